"""Persons: results are found by every number of one person, and no event holds a number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from catalog import decisions, events, identities, openings, outbox, persons, results
from catalog.confidential import Confidential
from catalog.life import Decision
from catalog.models import Event, Opening, PersonLink
from catalog.refusals import Refusal, RefusedChangeError
from catalog.values import HERE, today
from core.errors import NotFoundError, UsageError
from tests.catalog.support import at_once, processed, queries, stored_scan

OLD, NEW, OTHER = "341234567", "087190001234", "087190009999"


@pytest.fixture
def record(batch: int) -> Callable[..., int]:
    scan_id = stored_scan(batch)
    count = iter(range(1, 100))

    def one(*numbers: str) -> int:
        ordinal = next(count)
        values = {"number": f"{ordinal}/GCN"} | dict(zip(("holder_id", "co_holder_id"), numbers, strict=False))
        return results.record(scan_id, processed(ordinal, ordinal, ordinal, values), "key", "words")

    return one


def versions() -> dict[int, int]:
    return {entry.result: entry.version for entry in outbox.pending(1000)}


def linked(id: int) -> tuple[str, ...]:
    return outbox.search_documents([id])[0].linked_ids


def test_both_numbers_find_all_results_of_the_person(unit: str, record: Callable[..., int]) -> None:
    old, new, both, other = record(OLD), record(NEW), record(OLD, NEW), record(OTHER)
    assert persons.link(" 341 234 567", NEW, "lan", unit, "CMND ghi ở mặt sau CCCD")
    assert (linked(old), linked(new), linked(both), linked(other)) == ((NEW,), (OLD,), (), ())
    assert versions() == {old: 2, new: 2, both: 2, other: 1}
    assert persons.linked([OLD]) == {NEW}
    assert persons.results_of([OLD]) == persons.results_of([NEW]) == (old, new, both)
    [row] = persons.links([NEW])
    assert (row.first, row.second, row.unit, row.actor) == (NEW, OLD, unit, "lan")
    assert not persons.link(NEW, OLD, "minh", unit, "x"), "known already"
    assert versions()[old] == 2


def test_numbers_are_in_no_event(unit: str, record: Callable[..., int]) -> None:
    record(OLD)
    persons.link(OLD, NEW, "lan", unit, f"của {OLD}")
    persons.unlink(OLD, NEW, "lan", unit, f"không phải {NEW}")
    told = " ".join(event.data + event.subject for event in Event.objects.all())
    assert OLD not in told
    assert NEW not in told
    assert [event.kind for event in events.listing(unit, 2)] == ["persons.unlinked", "persons.linked"]
    assert events.verify(unit).sound


def test_a_link_that_was_wrong_ends_and_can_be_made_again(unit: str, record: Callable[..., int]) -> None:
    id = record(OLD)
    persons.link(OLD, NEW, "lan", unit, "x")
    persons.link(NEW, OTHER, "lan", unit, "x")
    assert linked(id) == (NEW, OTHER)
    persons.unlink(NEW, OTHER, "minh", unit, "nhầm")
    assert linked(id) == (NEW,)
    assert versions()[id] == 4
    with pytest.raises(RefusedChangeError) as raised:
        persons.unlink(OLD, OTHER, "minh", unit, "chưa từng")
    assert raised.value.refusal is Refusal.NOT_LINKED
    assert persons.link(NEW, OTHER, "minh", unit, "đúng là một người")
    assert PersonLink.objects.count() == 3


def test_a_corrected_number_is_found_by_its_new_person(unit: str, record: Callable[..., int]) -> None:
    id = record(OTHER)
    persons.link(OLD, NEW, "lan", unit, "x")
    decisions.correct(id, {"holder_id": OLD}, Decision("1", date(2026, 1, 1), "x"), "lan")
    assert persons.results_of([NEW]) == (id,)
    assert persons.results_of([OTHER]) == ()
    assert linked(id) == (NEW,)


@pytest.mark.parametrize(
    ("a", "b", "refusal"),
    [
        (OLD, OLD, Refusal.SAME_NUMBER),
        (OLD, "341.234.567", Refusal.SAME_NUMBER),
        (OLD, "", Refusal.IDENTITY),
        ("12345678", NEW, Refusal.IDENTITY),
        (OLD, "0100233488", Refusal.IDENTITY),
        (OLD, "٠٨٧١٩٠٠٠١٢٣٤", Refusal.IDENTITY),
    ],
)
def test_what_is_no_persons_number_is_not_linked(unit: str, a: str, b: str, refusal: Refusal) -> None:
    for call in (persons.link, persons.unlink):
        with pytest.raises(RefusedChangeError) as raised:
            call(a, b, "lan", unit, "x")
        assert raised.value.refusal is refusal
    with pytest.raises(RefusedChangeError):
        persons.link(OLD, NEW, "lan", unit, "")
    with pytest.raises(UsageError, match="unknown unit"):
        persons.link(OLD, NEW, "lan", "H9", "x")
    assert not PersonLink.objects.exists()


def test_nobody_is_made_of_a_crowd(unit: str) -> None:
    numbers = [f"{n:09}" for n in range(persons.MOST_NUMBERS + 1)]
    for number in numbers[1:-1]:
        persons.link(numbers[0], number, "lan", unit, "x")
    with pytest.raises(RefusedChangeError) as raised:
        persons.link(numbers[3], numbers[-1], "lan", unit, "x")
    assert raised.value.refusal is Refusal.TOO_MANY_NUMBERS
    assert len(persons.linked([numbers[5]])) == persons.MOST_NUMBERS - 1


def test_links_made_at_once_are_all_made_once(unit: str, record: Callable[..., int]) -> None:
    id = record(OLD)
    pairs = [(OLD, NEW), (NEW, OLD), (OLD, OTHER), (OTHER, NEW)]
    made = at_once(8, lambda n: persons.link(*pairs[n % 4], f"user{n}", unit, "x"))
    assert sum(made) == 3
    assert linked(id) == (NEW, OTHER)
    assert versions()[id] in {3, 4}, "a link of two other numbers is told of once the result's own is one of theirs"
    assert events.verify(unit).sound


def test_links_of_many_results_take_a_few_queries(unit: str, record: Callable[..., int]) -> None:
    for n in range(12):
        record(f"{n:09}", f"{n + 100:09}")
    persons.link(f"{1:09}", f"{555:09}", "lan", unit, "x")
    persons.link(f"{555:09}", f"{556:09}", "lan", unit, "x")
    with queries(4):  # the results, and one for each step along a chain of links
        rows = outbox.search_documents(range(1000))
    assert [len(row.linked_ids) for row in rows] == [0, 2, *[0] * 10]
    assert identities.others_each([[f"{1:09}"], [], [f"{2:09}"]]) == [
        {f"{555:09}", f"{556:09}"},
        frozenset(),
        frozenset(),
    ]


def test_who_looks_into_a_secret_says_why_each_day(unit: str, record: Callable[..., int]) -> None:
    id = record(OLD)
    assert not openings.opened(id, "lan")
    with pytest.raises(RefusedChangeError):
        openings.open_for(id, "lan", "\n")
    openings.open_for(id, "lan", "hồ sơ của ông A")
    assert openings.opened(id, "lan")
    assert not openings.opened(id, "minh")
    [row] = openings.listing(id)
    assert (row.actor, row.reason) == ("lan", "hồ sơ của ông A")
    [event] = events.listing(unit, 1)
    assert (event.kind, event.actor) == ("result.opened", "lan")
    assert "ông A" not in str(event.data)
    assert event.data["confidential"] == Confidential.OPEN
    assert len(outbox.pending()) == 1, "search need not know"
    midnight = datetime.combine(today(), datetime.min.time(), HERE)
    Opening.objects.update(time=midnight - timedelta(seconds=1))
    assert not openings.opened(id, "lan")
    with pytest.raises(NotFoundError):
        openings.open_for(id + 1, "lan", "x")
