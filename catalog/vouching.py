"""A source that is surely about this very paper, such as the line of a register that a result is, vouches for fields.

What was read by hand or badly is taken from it, with the reading kept beside; what was read surely and differs is put
before a person, never changed in silence. What a person has looked at stays as it is. All of it can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog import editing, statements, versions
from catalog.configuration import told_plainly
from catalog.models import Field, Result, ResultVersion, Statement
from catalog.refusals import RefusedChangeError
from catalog.sameness import same
from catalog.values import clip, digest, now

REGISTER = "register"
"""Source of what a register says."""
TAKEN = 0.98
"""Confidence of a value taken over: the line is the paper's (.998 of them, ``./run measure matching``), and what an
office has in its register was typed by a person once.
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """What the source says about a field."""

    value: str
    alone: bool = False
    """Whether the source is surely about this paper even with this field left out of account: only then it settles."""
    instead: bool = False
    """Whether its way of writing is the better one where both say the same (a name with its accents)."""


@told_plainly()
def vouch(id: int, claims: Mapping[str, Claim], source: str, actor: str) -> frozenset[str]:
    """Keep what `source` says, settle fields under review by it, and question those that were read surely and differ.

    Gives the names of the fields that changed. Values that no field can have are passed over. The same a second time
    changes nothing. Raises NotFoundError.
    """
    source = clip(source, 32)
    wanted = {name: claim for name, claim in claims.items() if _sayable(name, claim.value)}
    with editing.locked(id, actor) as result:
        _state(result, wanted, source)
        present = {field.name: field for field in result.fields.order_by("pk")}
        changed = [
            present[name]
            for name, claim in wanted.items()
            if name in present and _moved(present[name], name, claim, source)
        ]
        if changed:
            _keep(result, changed, present, source, "result.vouched")
        return frozenset(field.name for field in changed)


@told_plainly()
def withdraw(id: int, source: str, actor: str) -> frozenset[str]:
    """`source` is not about this paper after all: what it settled goes back under review with what was read, and what
    it said is forgotten. Gives the names of the fields that changed. Raises NotFoundError.
    """
    with editing.locked(id, actor) as result:
        said = Statement.objects.filter(result=result, source=source)
        names = set(said.values_list("name", flat=True))
        said.delete()
        present = {field.name: field for field in result.fields.order_by("pk")}
        earlier = _doubted_before(result, names, source)
        changed = [
            field for name, field in present.items() if name in names and _moved_back(field, earlier.get(name), source)
        ]
        if changed:
            _keep(result, changed, present, source, "result.unvouched")
        return frozenset(field.name for field in changed)


def _state(result: Result, claims: Mapping[str, Claim], source: str) -> None:
    time = now()
    rows = [
        Statement(result=result, name=name, value=statements.checked(name, claim.value), source=source, time=time)
        for name, claim in claims.items()
    ]
    Statement.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["result", "name", "source"], update_fields=["value", "time"]
    )


def _sayable(name: str, value: str) -> bool:
    try:
        return bool(statements.checked(name, value))
    except RefusedChangeError:
        return False


def _moved(field: Field, name: str, claim: Claim, source: str) -> bool:
    """Whether the field, not saved yet, has changed by what is claimed."""
    if field.actor:
        return False
    value = statements.checked(name, claim.value)
    agree = same(name, field.value, value)
    if not field.review:
        if agree or not field.value:
            return False
        if not (field.source == source and claim.alone):  # its own word of before gives way to its newer one
            field.review = True
            return True
    elif not claim.alone:
        return False
    if agree and not claim.instead:
        field.confidence = max(field.confidence, statements.TOGETHER)
    else:
        field.value, field.source, field.confidence = value, source, TAKEN
    field.review = False
    return True


def _moved_back(field: Field, earlier: Mapping[str, object] | None, source: str) -> bool:
    if field.actor or field.review or not (field.source == source or earlier):
        return False
    if earlier is not None:
        for name in ("value", "confidence", "source"):
            setattr(field, name, earlier[name])
    elif field.source == source:
        field.value, field.confidence, field.source = field.ocr_value, 0.0, ""
    field.review = True
    return True


def _doubted_before(result: Result, names: Iterable[str], source: str) -> dict[str, Mapping[str, object]]:
    """The fields as they last stood under review, before `source` settled them."""
    left, found = set(names), dict[str, Mapping[str, object]]()
    kept = ResultVersion.objects.filter(result=result).order_by("-edition").values_list("content", flat=True)
    for content in kept.iterator(chunk_size=20):
        for row in content["fields"]:
            if row["name"] in left and row["review"] and row["source"] != source:
                found[row["name"]] = row
                left.discard(row["name"])
        if not left:
            break
    return found


def _keep(result: Result, changed: list[Field], present: dict[str, Field], source: str, kind: str) -> None:
    versions.keep(result, now())
    statements.write(result, changed, present)
    told = {
        "source": source,
        "fields": sorted(field.name for field in changed),
        "values": digest({field.name: field.value for field in changed}),
        "edition": result.edition,
        "state": result.state,
    }
    editing.write(result, kind, told)
