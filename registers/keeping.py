"""What came of looking for the lines of results is kept: links, lines to choose among, and that it was looked for.

One transaction for all of it, in which no other process links: results are locked, then lines, and the ends of the
chains of events last. What changed since it was read is left for the next look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from catalog import editing, events, vouching
from catalog.locks import in_turn
from catalog.models import Result
from catalog.values import now
from catalog.vouching import REGISTER
from registers import candidates, deciding
from registers.deciding import TAKEN, Decided
from registers.models import Candidate, Line, Looked, Sought
from registers.scoring import Match
from registers.sides import LineFacts, Paper
from registers.states import Outcome, Verdict

PROGRAM = "sohoa"
"""Who links where nobody did: the name that events keep."""
TURN = "register matching"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A result, the lines that were held against it, and what follows."""

    paper: Paper
    matches: tuple[Match, ...]
    decided: Decided

    @property
    def result(self) -> int:
        """Its id."""
        return self.paper.facts.id


@dataclass(slots=True)
class _Round:
    """What one transaction found, locked, and has to write."""

    facts: Mapping[int, LineFacts]
    lines: dict[int, Line]
    """Chosen lines, and those that the results are linked to."""
    links: dict[int, Line]
    """Result → its line."""
    free: set[int]
    """Lines whose results were set aside, with links that the program made."""
    held: frozenset[int]
    """Results of which somebody else holds a line that would have to be locked."""
    moved: set[int] = field(default_factory=set)
    """Lines that were linked or let go."""
    looked: list[Looked] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    told: dict[int, list[tuple[str, str, Mapping[str, object], int | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Row id of a unit → events."""


def keep(weighed: Sequence[Weighed], lines: Mapping[int, LineFacts], free: frozenset[int] = frozenset()) -> int:
    """Keep what follows for results; gives for how many. `free`: results that count for nothing, whose lines may be
    taken. A result of which an import holds a line waits until that is done, and nobody else with it.
    """
    with transaction.atomic(), events.acting(PROGRAM):
        in_turn(TURN)
        ids = [one.result for one in weighed]
        editing.lock_all(ids)
        places = {
            pk: rest for pk, *rest in Result.objects.filter(pk__in=ids).values_list("pk", "edition", "unit", "batch")
        }
        before = {row.result_id: row for row in Looked.objects.filter(result__in=ids)}
        round = _round(weighed, lines, free)
        # The surest first: of two results that want one line, the other one is asked for by a person.
        for one in sorted(weighed, key=lambda one: (-_best(one), one.result)):
            if one.result in round.held:
                continue
            if one.result in places and places[one.result][0] == one.paper.facts.edition:
                _one(one, round, before.get(one.result), *places[one.result][1:])
        _seek(round, {one.result: one.paper for one in weighed})
        _write(round)
        return len(round.looked)


def give_up(result: int) -> None:
    """Looking for the line of a result fails: it counts as in no register until it is changed."""
    with transaction.atomic():
        for edition in Result.objects.filter(pk=result).values_list("edition", flat=True):
            values = {"edition": edition, "outcome": Outcome.NONE.value, "time": now()}
            Looked.objects.update_or_create(result_id=result, defaults=values)


def freed(lines: Sequence[int]) -> None:
    """Lines are nobody's any more: results for which they could be the ones are looked at again."""
    waiting = Candidate.objects.filter(line__in=lines, verdict=Verdict.OPEN.value).values("result")
    Looked.objects.filter(result__in=waiting, outcome=Outcome.UNSURE.value, actor="").delete()


def loosen(line: Line) -> None:
    """A line is nobody's, not saved yet."""
    line.result_id, line.score, line.reasons, line.linked, line.linked_by = None, 0.0, [], None, ""


def reasons(match: Match, notes: Sequence[tuple[str, str]] = ()) -> list[list[str]]:
    """As they are kept: field and agreement."""
    found = [[reason.field, reason.agreement.value] for reason in match.reasons]
    return found + [list(note) for note in notes]


def _round(weighed: Sequence[Weighed], facts: Mapping[int, LineFacts], free: frozenset[int]) -> _Round:
    chosen = [one.decided.line for one in weighed if one.decided.line is not None]
    wanted = Q(pk__in=chosen) | Q(result__in=[one.result for one in weighed])
    there: dict[int, int | None] = dict(Line.objects.filter(wanted).values_list("pk", "result"))
    # An import holds its lines, in the order of its file, until all is written: to wait for one of them would hold up
    # whoever works on these results, and could be waiting in a circle.
    locked = Line.objects.select_for_update(skip_locked=True).filter(pk__in=list(there)).order_by("pk")
    lines = {line.pk: line for line in locked}
    links = {line.result_id: line for line in lines.values() if line.result_id is not None}
    away = there.keys() - lines.keys()
    held = {there[pk] for pk in away} | {one.result for one in weighed if one.decided.line in away}
    free_lines = {pk for pk, line in lines.items() if line.result_id in free and not line.linked_by}
    return _Round(facts, lines, links, free_lines, frozenset(result for result in held if result is not None))


def _one(one: Weighed, round: _Round, before: Looked | None, unit: int, batch: int) -> None:
    """What follows for one result."""
    edition = one.paper.facts.edition
    if before is not None and before.edition == edition:
        return  # another process was quicker
    link = round.links.get(one.result)
    if link is not None and link.linked_by:  # a person said so
        _looked(round, one.result, edition, Outcome.LINKED, link.linked_by)
        return
    if before is not None and before.actor and before.outcome == Outcome.NOT_LISTED:
        _looked(round, one.result, edition, Outcome.NOT_LISTED, before.actor)
        return
    decided = one.decided
    if one.paper.facts.set_aside:
        decided = Decided(Outcome.NONE, None, ())
    line = round.lines.get(decided.line) if decided.line is not None else None
    if decided.outcome is Outcome.LINKED and (line is None or _changed(line, round)):
        return  # since it was read: it is looked for again
    if line is not None and line.result_id not in {None, one.result} and line.pk not in round.free:
        decided, line = Decided(Outcome.UNSURE, None, decided.matches, (TAKEN,)), None
    if link is not None and link is not line:
        _unlink(round, link, unit, batch, "changed")
        edition += bool(vouching.withdraw(one.result, REGISTER, PROGRAM))
    if line is not None:
        if line.result_id != one.result:
            _link(round, line, one, unit, batch)
        claims = deciding.claims(one.paper, round.facts[line.pk], one.matches)
        edition += bool(claims and vouching.vouch(one.result, claims, REGISTER, PROGRAM))
    else:
        _offer(round, one.result, decided)
    _looked(round, one.result, edition, decided.outcome)


def _changed(line: Line, round: _Round) -> bool:
    facts = round.facts.get(line.pk)
    return facts is None or line.withdrawn is not None or line.changed != facts.changed


def _link(round: _Round, line: Line, one: Weighed, unit: int, batch: int) -> None:
    match = one.decided.matches[0]
    if line.result_id is not None:  # of a result that was set aside
        owner = Result.objects.filter(pk=line.result_id).values_list("unit", "batch")[0]
        _unlink(round, line, *owner, "set aside")
    line.result_id, line.score, line.reasons = one.result, match.score, reasons(match, one.decided.notes)
    line.linked, line.linked_by = now(), ""
    round.moved.add(line.pk)
    told = {"line": line.pk, "bits": match.score, "fields": {r.field: r.agreement.value for r in match.reasons}}
    round.told[unit].append(("register.linked", f"result:{one.result}", told, batch))


def _unlink(round: _Round, line: Line, unit: int, batch: int, why: str) -> None:
    told = {"line": line.pk, "reason": why}
    round.told[unit].append(("register.unlinked", f"result:{line.result_id}", told, batch))
    Line.objects.filter(pk=line.pk).update(result=None)  # at once: another result may take it in this very round
    loosen(line)
    round.moved.add(line.pk)
    freed([line.pk])


def _offer(round: _Round, result: int, decided: Decided) -> None:
    time = now()
    for place, match in enumerate(decided.matches):
        told = reasons(match, () if place else decided.notes)
        round.candidates.append(
            Candidate(result_id=result, line_id=match.line, score=match.score, reasons=told, time=time)
        )


def _looked(round: _Round, result: int, edition: int, outcome: Outcome, actor: str = "") -> None:
    round.looked.append(Looked(result_id=result, edition=edition, outcome=outcome.value, actor=actor, time=now()))


def _write(round: _Round) -> None:
    columns = ["result", "score", "reasons", "linked", "linked_by"]
    Line.objects.bulk_update([round.lines[pk] for pk in sorted(round.moved)], columns)
    Looked.objects.bulk_create(
        round.looked,
        update_conflicts=True,
        unique_fields=["result"],
        update_fields=["edition", "outcome", "actor", "time"],
    )
    ours = [row.result_id for row in round.looked if not row.actor]
    Candidate.objects.filter(result__in=ours, verdict=Verdict.OPEN.value).delete()
    Candidate.objects.bulk_create(
        round.candidates,
        update_conflicts=True,
        unique_fields=["result", "line"],
        update_fields=["score", "reasons", "time"],
    )
    for unit in sorted(round.told):
        events.append_all_to(unit, round.told[unit])


def _seek(round: _Round, papers: Mapping[int, Paper]) -> None:
    """Note by what lines results without a sure one would be found."""
    ours = [row for row in round.looked if not row.actor]
    Sought.objects.filter(result__in=[row.result_id for row in ours]).delete()
    open_ones = [row.result_id for row in ours if row.outcome != Outcome.LINKED]
    rows = [
        Sought(result_id=result, key=key) for result in open_ones for key in sorted(candidates.keys(papers[result]))
    ]
    Sought.objects.bulk_create(rows, batch_size=500)


def _best(one: Weighed) -> float:
    return one.decided.matches[0].score if one.decided.matches else 0.0
