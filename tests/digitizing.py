"""The whole corpus taken in once, for all tests that look at what came of it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.support import Run, Sohoa

BATCH = "Kho lưu trữ"


def run(sohoa: Sohoa, *arguments: str | Path, **env: str) -> Run:
    """The command, with as much time as a corpus takes."""
    with sohoa.start(*arguments, env=env) as process:
        out, err = process.communicate(timeout=1500)
    return Run(process.returncode, out, err)


def installed(home: Path, **env: str) -> Sohoa:
    """A home with one unit."""
    sohoa = Sohoa(home)
    sohoa.env.update(env)
    for call in (("init",), ("units", "add", "H61", "Tỉnh Vĩnh Long")):
        done = sohoa(*call)
        assert done.code == 0, done.err
    return sohoa


def digitize(corpus: Path, home: Path) -> Sohoa:
    """A home that holds the documents of the corpus."""
    sohoa = installed(home)
    done = run(sohoa, "ingest", corpus / "docs", "--unit", "H61", "--batch", BATCH, "--json")
    assert done.code == 0, done.err
    return sohoa
