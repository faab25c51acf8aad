"""Two people never hold one document, whoever is quicker; and what nobody is at any more is free again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from catalog.queue import Sight
from review import leases, queue
from review.models import Lease
from tests.catalog.support import at_once, run_python
from tests.review.conftest import Record

ALL = Sight(None)


def run_out(result: int) -> None:
    """Nobody gave a sign of life for long."""
    Lease.objects.filter(result=result).update(until=datetime.now(UTC) - timedelta(seconds=1))


def test_of_many_who_want_a_document_one_gets_it(record: Record) -> None:
    result = record()
    got = at_once(8, lambda n: leases.take(result, f"user{n}"))
    [held] = [one for one in got if one]
    assert leases.holder(result) == f"user{got.index(held)}"


def test_of_many_who_want_one_that_ran_out_one_gets_it(record: Record) -> None:
    result = record()
    assert leases.take(result, "away")
    assert leases.take(result, "lan") is None
    run_out(result)
    assert leases.holder(result) == ""
    assert sum(one is not None for one in at_once(8, lambda n: leases.take(result, f"user{n}"))) == 1


def test_a_sign_of_life_keeps_it_and_who_lost_it_learns_so(record: Record) -> None:
    one, other = record(), record()
    leases.take(one, "lan")
    leases.take(other, "lan")
    run_out(other)
    assert leases.take(other, "minh")
    assert leases.renew([one, other], "lan") == {one}
    assert leases.holder(one) == "lan"


def test_a_window_that_closes_late_gives_nothing_back_that_a_newer_one_holds(record: Record) -> None:
    result = record()
    old, new = leases.take(result, "lan"), leases.take(result, "lan")
    assert old and new
    assert not leases.give_back(result, old.ticket)
    assert leases.holder(result) == "lan"
    assert leases.give_back(result, new.ticket)
    assert leases.holder(result) == ""
    assert not leases.give_back(result, new.ticket)


def test_a_hundred_documents_go_to_eight_people_each_once(record: Record) -> None:
    ids = {record() for _ in range(40)}

    def all_of_theirs(n: int) -> list[int]:
        mine: list[int] = []
        while held := queue.hand_out(f"user{n}", ALL, but=mine):
            mine.append(held.result)
        return mine

    handed = [result for mine in at_once(8, all_of_theirs) for result in mine]
    assert sorted(handed) == sorted(ids)


def test_what_a_killed_process_held_is_free_when_its_time_is_over(record: Record) -> None:
    result = record()
    code = f"""
import catalog, os, sys; catalog.setup()
from review import leases
assert leases.take({result}, "lan")
os.kill(os.getpid(), 9)
"""
    process = run_python(code)
    process.communicate(timeout=60)
    assert process.returncode == -9
    assert leases.holder(result) == "lan"
    assert leases.take(result, "minh") is None
    run_out(result)
    assert leases.take(result, "minh")
