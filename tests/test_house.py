"""The house keeps its own rules: folders, names, settings, and what must never be committed."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from core.settings import PREFIX, Settings
from tests.conftest import ROOT

CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = CONFIG["tool"]["importlinter"]["root_packages"]
OTHER_FOLDERS = {"infra", "tests", "benchmarks", "docs", "samples"}


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def tracked_texts() -> dict[Path, str]:
    """Every tracked text file with what it says."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: nothing is tracked")
    texts = {}
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            texts[path] = content.decode("utf-8")  # our text files are UTF-8, all of them
    assert texts
    return texts


def test_every_folder_is_one_of_the_folder_table() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in tracked_files() if path.parent != ROOT}
    known = set(PACKAGES) | OTHER_FOLDERS
    assert {f for f in folders if not f.startswith(".")} <= known


def test_readme_explains_every_folder() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = set(re.findall(r"`(\w+)/`", readme))
    assert set(PACKAGES) | OTHER_FOLDERS <= table


def test_the_lists_of_our_packages_agree() -> None:
    """What is built, linted for layers and checked for types is the same set."""
    built = {name.rstrip("*") for name in CONFIG["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert built == set(PACKAGES) == set(CONFIG["tool"]["mypy"]["packages"])
    assert all((ROOT / name / "__init__.py").is_file() for name in PACKAGES)


def test_no_dependency_installs_a_package_with_the_name_of_ours() -> None:
    taken = importlib.metadata.packages_distributions()
    clashes = {name: set(taken.get(name, [])) - {"sohoa"} for name in PACKAGES}
    assert not {name: owners for name, owners in clashes.items() if owners}


def test_every_setting_is_documented_and_nothing_else() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(rf"^\| `{PREFIX}(\w+)` \|", page, flags=re.MULTILINE))
    assert documented == {name.upper() for name in Settings.model_fields}


def test_documented_defaults_are_the_real_ones() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(rf"^\| `{PREFIX}(\w+)` \| `([^`]+)` \|", page, flags=re.MULTILINE))
    assert rows
    for name, written in rows.items():
        default = Settings.model_fields[name.lower()].default
        assert written == (f"{default:g}" if isinstance(default, float) else str(default)), name


def test_every_direct_dependency_is_locked_and_has_its_row() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| (\w[\w-]*)(?: \(\w+\))? \|", page, flags=re.MULTILINE)) - {"Package"}
    asked = set()
    for name in ("requirements", "requirements-dev"):
        lines = (ROOT / "infra" / f"{name}.in").read_text(encoding="utf-8").splitlines()
        direct = {m[0] for line in lines if (m := re.match(r"[\w-]+", line)) and not line.startswith("-")}
        lock = (ROOT / "infra" / f"{name}.lock").read_text(encoding="utf-8")
        assert direct <= set(re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", lock, flags=re.MULTILINE)), name
        asked |= direct
    assert explained == asked


def test_locks_carry_hashes_and_no_address() -> None:
    for lock in (ROOT / "infra").glob("*.lock"):
        text = lock.read_text(encoding="utf-8")
        pins = re.split(r"^(?=[\w.-]+(?:\[[\w,]+\])?==)", text, flags=re.MULTILINE)[1:]
        assert pins and all("--hash=sha256:" in pin for pin in pins), lock.name
        assert "://" not in text and "--find-links" not in text and "--index" not in text, lock.name


def test_no_file_names_a_place_of_one_machine(tracked_texts: dict[Path, str]) -> None:
    """Paths of a checkout or of a home are true on one machine only."""
    everyones = {Path("/"), Path("/tmp"), Path("/srv"), Path("/opt"), Path("/home"), Path("/var/tmp")}
    checkout = [re.escape(f"{folder}/") for folder in (ROOT, ROOT.parent) if folder not in everyones]
    patterns = [*checkout, "/" + r"root/", "/" + r"home/\w+/", "/" + r"Users/\w+/"]
    place = re.compile("|".join(patterns))
    found = {str(path.relative_to(ROOT)): m[0] for path, text in tracked_texts.items() if (m := place.search(text))}
    assert not found


def test_no_file_names_a_package_index(tracked_texts: dict[Path, str]) -> None:
    """Neither the index configured on this machine nor any option that names one."""
    option = re.compile(r"(--(extra-)?index-url|--find-links|PIP_INDEX_URL|GOPROXY)[ =]\S*(//|/)")
    hosts = [re.escape(host) for host in configured_hosts()]
    named = re.compile("|".join([option.pattern, *hosts]))
    found = {str(path.relative_to(ROOT)): m[0] for path, text in tracked_texts.items() if (m := named.search(text))}
    assert not found


def configured_hosts() -> set[str]:
    """Hosts of package indexes in pip's configuration here; none where pip uses its built-in one."""
    listed = subprocess.run(
        ["python3", "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    return set(re.findall(r"://(?:[^/@'\s]*@)?([^/:'\s]+)", listed))


def test_python_files_keep_to_one_subject() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in tracked_files()
        if p.suffix == ".py" and (n := len(p.read_bytes().splitlines())) > 400
    }
    assert not long


def test_no_large_file_is_committed() -> None:
    large = {str(p.relative_to(ROOT)): p.stat().st_size for p in tracked_files() if p.stat().st_size > 2_500_000}
    assert not large
