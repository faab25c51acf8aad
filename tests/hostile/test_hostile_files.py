"""What must become of each hostile file: the door's reason, a failed document, or a whole copy; and nothing else.

They go one after the other through one process, as in a worker that never ends: it must neither crash, nor hang, nor
grow. `benchmarks.hostile` makes the files; the expected outcome stands beside each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import hostile, hostile_pages, hostile_pdfs, hostile_pictures
from benchmarks.hostile import FAILED, TAKEN, Made
from cli.refusals import REASONS
from pipeline import drawing
from staging.watch_reasons import _REASONS as AT_THE_SCANNER
from web.wording_intake import REFUSALS

FILES = [*hostile_pdfs.made(), *hostile_pages.made(), *hostile_pictures.made()]
SECONDS = 60.0
"""For one file, on a machine that is busy; the limits inside are `hostile.SECONDS` for each drawing."""
GROWTH = 150
"""MB that the process may grow by after the first hundred files: its libraries, and what the allocator keeps."""


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(drawing, "DRAW_SECONDS", hostile.SECONDS)
    monkeypatch.setattr(drawing, "READ_SECONDS", hostile.SECONDS)
    yield


def _resident() -> int:
    """MB of this process."""
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) // 1024


def test_there_are_at_least_three_hundred_and_each_has_a_name_of_its_own() -> None:
    names = Counter(made.name for made in FILES)
    assert len(names) >= 300
    assert not [name for name, times in names.items() if times > 1]


def test_each_expected_outcome_is_one_that_people_are_told_in_their_language() -> None:
    expected = {what for made in FILES for what in made.expected.split()} - {TAKEN, FAILED}
    assert expected <= set(REASONS)
    assert expected <= set(REFUSALS)
    assert expected <= set(AT_THE_SCANNER)


@pytest.mark.timeout(900)
def test_each_file_ends_as_it_must_and_the_process_stays_as_it_was(tmp_path: Path) -> None:
    wrong: list[str] = []
    before = 0
    for number, made in enumerate(FILES):
        if number == 100:
            before = _resident()
        if fault := _fault(made, tmp_path):
            wrong.append(fault)
    assert not wrong, "\n".join(wrong)
    assert _resident() - before < GROWTH
    assert not list(tmp_path.iterdir()), "nothing is left behind"


def _fault(made: Made, folder: Path) -> str:
    shown = made.name[:60].encode("unicode_escape").decode()
    try:
        outcome = hostile.way_of(made, folder)
    except Exception as error:  # of any kind: each is a fault of ours, told with the name of the file
        return f"{shown}: {type(error).__name__}: {str(error)[:300]}"
    if outcome.what not in made.expected.split():
        return f"{shown}: {outcome.what} ({outcome.why[:200]}), not {made.expected}"
    return f"{shown}: {outcome.seconds:.0f} s" if outcome.seconds > SECONDS else ""
