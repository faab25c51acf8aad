"""The ledger of reuse: a dossier took a stored result instead of asking the citizen for the paper again.

Each entry is written with an event into the chain of the unit that keeps the result, in one transaction. The event
holds a digest of the entry and no personal data: names can be taken out of the ledger, never out of events. Whether
the caller may use a result is asked before; here only facts are checked, once more at the very moment of writing. A
decision about the result that comes in between is not lost: the entry names the edition that it saw, and `notices`
tells of every later one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Max

from catalog import dossiers, events, units
from catalog.configuration import told_plainly
from catalog.values import clean, clip, digest, now
from core.errors import NotFoundError, UsageError
from core.text import squeeze
from reuse import facts, models
from reuse.check import check, judge
from reuse.entries import Filter, counts, entry, listing, of_dossier, of_result, row
from reuse.facts import Facts
from reuse.lines import LINES
from reuse.records import Check, Found, Person, Reuse

__all__ = [
    "Conflict",
    "ConflictError",
    "Filter",
    "NotAllowedError",
    "Wish",
    "check",
    "counts",
    "entry",
    "listing",
    "of_dossier",
    "of_result",
    "undo",
    "use",
]

_LONGEST_REASON = 2000
_LONGEST_NAME = 400
_LONGEST_KEY = 200
_MOST_IDS = 10
_ATTEMPTS = 10
"""Times that an entry is tried while others write into the same dossier; each time at least one of them gets on."""


class NotAllowedError(UsageError):
    """The result may not be used so; `check` says what speaks against it."""

    def __init__(self, check: Check, message: str) -> None:
        super().__init__(message)
        self.check = check


class Conflict(StrEnum):
    """Why a call cannot be done though nothing speaks against the result."""

    KEY = "key"
    """The idempotency key was used for something else."""
    DAY_OVER = "day_over"
    """The day of the entry is over."""
    BUSY = "busy"
    """Too many write into the same dossier at once."""


class ConflictError(UsageError):
    """The call goes against what the ledger says already."""

    def __init__(self, conflict: Conflict, message: str) -> None:
        super().__init__(message)
        self.conflict = conflict


@dataclass(frozen=True, slots=True)
class Wish:
    """That a dossier shall take a result."""

    result: int
    dossier: str
    """The dossier's code as written."""
    unit: str
    """Code of the unit that handles the dossier."""
    person: Person
    procedure: str = ""
    """Code of the procedure that the dossier is for; empty: not known."""
    reason: str = ""
    """Why it is used although the check warns."""
    override: bool = False
    """Whether to use it although it has expired; only for those who may decide on results."""
    key: str = field(default="", kw_only=True)
    """Idempotency key: the same call under it, of the same actor, writes nothing more and gives the same entry."""


@told_plainly()
def use(wish: Wish, actor: str, today: date | None = None) -> Reuse:
    """Write that a dossier takes a result, and give the entry.

    A second time (the same result and dossier, or the same idempotency key) gives the entry that is there and writes
    nothing, also when both come at once. `today` is the day that counts, by default today in Vietnam.

    Raises NotAllowedError where something forbids it or a reason is missing, UsageError for an unknown unit or texts
    that are too long, ConflictError for a key that was used for something else.
    """
    wish = _cleaned(wish)
    for _attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic(), events.acting(actor):
                return _said_before(wish, actor) or _write(wish, actor, today or dossiers.local_day())
        except IntegrityError:  # somebody was faster: with the same entry, or with the number in the dossier
            continue
        except NotAllowedError as error:  # or between the look for the entry and the check
            if all(problem.found is not Found.USED_ALREADY for problem in error.check.problems):
                raise
    raise ConflictError(Conflict.BUSY, "the dossier is being written to by others: try again")


@told_plainly()
def undo(id: int, actor: str, reason: str, today: date | None = None) -> Reuse:
    """Take an entry back, on the calendar day (in Vietnam) on which it was written; a second time changes nothing.

    Raises NotFoundError, UsageError without a reason, ConflictError on a later day.
    """
    reason = _reason(reason)
    if not reason:
        raise UsageError("say why it is taken back")
    with transaction.atomic(), events.acting(actor):
        entry = _locked(id)
        if entry.undone is not None:
            return row(entry)
        if (today or dossiers.local_day()) != dossiers.local_day(entry.time):
            raise ConflictError(Conflict.DAY_OVER, "it can be taken back only on the day on which it was written")
        entry.undone, entry.undone_by, entry.undo_reason = now(), clip(actor, 200), reason
        entry.save(update_fields=["undone", "undone_by", "undo_reason"])
        undone = row(entry)
        told = {"entry": entry.pk, "dossier": entry.dossier, "unit": entry.unit_id, "reason": digest(reason)}
        events.append(undone.vouched.unit, "result.reuse_undone", f"result:{entry.result_id}", told)
        return undone


def _said_before(wish: Wish, actor: str) -> Reuse | None:
    """The entry that this very call, or another one for the same result and dossier, wrote."""
    if wish.key:
        same = models.Reuse.objects.filter(actor=clip(actor, 200), key=wish.key).first()
        if same is not None and same.request != _request(wish):
            raise ConflictError(Conflict.KEY, "this idempotency key was used for something else: choose a new one")
        if same is not None:
            return row(same)
    code = dossiers.tidied(wish.dossier)
    there = models.Reuse.objects.filter(result_id=wish.result, dossier=code, undone__isnull=True).first()
    return row(there) if there else None


def _write(wish: Wish, actor: str, today: date) -> Reuse:
    """Check and write."""
    unit = units.require(wish.unit).code
    known, spoken = _allowed(wish, today)
    dossier = dossiers.parse(wish.dossier, today)
    last = models.Reuse.objects.filter(dossier=dossier.code).aggregate(last=Max("ordinal"))["last"] or 0
    written = models.Reuse.objects.create(
        result_id=wish.result,
        edition=known.shown.edition,
        unit_id=unit,
        dossier=dossier.code,
        dossier_day=dossier.day,
        ordinal=last + 1,
        procedure=wish.procedure,
        person=wish.person.name,
        warnings=spoken,
        reason=wish.reason,
        actor=clip(actor, 200),
        time=now(),
        key=wish.key,
        request=_request(wish),
        vouched=facts.packed(facts.vouched(known.shown)),
    )
    events.append(known.shown.row.unit, "result.reused", f"result:{wish.result}", _told(written))
    return row(written)


def _allowed(wish: Wish, today: date) -> tuple[Facts, list[str]]:
    """The facts of a result that may be used so, and what was warned of; raises NotAllowedError."""
    known = facts.of_result(wish.result)
    found = judge(wish.result, known, wish.dossier, wish.person, wish.procedure, today)
    overridden = wish.override and found.overridable
    if known is None or (found.problems and not overridden):
        raise NotAllowedError(found, "; ".join(LINES[finding.found] for finding in found.problems))
    spoken = [*found.problems, *found.warnings]
    if spoken and not wish.reason:
        lines = "; ".join(LINES[finding.found] for finding in spoken)
        raise NotAllowedError(found, f"{lines}: say why the result is used all the same")
    return known, [finding.found.value for finding in spoken]


def _told(written: models.Reuse) -> dict[str, object]:
    """What the event tells: enough to prove the entry by, without repeating personal data."""
    content = [written.person, written.reason, written.procedure, written.vouched]
    return {
        "entry": written.pk,
        "dossier": written.dossier,
        "unit": written.unit_id,
        "edition": written.edition,
        "warnings": written.warnings,
        "content": digest(content),
    }


def _cleaned(wish: Wish) -> Wish:
    """`wish` with its texts as they are kept; raises UsageError for one that is too long."""
    name, key = squeeze(clean(wish.person.name)), clean(wish.key).strip()
    if len(name) > _LONGEST_NAME or len(wish.person.ids) > _MOST_IDS or max(map(len, wish.person.ids), default=0) > 64:
        raise UsageError(f"a person has a name of at most {_LONGEST_NAME} characters and at most {_MOST_IDS} numbers")
    if len(key) > _LONGEST_KEY:
        raise UsageError(f"an idempotency key has at most {_LONGEST_KEY} characters")
    person = Person(name, tuple(map(clean, wish.person.ids)))
    procedure = squeeze(clean(wish.procedure))
    unit, reason = clean(wish.unit), _reason(wish.reason)
    return replace(wish, unit=unit, person=person, procedure=procedure, reason=reason, key=key)


def _reason(text: str) -> str:
    reason = squeeze(clean(text))
    if len(reason) > _LONGEST_REASON:
        raise UsageError(f"a reason has at most {_LONGEST_REASON} characters")
    return reason


def _request(wish: Wish) -> str:
    """A hash of what is asked for."""
    return digest(asdict(wish) | {"dossier": dossiers.tidied(wish.dossier)})


def _locked(id: int) -> models.Reuse:
    found = models.Reuse.objects.select_for_update().filter(pk=id).first()
    if found is None:
        raise NotFoundError(f"there is no entry {id} in the ledger of reuse")
    return found
