"""What follows from the lines that were held against a result: linked, to be asked of a person, or in no register; and
what a line that it is linked to may say about its fields. Pure functions; nothing here knows a database.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from catalog.vouching import Claim
from registers import scoring
from registers.scoring import MARGIN, PAPER, PLAUSIBLE, SURE, Agreement, Match
from registers.sides import LineFacts, Paper
from registers.states import Outcome

_MONTHS = 12
MOST = 5
"""Lines that a person chooses among: as many as a hand has fingers."""
_AGAINST = -5.0
"""Bits that may speak against this very paper at most, for a person to be asked: of the many lines of a person, or of
a day, those that say another number and another day are other papers.
"""
_AGAINST_A_RIVAL = -3.0
"""Bits for this very paper below which another line is no rival, however much it says about the same person."""
_RATHER = 2.0
"""Bits by which another line may speak more for this very paper than the best one does."""
_SLIPS_OF_A_NAME = frozenset({Agreement.ACCENTS, Agreement.MARKS, Agreement.SLIP})
TAKEN = ("line", "taken")
"""Reason: the line is another result's already."""
CROWDED = "crowded"
"""Agreement of a key that more lines share than were looked at."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of looking for a result's line."""

    outcome: Outcome
    line: int | None
    """The one that it is; None: nobody can say yet, or there is none."""
    matches: tuple[Match, ...]
    """The likeliest, best first; of one that is linked, the line alone."""
    notes: tuple[tuple[str, str], ...] = ()
    """Reasons that belong to no field: ``TAKEN``, and keys that too many lines share."""


def decide(paper: Paper, matches: Sequence[Match], taken: Collection[int], crowded: Collection[str] = ()) -> Decided:
    """What follows from `matches`. `taken`: lines that are other results' already."""
    ordered = sorted(matches, key=lambda match: (-match.score, match.line))
    notes = tuple((key, CROWDED) for key in sorted(crowded))
    best = surely(ordered)
    if best is not None:
        if best.line not in taken:
            return Decided(Outcome.LINKED, best.line, (best,), notes)
        notes = (TAKEN, *notes)
    plausible = [match for match in ordered if match.score >= PLAUSIBLE and match.paper >= _AGAINST][:MOST]
    if plausible and not all(match.line in taken and match.paper < PAPER for match in plausible):
        return Decided(Outcome.UNSURE, None, tuple(plausible), notes)
    return Decided(Outcome.NONE, None, (), notes)


def surely(matches: Sequence[Match]) -> Match | None:
    """The one of these that is the result's line beyond doubt; None: none is."""
    good = [match for match in matches if match.paper >= PAPER and match.score >= SURE]
    best = max(good, key=lambda match: match.score, default=None)
    if best is None:
        return None
    rivals = [other for other in matches if other is not best and other.paper >= _AGAINST_A_RIVAL]
    near = any(best.score - other.score < MARGIN for other in rivals)
    # Of two papers of one person, the one whose line says more about the person is not the likelier.
    rather = any(
        other.paper >= best.paper + _RATHER
        for other in rivals
        if other.score >= PLAUSIBLE and other.agreement("holder") is not Agreement.OTHER
    )
    return None if near or rather else best


def sure_without(field: str, matches: Sequence[Match], line: int) -> bool:
    """Whether `line` would be the result's beyond doubt, had nobody looked at one field."""
    best = surely([match.without(field) for match in matches])
    return best is not None and best.line == line


def claims(paper: Paper, line: LineFacts, matches: Sequence[Match]) -> dict[str, Claim]:
    """What the line that a result is linked to says about fields that are in doubt, or that differ; the more of it
    settles a field, the surer the line is without it. Empty: there is nothing to settle or to question.
    """
    best = next(match for match in matches if match.line == line.id)
    found = {
        name: Claim(value, _may_settle(name, best, paper, line) and sure_without(name, matches, line.id), instead)
        for name, (value, instead) in _stated(paper, line).items()
        if name in paper.doubted or _differs(name, best)
    }
    return {name: claim for name, claim in found.items() if claim.alone or _differs(name, best)}


def claims_of_person(paper: Paper, line: LineFacts, match: Match) -> dict[str, Claim]:
    """The same for a line that a person chose, who had both before them: it is sure without any field."""
    return {
        name: Claim(value, _may_settle(name, match, paper, line), instead)
        for name, (value, instead) in _stated(paper, line).items()
        if name in paper.doubted or _differs(name, match)
    }


def _stated(paper: Paper, line: LineFacts) -> dict[str, tuple[str, bool]]:
    """Field → value, and whether its way of writing is the better one, for what the line says and the result has."""
    said = {"number": (line.number, False), "register_number": (line.register_number, False)}
    if line.issue_date and not line.doubtful:
        said["issue_date"] = (line.issue_date.isoformat(), False)
    here, there = paper.side.holder, line.side.holder
    if scoring.names(here, there) not in {Agreement.OTHER, Agreement.PART, Agreement.MISSING}:
        said["holder"] = (line.holder, here.bare and not there.bare)
        said["holder_id"] = (line.holder_id, False)
    return {name: (value, better) for name, (value, better) in said.items() if value and name in paper.facts.fields}


def _differs(name: str, best: Match) -> bool:
    return best.agreement(name) not in {Agreement.SAME, Agreement.MISSING, Agreement.LINKED, Agreement.ACCENTS}


def _may_settle(name: str, best: Match, paper: Paper, line: LineFacts) -> bool:
    """Whether what the line says can stand in the field as it is."""
    agreement = best.agreement(name)
    if name == "number":  # bare figures in a register would lose what follows, or let misread letters pass
        read = paper.facts.value("number")
        whole = not line.number.strip().isdecimal() or read.isdecimal()
        return whole or (agreement is Agreement.SAME and not paper.side.number.letters)
    if name == "issue_date":  # registers turn day and month round: one that could be turned stands for a person to see
        day = line.issue_date
        turned = day is not None and day.day <= _MONTHS and day.day != day.month
        return agreement in {Agreement.SAME, Agreement.SLIP} or (agreement is not Agreement.SWAPPED and not turned)
    if name == "holder":
        written = not line.side.holder.bare or paper.side.holder.bare
        return written and (agreement is Agreement.SAME or agreement in _SLIPS_OF_A_NAME)
    return agreement not in {Agreement.LINKED, Agreement.OTHER_KIND}
