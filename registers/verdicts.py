"""What people say of results and lines: this one it is, this one it is not, it is in no register; and taken back.

Each takes its turn with the program (`registers.keeping`), so of two at once the second finds what the first did. The
caller answers for rights.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from catalog import editing, events, paper_facts, vouching
from catalog.configuration import told_plainly
from catalog.locks import in_turn
from catalog.models import Result
from catalog.values import clip, now
from catalog.vouching import REGISTER
from core.errors import NotFoundError
from registers import candidates, deciding, scoring, sides
from registers.keeping import TURN, freed, loosen, reasons
from registers.link_refusals import Reason, RefusedLinkError
from registers.models import Candidate, Line, Looked
from registers.states import Outcome, Verdict


@dataclass(slots=True)
class _Desk:
    """A result before a person, locked."""

    result: Result
    link: Line | None
    """The line that it is linked to."""
    looked: Looked | None
    actor: str

    def say(self, outcome: Outcome) -> None:
        """The person decided."""
        edition = Result.objects.values_list("edition", flat=True).get(pk=self.result.pk)
        values = {"edition": edition, "outcome": outcome.value, "actor": clip(self.actor, 200), "time": now()}
        Looked.objects.update_or_create(result=self.result, defaults=values)

    def open_again(self) -> None:
        """Nobody decided: lines that wait are chosen among, and without any it is looked for again."""
        waiting = Candidate.objects.filter(result=self.result, verdict=Verdict.OPEN.value).exists()
        if not waiting:
            Looked.objects.filter(result=self.result).delete()
            return
        edition = Result.objects.values_list("edition", flat=True).get(pk=self.result.pk)
        values = {"edition": edition, "outcome": Outcome.UNSURE.value, "actor": "", "time": now()}
        Looked.objects.update_or_create(result=self.result, defaults=values)

    def tell(self, kind: str, **data: object) -> None:
        """Write the event; the last thing to be done."""
        events.append_to(self.result.unit_id, kind, f"result:{self.result.pk}", data, self.result.batch_id)

    def let_go(self) -> None:
        """The result is no line's, and what the line settled is in doubt again."""
        assert self.link is not None
        loosen(self.link)
        self.link.save(update_fields=["result", "score", "reasons", "linked", "linked_by"])
        vouching.withdraw(self.result.pk, REGISTER, self.actor)
        freed([self.link.pk])


@told_plainly()
def link(result: int, line: int, actor: str) -> None:
    """`actor` says that a result is this line. What the line says settles fields that are in doubt.

    Raises NotFoundError for an unknown result or line, RefusedLinkError where the line is another result's, is
    withdrawn, or the result was decided upon meanwhile.
    """
    with _desk(result, actor, line) as desk:
        _undecided(desk, line)
        wanted = Line.objects.get(pk=line)
        if wanted.withdrawn is not None:
            raise RefusedLinkError(Reason.WITHDRAWN, f"line {line} is withdrawn")
        if wanted.result_id not in {None, result}:
            raise RefusedLinkError(Reason.TAKEN, f"line {line} is result {wanted.result_id} already")
        if desk.link is not None and desk.link.pk != line:
            desk.let_go()
        families = paper_facts.families()
        paper = sides.paper(paper_facts.of_results([result])[result])
        facts = next(candidates.facts([line], families))
        match = scoring.match(paper, facts, families, {})
        wanted.result_id, wanted.score, wanted.reasons = result, match.score, reasons(match)
        wanted.linked, wanted.linked_by = now(), clip(actor, 200)
        wanted.save(update_fields=["result", "score", "reasons", "linked", "linked_by"])
        _say_of(result, line, Verdict.LINKED, actor, match)
        if claims := deciding.claims_of_person(paper, facts, match):
            vouching.vouch(result, claims, REGISTER, actor)
        desk.say(Outcome.LINKED)
        desk.tell("register.linked", line=line, bits=match.score)


@told_plainly()
def unlink(result: int, actor: str, reason: str = "") -> None:
    """`actor` says that a result is not the line that it is linked to: that one is never taken for it again, and
    another is looked for. Raises NotFoundError, RefusedLinkError where it is linked to none.
    """
    with _desk(result, actor) as desk:
        if desk.link is None:
            raise RefusedLinkError(Reason.NOT_LINKED, f"result {result} is linked to no line")
        line = desk.link.pk
        desk.let_go()
        _say_of(result, line, Verdict.OTHER, actor)
        desk.open_again()
        desk.tell("register.unlinked", line=line, reason=clip(reason, 400))


@told_plainly()
def refuse(result: int, line: int, actor: str) -> None:
    """`actor` says that a line which could be the result's is another paper. Raises as `link`."""
    with _desk(result, actor, line) as desk:
        if desk.link is not None and desk.link.pk == line:
            raise RefusedLinkError(Reason.LINKED, f"result {result} is linked to line {line}: unlink it")
        _say_of(result, line, Verdict.OTHER, actor)
        if desk.looked is not None and desk.looked.outcome == Outcome.UNSURE:
            desk.open_again()
        desk.tell("register.refused", line=line)


@told_plainly()
def not_listed(result: int, actor: str) -> None:
    """`actor` says that a result is in no register. Raises as `link`."""
    with _desk(result, actor) as desk:
        _undecided(desk, None)
        if desk.link is not None:
            raise RefusedLinkError(Reason.LINKED, f"result {result} is linked to line {desk.link.pk}: unlink it")
        desk.say(Outcome.NOT_LISTED)
        desk.tell("register.not_listed")


@told_plainly()
def undo(result: int, actor: str) -> None:
    """Take back what a person said last about a result: the program's word stands again, or lines are chosen among.

    Raises NotFoundError, RefusedLinkError where nobody said anything.
    """
    with _desk(result, actor) as desk:
        said = desk.looked.outcome if desk.looked is not None and desk.looked.actor else ""
        if said == Outcome.LINKED and desk.link is not None:
            line = desk.link.pk
            desk.let_go()
            _open(result, line)
            desk.open_again()
            desk.tell("register.undone", said=said, line=line)
        elif said == Outcome.NOT_LISTED:
            desk.open_again()
            desk.tell("register.undone", said=said)
        else:
            last = Candidate.objects.filter(result=result, verdict=Verdict.OTHER.value).order_by("-time", "-pk").first()
            if last is None:
                raise RefusedLinkError(Reason.NOTHING_TO_UNDO, f"nobody said anything about result {result}")
            _open(result, last.line_id)
            if desk.link is None:
                desk.open_again()
            desk.tell("register.undone", said=Verdict.OTHER.value, line=last.line_id)


@contextmanager
def _desk(result: int, actor: str, line: int | None = None) -> Iterator[_Desk]:
    with transaction.atomic(), events.acting(actor):
        in_turn(TURN)
        editing.lock_all([result])
        row = Result.objects.defer("text").filter(pk=result).first()
        if row is None:
            raise NotFoundError(f"there is no result {result}")
        wanted = Q(result=result) if line is None else Q(result=result) | Q(pk=line)
        lines = list(Line.objects.select_for_update().filter(wanted).order_by("pk"))
        if line is not None and all(one.pk != line for one in lines):
            raise NotFoundError(f"there is no line {line}")
        linked = next((one for one in lines if one.result_id == result), None)
        yield _Desk(row, linked, Looked.objects.filter(result=result).first(), actor)


def _undecided(desk: _Desk, line: int | None) -> None:
    """Refuse where somebody decided otherwise since the person looked."""
    said = desk.looked
    if said is None or not said.actor:
        return
    same_line = said.outcome == Outcome.LINKED and desk.link is not None and desk.link.pk == line
    if not same_line and not (said.outcome == Outcome.NOT_LISTED and line is None):
        raise RefusedLinkError(Reason.DECIDED, f"{said.actor} decided upon result {desk.result.pk} already")


def _say_of(result: int, line: int, verdict: Verdict, actor: str, match: scoring.Match | None = None) -> None:
    said = {"verdict": verdict.value, "actor": clip(actor, 200), "time": now()}
    first = {"score": match.score if match else 0.0, "reasons": reasons(match) if match else []}
    Candidate.objects.update_or_create(result_id=result, line_id=line, defaults=said, create_defaults={**said, **first})


def _open(result: int, line: int) -> None:
    """Nobody said anything of these two."""
    Candidate.objects.filter(result=result, line=line).update(verdict=Verdict.OPEN.value, actor="", time=now())
