"""A backup is read by somebody who has no sohoa: with the commands that its README names, as they stand there."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.preservation.support import Pair, at, make

PROGRAMS = ("age", "zstd", "jq", "sha256sum")


def _commands(readme: str) -> str:
    """What stands indented by four letters behind a heading with a number, without the remarks at the right."""
    text = readme.partition("0. The key")[2].partition("Each line is a row")
    text = text[0] + "\n" + text[2].partition("4. A file")[2].partition("catalog_scan:")[0]
    lines = [line[4:] for line in text.splitlines() if line.startswith("    ")]
    lines = [re.sub(r"(?<=\S) {3,}.*", "", line) for line in lines]
    return "\n".join(line for line in lines if not line.startswith((" " * 20, "Where there is", "passphrase")))


def test_the_commands_in_its_readme_read_it(filled: Path, tmp_path: Path, pair: Pair) -> None:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not here: {', '.join(missing)} (./run test installs them)")
    target = tmp_path / "target"
    make(at(target), pair)
    make(at(target))
    (target / "key.txt").write_text(f"# made by age-keygen\n{pair.private}\n")
    commands = _commands((target / "README.txt").read_text("utf-8")).replace("577/GPXD", "5/GPXD")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands], cwd=target, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (commands, done.stderr)
    assert done.stderr == ""
    rows = [json.loads(line) for line in (target / "catalog_result.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) >= 15
    (wanted,) = [row for row in rows if row["number"] == "5/GPXD"]
    assert wanted["holder"] == "Phạm Văn 5"
    assert hashlib.sha256((target / "result.pdf").read_bytes()).hexdigest() == wanted["archive_sha256"]
    assert (target / "result.pdf").read_bytes().startswith(b"%PDF")

    # and these commands can fail
    packed = next(path for path in sorted((target / "objects").rglob("*.age")))
    packed.write_bytes(packed.read_bytes()[:-1] + b"x")
    again = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=target, capture_output=True, check=False)
    assert again.returncode != 0
