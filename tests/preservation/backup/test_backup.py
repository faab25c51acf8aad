"""What a backup holds, and what the next one adds."""

from __future__ import annotations

from pathlib import Path

from tests.preservation.backup.support import Pair, at, make, quiet, store


def test_it_holds_every_row_and_every_object_and_says_so(filled: Path, tmp_path: Path, pair: Pair) -> None:
    from preservation.backup import checking

    to = at(tmp_path / "target")
    made = make(to, pair)
    assert made.missing == 0
    assert made.objects == len(list(store().keys())) > 40
    checked = checking.check(to, "", pair.keys, quiet)
    assert (checked.faults, checked.missing, checked.opened) == ((), 0, True)


def test_the_next_one_writes_only_what_changed(filled: Path, tmp_path: Path, pair: Pair) -> None:
    to = at(tmp_path / "target")
    first = make(to, pair)
    second = make(to)
    assert second.written < first.written / 20
