"""Whoever used a result is told when it is revoked, replaced or corrected afterwards."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.life import Decision
from core.errors import NotFoundError
from reuse.records import Change, Reuse
from tests.catalog.support import at_once
from tests.reuse.support import DOSSIER, TODAY, Paper, recorded, wish

DECISION = Decision("12/QĐ-UBND", date(2026, 11, 1), "ghi sai")


@pytest.fixture
def used(permit: int) -> Reuse:
    """An entry about the permit."""
    from reuse import ledger

    return ledger.use(wish(permit), "an", TODAY)


def _changes() -> list[tuple[str, int]]:
    from reuse import notices

    told = notices.of_units(["H61.12.3"])
    assert notices.count(["H61.12.3"]) == len(told)
    return [(notice.change.value, notice.reuse.id) for notice in told]


def test_nothing_is_told_while_nothing_changed(used: Reuse) -> None:
    from reuse import notices

    assert _changes() == [] and notices.of_dossier(DOSSIER) == ()
    assert notices.seen(used.id, "an") is False


def test_each_kind_of_change_is_told_to_those_who_used_it(used: Reuse, units: tuple[str, str]) -> None:
    from catalog import decisions
    from reuse import notices

    decisions.correct(used.result, {"subject": "Xây dựng nhà xưởng"}, DECISION, "bình")
    assert _changes() == [("corrected", used.id)]
    other = recorded(Paper({"number": "9/GPXD"}, name="b.pdf"), units[0])
    decisions.replace(used.result, other, DECISION, "bình")
    assert _changes() == [("replaced", used.id)]
    assert [notice.change for notice in notices.of_dossier(DOSSIER)] == [Change.REPLACED]
    assert notices.of_units(["H61.12"]) == () == notices.of_units([])
    assert [notice.reuse for notice in notices.of_units(None)] == [used]


def test_a_revoked_one_is_told(used: Reuse) -> None:
    from catalog import decisions

    decisions.revoke(used.result, DECISION, "bình")
    assert _changes() == [("revoked", used.id)]


def test_one_that_became_confidential_is_told_as_closed_to_those_who_may_not_see_it_any_more(used: Reuse) -> None:
    from catalog import decisions
    from reuse import ledger, notices
    from reuse.entries import Sight

    decisions.correct(used.result, {"confidential": "adoption"}, DECISION, "bình")
    assert _changes() == [("corrected", used.id)]
    unit = {"H61.12"}
    within, without, elsewhere = Sight(unit, {"adoption": unit}), Sight(unit, {}), Sight({"H61.13"}, {})
    for sight, told in ((within, [Change.CORRECTED]), (without, [Change.CLOSED]), (elsewhere, [])):
        assert [notice.change for notice in notices.of_units(["H61.12.3"], sight=sight)] == told
        assert notices.count(["H61.12.3"], sight) == len(told)
    ledger.undo(used.id, "an", "nhầm")
    ledger.use(wish(used.result), "an", TODAY)
    decisions.revoke(used.result, DECISION, "bình")
    assert notices.of_units(["H61.12.3"], sight=without) == (), "it was closed to them from the beginning"
    assert [notice.change for notice in notices.of_units(["H61.12.3"], sight=within)] == [Change.REVOKED]


def test_what_was_only_looked_at_is_not_called_corrected(units: tuple[str, str]) -> None:
    from catalog import decisions
    from reuse import ledger

    result = recorded(Paper(review=("signer",)), units[0])
    used = ledger.use(wish(result, reason="đã xem bản giấy"), "an", TODAY)
    decisions.confirm(result, ["signer"], "bình")
    assert _changes() == [("confirmed", used.id)]


def test_seen_notices_stay_away_until_the_next_change(used: Reuse) -> None:
    from catalog import decisions, events, results
    from reuse import notices

    decisions.correct(used.result, {"subject": "Xây dựng nhà xưởng"}, DECISION, "bình")
    assert sorted(at_once(3, lambda n: notices.seen(used.id, f"clerk {n}"))) == [False, False, True]
    assert _changes() == []
    assert [notice.change for notice in notices.of_dossier(DOSSIER)] == [Change.CORRECTED], (
        "the dossier's page keeps it"
    )
    decisions.revoke(used.result, DECISION, "bình")
    assert _changes() == [("revoked", used.id)]
    assert [e.kind for e in results.show(used.result).events].count("result.change_seen") == 1
    assert events.verify("H61.12").sound


def test_an_entry_that_was_taken_back_is_nobody_s_concern(used: Reuse) -> None:
    from catalog import decisions
    from reuse import ledger, notices

    decisions.revoke(used.result, DECISION, "bình")
    ledger.undo(used.id, "an", "nhầm")
    assert _changes() == [] and notices.of_dossier(DOSSIER) == ()
    assert notices.seen(used.id, "an") is False
    with pytest.raises(NotFoundError):
        notices.seen(10**9, "an")


def test_notices_are_listed_page_by_page_with_as_many_queries(permit: int, units: tuple[str, str]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from catalog import decisions
    from reuse import ledger, notices

    entries = [ledger.use(wish(permit, f"H61.12.3-261120-000{n}"), "an", TODAY) for n in range(1, 6)]
    decisions.revoke(permit, DECISION, "bình")
    first = notices.of_units(None, limit=2)
    rest = notices.of_units(None, limit=9, before=first[-1].reuse.id)
    assert [notice.reuse.id for notice in (*first, *rest)] == [entry.id for entry in reversed(entries)]
    with CaptureQueriesContext(
        connection,
    ) as few:
        notices.of_units(None, limit=1)
    with CaptureQueriesContext(connection) as many:
        notices.of_units(None, limit=5)
    assert len(many) == len(few) == 3


def test_the_edition_that_was_handed_over_is_the_one_that_was_checked(used: Reuse) -> None:
    """A change that comes between looking and writing is told afterwards."""
    from catalog import decisions
    from reuse import ledger, notices

    decisions.correct(used.result, {"subject": "Xây dựng nhà xưởng"}, DECISION, "bình")
    later = ledger.use(wish(used.result, "H61.12.3-261120-0002"), "an", TODAY)
    assert later.vouched.subject == "Xây dựng nhà xưởng" and later.vouched.edition == 2
    assert [notice.reuse.id for notice in notices.of_units(None)] == [used.id]
