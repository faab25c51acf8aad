"""What was taken out of the program is told in the chains of the units that it was of."""

from __future__ import annotations

from datetime import date

import pytest

from catalog import events, exports, units
from catalog.records import EventRow
from core.errors import UsageError


@pytest.fixture
def tree(database: str) -> None:
    """A province with a commune and its office; a province that ended; a department beside them."""
    units.add("H1", "Tỉnh Đồng Tháp")
    units.add("H1.1", "Xã Tân Hòa", "H1")
    units.add("H1.1.1", "Bộ phận một cửa", "H1.1")
    units.add("H0", "Tỉnh Tiền Giang", valid_to=date(2025, 6, 30), successors=("H1",))
    units.add("H2", "Sở Tư pháp")


def told(unit: str) -> list[EventRow]:
    return [event for event in events.listing(unit) if event.kind == "export.made"]


def test_an_export_is_told_in_the_chain_of_each_topmost_unit(tree: None) -> None:
    exports.made(["H1.1.1", "H1.1", "H2"], "lines.csv", 7, "an.nguyen", {"state": "open", "kind": ""}, "ab" * 32)
    assert (told("H1"), told("H1.1.1")) == ([], [])
    for unit in ("H1.1", "H2"):
        (event,) = told(unit)
        assert (event.actor, event.subject) == ("an.nguyen", "export:lines.csv")
        assert event.data == {"what": "lines.csv", "rows": 7, "filters": {"state": "open"}, "sha256": "ab" * 32}
        assert events.verify(unit).sound


def test_an_export_of_everything_is_told_at_the_top_of_what_lives(tree: None) -> None:
    exports.made((), "results", 2, "an.nguyen")
    assert [len(told(code)) for code in ("H0", "H1", "H1.1", "H2")] == [0, 1, 0, 1]
    assert told("H1")[0].data == {"what": "results", "rows": 2}


def test_an_export_of_an_unknown_unit_is_refused_and_told_nowhere(tree: None) -> None:
    with pytest.raises(UsageError, match="unknown unit H9"):
        exports.made(["H1", "H9"], "results", 2, "an.nguyen")
    assert told("H1") == []
