"""./run: what it says where it cannot go on, and what it passes through."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PIECES = [ROOT / "run", *sorted((ROOT / "infra").glob("*/*.sh")), ROOT / ".ci" / "run"]


def call(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "run"), *arguments],
        cwd=cwd,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def shell(script: str, root: Path = ROOT, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    """Run `script` with the functions of ./run at hand, and `root` as the checkout."""
    pieces = "".join(f'source "{piece}"\n' for piece in sorted((ROOT / "infra" / "run").glob("*.sh")))
    lib = f'source "{ROOT}/infra/services/lib.sh"\n'
    whole = f'set -euo pipefail\nROOT="{ROOT}"\n{pieces}ROOT="{root}"\n{lib}PATH="{path}"\n{script}'
    return subprocess.run(["/bin/bash", "-c", whole], capture_output=True, text=True, check=False)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder for programs, to be the whole PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/bash\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize("piece", PIECES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_piece_is_sound_bash(piece: Path) -> None:
    assert subprocess.run(["bash", "-n", piece], capture_output=True, text=True, check=False).stderr == ""


@pytest.mark.parametrize("piece", [ROOT / "run", ROOT / ".ci" / "run", ROOT / "infra/services/elasticsearch-start"])
def test_what_is_run_is_executable(piece: Path) -> None:
    assert os.access(piece, os.X_OK)


def test_help_explains_every_command() -> None:
    text = call("help").stdout
    assert all(f"./run {name}" in text for name in ("demo", "sohoa", "serve", "test", "bench", "measure", "services"))


def test_an_unknown_command_says_so() -> None:
    done = call("tset")
    assert done.returncode == 1
    assert done.stderr.endswith("run: no such command: tset\n")


def test_sohoa_keeps_the_current_folder_its_output_and_its_exit_code(tmp_path: Path, home: Path) -> None:
    (tmp_path / "core").mkdir()  # must not be taken for our package
    (tmp_path / "core" / "__init__.py").write_text("raise SystemExit('wrong core')")
    (tmp_path / "sohoa.toml").write_text("no_such_setting = 1\n")
    assert call("sohoa", "--version", cwd=tmp_path).stdout.startswith("sohoa ")
    refused = call("sohoa", "status", cwd=tmp_path)
    assert refused.returncode == 2
    assert "no_such_setting" in refused.stderr


def test_without_apt_the_error_says_what_to_install(programs: Path) -> None:
    done = shell("install_packages 'reading Vietnamese' tesseract-ocr tesseract-ocr-vie", path=str(programs))
    assert done.returncode == 1
    assert done.stderr == (
        "run: reading Vietnamese: please install tesseract-ocr tesseract-ocr-vie "
        "(on Debian or Ubuntu: apt-get install tesseract-ocr tesseract-ocr-vie)\n"
    )


def test_without_root_and_password_nothing_is_asked(programs: Path) -> None:
    program(programs, "apt-get", "echo called > $0.called")
    program(programs, "id", "echo 1000")
    program(programs, "sudo", "exit 1")
    done = shell("install_packages 'tests' postgresql", path=str(programs))
    assert done.returncode == 1
    assert "please install postgresql" in done.stderr and "needs root" in done.stderr
    assert not (programs / "apt-get.called").exists()


def test_a_python_that_is_too_old_is_passed_over(programs: Path) -> None:
    program(programs, "python3", "exit 1")  # a shim without a version behind it, or an old one
    program(programs, "python3.12", f'exec {sys.executable} "$@"')
    script = "find_python() {" + shell("declare -f find_python").stdout.partition("{")[2]
    done = shell(script.replace("/usr/bin/python3", "") + "\nfind_python", path=str(programs))
    assert done.stdout.strip() == str(programs / "python3.12")


def test_a_pid_that_another_program_got_since_is_not_our_service(tmp_path: Path) -> None:
    script = 'SERVICES="$ROOT"; mkdir -p "$SERVICES/minio"; echo $$ > "$SERVICES/minio/pid"; service_pid minio'
    done = shell(script, root=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")


def test_a_taken_port_is_passed_over_and_the_choice_kept(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        script = f'SERVICES="$ROOT"; service_port minio {port}; service_port minio 1'
        first, second = shell(script, root=tmp_path).stdout.split()
    assert first == second
    assert int(first) > port


def test_the_secret_is_drawn_once_and_ours_alone(tmp_path: Path) -> None:
    first, second = shell('SERVICES="$ROOT/s"; service_secret; echo; service_secret', root=tmp_path).stdout.split()
    assert first == second and len(first) == 32
    assert (tmp_path / "s" / "secret").stat().st_mode & 0o077 == 0


def test_two_runs_prepare_one_after_the_other(tmp_path: Path) -> None:
    """Each appends begin and end; were they at it together, two begins would follow each other."""
    work = 'step() { echo begin >> "$ROOT/log"; for i in {1..2000}; do :; done; echo end >> "$ROOT/log"; }\n'
    script = work + "for i in 1 2 3 4; do (with_lock step) & done; wait"
    assert shell(script, root=tmp_path).returncode == 0
    assert (tmp_path / "log").read_text().split() == ["begin", "end"] * 4


def test_a_missing_service_ends_the_run_in_ci_and_is_told_elsewhere() -> None:
    script = "attempt Thing false; echo went on"
    there = shell("unset CI; " + script)
    assert there.stdout == "went on\n" and "Going on without Thing" in there.stderr
    in_ci = shell("CI=true; " + script)
    assert (in_ci.returncode, in_ci.stdout) == (1, "")


def test_a_step_that_fails_inside_a_service_is_noticed(tmp_path: Path) -> None:
    """A failing command in the middle must end the attempt (bash forgets -e in conditions)."""
    done = shell('unset CI; broken() { false; touch "$ROOT/reached"; }; attempt Thing broken', root=tmp_path)
    assert "Going on without Thing" in done.stderr
    assert not (tmp_path / "reached").exists()
