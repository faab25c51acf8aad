"""The ledger: what forbids a reuse, what needs a reason, and that each is written once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalog.dossiers import local_day
from catalog.states import Standing
from core.errors import NotFoundError, UsageError
from reuse.records import Check, Counts, Person, Reuse
from tests.catalog.support import at_once
from tests.reuse.support import DOSSIER, TODAY, Paper, recorded, wish

HOLDER_ID = "087185001234"


def day_of(entry: Reuse) -> date:
    """The day in Vietnam on which an entry was written."""
    return local_day(entry.time)


def _found(check: Check) -> tuple[list[str], list[str]]:
    return [f.found.value for f in check.problems], [f.found.value for f in check.warnings]


def _check(result: int, dossier: str = DOSSIER, name: str = "Nguyễn Thị Hòa", ids: tuple[str, ...] = ()) -> Check:
    from reuse import ledger

    return ledger.check(result, dossier, Person(name, ids), "1.004873", TODAY)


def _set(result: int, **columns: object) -> None:
    """What a decision does to a result, without the decision."""
    from catalog.models import Result

    Result.objects.filter(pk=result).update(**columns)


def test_nothing_speaks_against_the_holder_s_own_valid_result(permit: int) -> None:
    assert _found(_check(permit, ids=(HOLDER_ID,))) == ([], [])


def test_habits_of_writing_a_name_do_not_matter(permit: int) -> None:
    for name in ("NGUYEN THI HOA", "bà Nguyễn Thị Hoà", "Hòa Nguyễn Thị", " nguyễn  thị\thòa "):
        assert _found(_check(permit, name=name)) == ([], []), name


def test_another_person_is_warned_of(permit: int) -> None:
    cases: list[tuple[str, tuple[str, ...], list[str]]] = [
        ("Nguyễn Thị Hoa Hồng", (), ["other_name"]),
        ("Trần Văn Đức", (HOLDER_ID,), ["other_name"]),
        ("Nguyễn Thị Hòa", ("087185009999",), ["other_id"]),
        ("Nguyễn Thị Hòa", ("087185009999", "087 185 001 234"), []),
        ("Trần Văn Đức", ("087185009999",), ["other_name", "other_id"]),
        ("", (HOLDER_ID,), ["no_person"]),
        ("?!", (), ["no_person"]),
    ]
    for name, ids, warnings in cases:
        assert _found(_check(permit, name=name, ids=ids)) == ([], warnings), (name, ids)


def test_two_holders_in_one_field_or_two_are_both_holders(units: tuple[str, str]) -> None:
    both = recorded(Paper({"holder": "Ông Lê Văn An và bà Vũ Thị Và", "co_holder": "Lê Minh"}), units[0])
    for name in ("Lê Văn An", "Vũ Thị Và", "Minh Lê"):
        assert _found(_check(both, name=name)) == ([], []), name
    assert _found(_check(both, name="Lê Văn")) == ([], ["other_name"])


def test_what_nobody_knows_is_a_warning(units: tuple[str, str]) -> None:
    vague = recorded(Paper({"issue_date": "", "holder": "", "holder_id": ""}, review=("issue_date",)), units[0])
    assert _found(_check(vague)) == ([], ["validity_unknown", "in_review", "no_holder"])


def test_numbers_that_were_linked_are_the_same_person_s(permit: int, units: tuple[str, str]) -> None:
    from catalog import persons

    persons.link("331234567", HOLDER_ID, "an", units[0], "đổi CMND sang CCCD")
    assert _found(_check(permit, ids=("331234567",))) == ([], [])


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"status": Standing.REVOKED}, "revoked"),
        ({"status": Standing.REPLACED}, "replaced"),
        ({"valid_from": TODAY + timedelta(1)}, "not_yet"),
        ({"valid_to": TODAY - timedelta(1)}, "expired"),
    ],
)
def test_what_is_not_in_force_is_not_used_silently(permit: int, columns: dict[str, object], problem: str) -> None:
    from reuse import ledger

    _set(permit, **columns)
    assert _found(_check(permit)) == ([problem], [])
    for wanted in (wish(permit), wish(permit, reason="cần gấp")):
        with pytest.raises(ledger.NotAllowedError):
            ledger.use(wanted, "an", TODAY)
    assert ledger.of_result(permit) == ()


@pytest.mark.parametrize("status", [Standing.REVOKED, Standing.REPLACED])
def test_nobody_can_use_what_was_revoked_or_replaced(permit: int, status: Standing) -> None:
    from reuse import ledger

    _set(permit, status=status, valid_to=TODAY - timedelta(1))
    with pytest.raises(ledger.NotAllowedError):
        ledger.use(wish(permit, reason="cần gấp", override=True), "an", TODAY)


def test_an_expired_result_can_be_used_by_an_explicit_decision_with_a_reason(permit: int) -> None:
    from reuse import ledger

    _set(permit, valid_to=TODAY - timedelta(1))
    with pytest.raises(ledger.NotAllowedError) as raised:
        ledger.use(wish(permit, override=True), "an", TODAY)
    assert raised.value.check.overridable
    used = ledger.use(wish(permit, override=True, reason="hồ sơ gia hạn"), "an", TODAY)
    assert (used.warnings, used.reason) == (("expired",), "hồ sơ gia hạn")


def test_its_last_day_still_counts(permit: int) -> None:
    _set(permit, valid_to=TODAY)
    assert _found(_check(permit)) == ([], [])


def test_all_that_is_wrong_is_said_at_once(permit: int) -> None:
    from reuse import ledger

    _set(permit, status=Standing.REVOKED)
    found = ledger.check(permit, "H61", Person("Ai đó"), "no procedure!", TODAY)
    assert _found(found) == (["procedure", "dossier", "revoked"], ["other_name"])
    assert _found(_check(10**9)) == (["no_result"], [])


def test_a_warning_needs_a_reason(permit: int) -> None:
    from reuse import ledger

    for reason in ("", " \n "):
        with pytest.raises(ledger.NotAllowedError, match="say why") as raised:
            ledger.use(wish(permit, name="Trần Văn Đức", reason=reason), "an", TODAY)
    assert raised.value.check.allowed
    used = ledger.use(wish(permit, name="Trần Văn Đức", reason="con nộp thay mẹ"), "an", TODAY)
    assert (used.person, used.warnings, used.reason) == ("Trần Văn Đức", ("other_name",), "con nộp thay mẹ")


def test_an_entry_says_what_was_used_and_an_event_proves_it(permit: int, units: tuple[str, str]) -> None:
    from catalog import events, results
    from reuse import ledger

    used = ledger.use(wish(permit, procedure="1.004873", ids=(HOLDER_ID,)), "an", TODAY)
    shown = results.show(permit)
    assert (used.result, used.unit, used.dossier, used.ordinal) == (permit, "H61.12.3", DOSSIER, 1)
    assert (used.dossier_day, used.procedure, used.actor) == (TODAY, "1.004873", "an")
    assert (used.vouched.number, used.vouched.issue_date) == ("577/GPXD", date(2019, 3, 5))
    assert used.vouched.archive_sha256 == shown.archive.sha256
    assert used.vouched.original_sha256 == shown.original.sha256
    assert used.vouched.unit_name == "Ủy ban nhân dân huyện Lai Vung"
    [event] = [e for e in shown.events if e.kind == "result.reused"]
    assert event.actor == "an"
    assert event.data["dossier"] == DOSSIER and event.data["entry"] == used.id
    assert "Hòa" not in str(event.data) and HOLDER_ID not in str(event.data)
    assert events.verify(units[0]).sound
    assert ledger.entry(used.id) == used
    assert ledger.of_result(permit) == ledger.of_dossier(DOSSIER.lower()) == (used,)


def test_the_same_call_twice_writes_once(permit: int) -> None:
    from catalog import results
    from reuse import ledger

    once = ledger.use(wish(permit), "an", TODAY)
    assert ledger.use(wish(permit), "an", TODAY) == once
    assert ledger.use(wish(permit, dossier=f" {DOSSIER.lower()}", name="Trần Văn Đức"), "bình", TODAY) == once
    assert [e.kind for e in results.show(permit).events].count("result.reused") == 1
    assert _found(_check(permit))[0] == ["used_already"]


def test_an_idempotency_key_stands_for_one_call_of_one_actor(permit: int, units: tuple[str, str]) -> None:
    from reuse import ledger

    other = recorded(Paper({"number": "578/GPXD"}, name="b.pdf"), units[0])
    once = ledger.use(wish(permit, key="k1"), "an", TODAY)
    assert ledger.use(wish(permit, key="k1"), "an", TODAY) == once
    with pytest.raises(ledger.ConflictError, match="key"):
        ledger.use(wish(other, key="k1"), "an", TODAY)
    assert ledger.use(wish(other, key="k1"), "bình", TODAY).result == other
    undone = ledger.undo(once.id, "an", "nhầm hồ sơ", day_of(once))
    assert ledger.use(wish(permit, key="k1"), "an", TODAY) == undone, "a call that comes again undoes no undoing"


def test_components_of_a_dossier_are_numbered_and_no_number_comes_twice(permit: int, units: tuple[str, str]) -> None:
    from reuse import ledger

    other = recorded(Paper({"number": "578/GPXD"}, name="b.pdf"), units[0])
    first = ledger.use(wish(permit), "an", TODAY)
    second = ledger.use(wish(other), "an", TODAY)
    ledger.undo(first.id, "an", "nhầm")
    again = ledger.use(wish(permit), "an", TODAY)
    assert [first.ordinal, second.ordinal, again.ordinal] == [1, 2, 3]
    assert [entry.ordinal for entry in ledger.of_dossier(DOSSIER)] == [1, 2, 3]


def test_of_many_at_once_one_writes(permit: int) -> None:
    from catalog import events, results
    from reuse import ledger

    entries = at_once(6, lambda number: ledger.use(wish(permit, key="k"), f"clerk {number % 2}", TODAY))
    assert len({entry.id for entry in entries}) == 1
    assert [e.kind for e in results.show(permit).events].count("result.reused") == 1
    assert events.verify("H61.12").sound


def test_many_results_into_one_dossier_at_once(units: tuple[str, str]) -> None:
    from reuse import ledger

    papers = [recorded(Paper({"number": f"{n}/GPXD"}, name=f"{n}.pdf"), units[n % 2]) for n in range(6)]
    entries = at_once(6, lambda number: ledger.use(wish(papers[number]), "an", TODAY))
    assert sorted(entry.ordinal for entry in entries) == [1, 2, 3, 4, 5, 6]


def test_undone_within_the_day_with_a_reason(permit: int) -> None:
    from catalog import events, results
    from reuse import ledger

    used = ledger.use(wish(permit), "an", TODAY)
    with pytest.raises(UsageError, match="why"):
        ledger.undo(used.id, "an", "  ")
    with pytest.raises(ledger.ConflictError):
        ledger.undo(used.id, "an", "nhầm", day_of(used) + timedelta(1))
    undone = ledger.undo(used.id, "bình", " nhầm  hồ sơ ")
    assert (undone.undone_by, undone.undo_reason) == ("bình", "nhầm hồ sơ")
    assert ledger.undo(used.id, "an", "lần nữa") == undone
    kinds = [e.kind for e in results.show(permit).events]
    assert kinds.count("result.reuse_undone") == 1
    assert events.verify("H61.12").sound
    assert _found(_check(permit)) == ([], []), "it can be used again"


def test_what_is_not_there_and_what_is_too_long_is_refused(permit: int) -> None:
    from reuse import ledger

    with pytest.raises(NotFoundError):
        ledger.undo(10**9, "an", "nhầm")
    with pytest.raises(NotFoundError):
        ledger.entry(10**9)
    with pytest.raises(UsageError, match="unknown unit"):
        ledger.use(ledger.Wish(permit, DOSSIER, "H99", Person("Nguyễn Thị Hòa")), "an", TODAY)
    for wanted in (wish(permit, name="x" * 401), wish(permit, reason="x" * 2001), wish(permit, key="x" * 201)):
        with pytest.raises(UsageError):
            ledger.use(wanted, "an", TODAY)
    with pytest.raises(ledger.NotAllowedError, match="no such result"):
        ledger.use(wish(10**9), "an", TODAY)
    for odd in ("\0", "\ud800", "H61-261120-\0"):
        with pytest.raises(ledger.NotAllowedError):
            ledger.use(wish(permit, odd), "an", TODAY)
        assert ledger.listing(ledger.Filter(text=odd)) == ()
        with pytest.raises(UsageError):
            ledger.use(ledger.Wish(permit, DOSSIER, odd, Person("Nguyễn Thị Hòa")), "an", TODAY)
    hostile = ledger.use(wish(permit, name="Hòa\0 Nguyễn Thị\ud800", reason="\0?"), "an\0", TODAY)
    assert hostile.person == "Hòa Nguyễn Thị?"


def test_nothing_is_written_when_the_event_cannot_be(permit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from catalog import events
    from reuse import ledger

    def broken(*_: object) -> int:
        raise OSError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(events, "append", broken)
        with pytest.raises(OSError, match="no room"):
            ledger.use(wish(permit), "an", TODAY)
    assert ledger.of_result(permit) == ()


def test_the_ledger_is_listed_page_by_page_and_by_what_is_wanted(units: tuple[str, str]) -> None:
    from reuse import ledger

    papers = [recorded(Paper({"number": f"{n}/GPXD"}, name=f"{n}.pdf"), units[0]) for n in range(5)]
    entries = [
        ledger.use(wish(p, f"H61.12.3-26112{n // 5}-000{1 + n // 2}"), "an", TODAY) for n, p in enumerate(papers)
    ]
    day = day_of(entries[0])
    ledger.undo(entries[4].id, "an", "nhầm")
    first = ledger.listing(ledger.Filter(), limit=2)
    assert [e.id for e in first] == [entries[4].id, entries[3].id]
    assert [e.id for e in ledger.listing(ledger.Filter(), 9, before=first[-1].id)] == [
        e.id for e in reversed(entries[:3])
    ]
    assert ledger.listing(ledger.Filter(units=["H61.12"])) == () == ledger.listing(ledger.Filter(units=[]))
    assert len(ledger.listing(ledger.Filter(units=["H61.12.3"], standing=True))) == 4
    assert len(ledger.listing(ledger.Filter(text="h61.12.3-261120-0001"))) == 2
    assert len(ledger.listing(ledger.Filter(first=day, last=day))) == 5
    assert (
        ledger.listing(ledger.Filter(first=day + timedelta(1)))
        == ()
        == ledger.listing(ledger.Filter(last=day - timedelta(1)))
    )


def test_dossiers_are_counted_once_by_the_day_of_their_receipt(units: tuple[str, str]) -> None:
    from reuse import ledger

    papers = [recorded(Paper({"number": f"{n}/GPXD"}, name=f"{n}.pdf"), units[0]) for n in range(3)]
    for paper in papers[:2]:
        ledger.use(wish(paper, "H61.12.3-261031-0001"), "an", TODAY)
    ledger.use(wish(papers[0], "H61.12.3-261101-0001"), "an", TODAY)
    taken_back = ledger.use(wish(papers[2], "H61.12.3-261031-0002"), "an", TODAY)
    ledger.undo(taken_back.id, "an", "nhầm")
    october = date(2026, 10, 1), date(2026, 10, 31)
    assert ledger.counts(["H61.12.3"], *october) == ledger.counts(None, *october) == Counts(1, 2)
    assert ledger.counts(["H61.12.3"], date(2026, 1, 1), date(2026, 12, 31)) == Counts(2, 3)
    assert ledger.counts(["H61.12"], *october) == ledger.counts([], *october) == Counts(0, 0)


def test_entries_about_results_that_one_may_not_see_do_not_exist(units: tuple[str, str]) -> None:
    from reuse import ledger, notices
    from reuse.entries import Sight

    papers = [recorded(Paper({"number": f"{n}/GPXD"}, name=f"{n}.pdf"), units[n // 3]) for n in range(6)]
    for paper in (papers[4], papers[2]):
        _set(paper, confidential="adoption")
    entries = [ledger.use(wish(p, f"H61.12.3-261120-000{1 + n}"), "an", TODAY).id for n, p in enumerate(papers)]
    for paper in papers:
        _set(paper, edition=2)

    def listed(sight: Sight | None) -> list[int]:
        pages = [ledger.listing(ledger.Filter(sight=sight), 1)]
        while pages[-1]:
            pages.append(ledger.listing(ledger.Filter(sight=sight), 1, before=pages[-1][-1].id))
        told = [notice.reuse.id for notice in notices.of_units(None, sight=sight)]
        assert notices.count(None, sight) == len(told)
        found = [entry.id for page in pages for entry in page]
        assert found == told
        return [entries.index(id) for id in reversed(found)]

    assert listed(None) == listed(Sight(None, {"adoption": None})) == [0, 1, 2, 3, 4, 5]
    assert listed(Sight(None, {})) == listed(Sight(None, {"secret": None})) == [0, 1, 3, 5]
    assert listed(Sight(["H61.12"], {"adoption": None})) == [0, 1, 2]
    assert listed(Sight(None, {"adoption": ["H61.12.3"]})) == [0, 1, 3, 4, 5]
    assert listed(Sight([], {"adoption": None})) == []


def test_a_part_of_a_code_finds_all_that_begin_so_and_a_whole_one_itself(units: tuple[str, str]) -> None:
    from reuse import ledger

    papers = [recorded(Paper({"number": f"{n}/GPXD"}, name=f"{n}.pdf"), units[0]) for n in range(3)]
    for paper, code in zip(
        papers, ("H61.12.3-261120-0001", "H61.12.3-261120-00012", "H61.12.3-261119-0001"), strict=True
    ):
        ledger.use(wish(paper, code), "an", TODAY)

    def found(text: str) -> int:
        return len(ledger.listing(ledger.Filter(text=text)))

    assert [found("H61.12.3-2611"), found("h61.12.3-261120"), found("H61.12.3-261120-0001"), found("H61%")] == [
        3,
        2,
        1,
        0,
    ]


def test_replaced_results_of_another_unit_and_confidential_ones_are_not_named(units: tuple[str, str]) -> None:
    from catalog.models import Result
    from reuse import ledger, models

    keeper, commune = units
    new = recorded(Paper(name="new.pdf"), keeper)
    old, foreign, secret = (
        recorded(Paper(name=f"{number}.pdf"), unit) for number, unit in enumerate((keeper, commune, keeper))
    )
    for replaced in (old, foreign, secret):
        _set(replaced, status=Standing.REPLACED.value, replaced_by_id=new)
    _set(secret, confidential="secret")
    entry = ledger.use(wish(new), "an", TODAY)
    assert entry.vouched.replaces == (old,)
    _set(old, confidential="secret")
    assert ledger.entry(entry.id).vouched.replaces == (old,), "what was handed over stays as it is"
    kept = models.Reuse.objects.get(pk=entry.id)
    kept.vouched = kept.vouched.replace('"replaces_open":true,', "").replace(f"[{old}]", f"[{old},{foreign},{secret}]")
    kept.save(update_fields=["vouched"])
    assert ledger.entry(entry.id).vouched.replaces == (), "an entry of old, in which all of them are named"
    Result.objects.filter(pk=old).update(confidential="")
    assert [one.vouched.replaces for one in ledger.listing(ledger.Filter())] == [(old,)]
