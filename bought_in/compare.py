"""What an index states is compared with what was read, as soon as it was read.

Works from the catalog alone: no message has to arrive. Run again after being killed it goes on where it stopped; what
is done twice has no second effect.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from bought_in.models import IndexLine
from bought_in.records import Outcome
from catalog import contents, results, statements
from catalog.configuration import told_plainly
from catalog.sameness import same
from catalog.statements import INDEX, Verdict
from catalog.values import now
from core.errors import ServiceError
from paper import places
from paper.places import Target
from pipeline.records import FIELD_NAMES

_PAGE = 500
_log = logging.getLogger("sohoa.bought_in")


@told_plainly()
def catch_up(limit: int = 200) -> int:
    """Compare at most about `limit` rows whose papers have been read by now; returns how many were compared.

    Less than `limit`: nothing is left to do for now.
    """
    done, last = 0, 0
    while done < limit:
        waiting = IndexLine.objects.filter(outcome=Outcome.WAITING.value, scan__isnull=False, pk__gt=last)
        page = list(waiting.order_by("pk").values_list("pk", "scan_id")[:_PAGE])
        if not page:
            return done
        last = page[-1][0]
        for scan, read in contents.read_from({scan for _line, scan in page}).items():
            done += _compare(scan, read)
            if done >= limit:
                break
    return done


class Sparing:
    """`catch_up` for a desk that asks every second: it takes a twentieth of the time at most, however much waits."""

    _SHARE = 20

    def __init__(self) -> None:
        self._rests_until = 0.0

    def catch_up(self) -> int:
        """Compare what has been read, unless it is time to rest; returns how many rows were compared."""
        begun = time.monotonic()
        if begun < self._rests_until:
            return 0
        done = catch_up()
        took = time.monotonic() - begun
        self._rests_until = 0.0 if done else begun + self._SHARE * took
        return done


def _compare(scan: int, read: Sequence[int]) -> int:
    """Compare all rows about a scan with the results that were read from it."""
    found = IndexLine.objects.filter(scan_id=scan, outcome=Outcome.WAITING.value).select_related("delivery")
    lines = list(found.order_by("number"))
    for line, result in zip(lines, _results(lines, read), strict=True):
        if result is None:
            line.outcome = Outcome.UNSURE.value
        else:
            _try(line, result)
        line.compared = now()
        line.save(update_fields=["outcome", "result", "different", "compared"])
    return len(lines)


def _results(lines: Sequence[IndexLine], read: Sequence[int]) -> list[int | None]:
    """The result that each row is about; None: nobody can say. Several are told apart by their numbers."""
    if len(lines) == len(read) == 1:
        return [read[0]]
    numbers = {id: row.number for id, row in results.rows(read).items()}
    wanted = [
        [id for id in read if same("number", line.values.get("number", ""), numbers.get(id, ""))] for line in lines
    ]
    claimed = [ids[0] for ids in wanted if len(ids) == 1]
    return [ids[0] if len(ids) == 1 and claimed.count(ids[0]) == 1 else None for ids in wanted]


def _try(line: IndexLine, result: int) -> None:
    """Take over what a row states; what cannot be taken over is its outcome, and keeps no other row waiting."""
    line.result_id = result
    try:
        _state(line, result)
    except ServiceError:  # the database is away: all rows wait
        raise
    except Exception:
        _log.exception("row %d of index %d cannot be taken over", line.number, line.delivery_id)
        line.outcome = Outcome.FAULTY.value


def _state(line: IndexLine, result: int) -> None:
    """Keep what the row states beside the result, and put its paper where the row says that it lies."""
    actor = line.delivery.actor
    said = {name: value for name, value in line.values.items() if name in FIELD_NAMES}
    found = statements.state(result, said, INDEX, actor, line.delivery.time)
    line.different = sorted(name for name, verdict in found.items() if verdict is Verdict.DIFFERENT)
    line.outcome = (Outcome.DIFFERENT if line.different else Outcome.SAME).value
    if box := line.values.get("box", ""):
        there = places.where([result])[result]
        if not there.own:  # somebody who put it elsewhere knows better
            position = line.values.get("position", "")
            target = Target(line.delivery.unit_id, box, line.values.get("shelf", ""))
            places.put([result], target, actor, int(position) if position else None)
