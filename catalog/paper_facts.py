"""What is known of results, for those who look for the same papers elsewhere, such as in a register: all fields with
how sure they are, and what stands around them. A handful of queries for any number of results.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from django.db.models import Q

from catalog import identities
from catalog.configuration import told_plainly
from catalog.models import Field, Result, Unit
from catalog.queue import counts_for_itself
from catalog.values import holder_number

_AT_ONCE = 400
"""Results in one query."""
_IDS = ("holder_id", "co_holder_id")


@dataclass(frozen=True, slots=True)
class Said:
    """What a field says now, and how far that can be relied upon."""

    value: str
    confidence: float = 1.0
    """0–1."""
    review: bool = False
    """Whether a person must still look at it."""
    person: bool = False
    """Whether a person confirmed or corrected it."""
    source: str = ""
    """As `pipeline.records.Evidence.source`."""
    read: str = ""
    """What was read on the paper, whatever came after."""


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """A result as it stands."""

    id: int
    unit: str
    """Code of the unit that keeps it."""
    edition: int
    fields: Mapping[str, Said]
    """Field name → what it says; one with an empty value was not found, and a person must look for it."""
    other_ids: frozenset[str] = frozenset()
    """Further identity numbers of the holders, linked by people (an old CMND, a new CCCD)."""
    dossier: str = ""
    procedure: str = ""
    """Code of its batch's procedure."""
    cover: str = ""
    """Text of the code on its cover sheet."""
    confidential: str = ""
    set_aside: bool = False
    """Whether it counts for nothing by itself: a sheet that others stand on, or the worse of two scans."""

    @property
    def ids(self) -> frozenset[str]:
        """The identity numbers that stand on it, as they are looked up by."""
        numbers = (self.fields[name].value for name in _IDS if name in self.fields)
        return frozenset(holder_number(number) for number in numbers if number)

    def value(self, name: str) -> str:
        """What a field says; empty: nothing."""
        said = self.fields.get(name)
        return said.value if said else ""

    def doubted(self, name: str) -> bool:
        """Whether what a field says may well be wrong: nobody confirmed it, and a person must look at it."""
        said = self.fields.get(name)
        return said is not None and said.review and not said.person


@dataclass(frozen=True, slots=True)
class UnitFamilies:
    """Which units came before and after which."""

    _relatives: Mapping[str, frozenset[str]]
    _above: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    """Code → row id, for conditions that need no join."""

    def of(self, code: str) -> frozenset[str]:
        """The unit itself, those that came after it and before it, and theirs."""
        return self._relatives.get(code, frozenset((code,)))

    def in_line(self, one: str, other: str) -> bool:
        """Whether one of the two stands above the other, as a district did above its communes."""
        return one in self._above.get(other, ()) or other in self._above.get(one, ())


@told_plainly()
def of_results(ids: Collection[int]) -> dict[int, PaperFacts]:
    """Id → what is known, for those results that exist."""
    wanted = sorted(set(ids))
    found: dict[int, PaperFacts] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        found |= _some(wanted[start : start + _AT_ONCE])
    return found


@told_plainly()
def set_aside(ids: Collection[int]) -> frozenset[int]:
    """Those of these results that count for nothing by themselves."""
    wanted = set(ids)
    return frozenset(
        wanted - set(Result.objects.filter(counts_for_itself(), pk__in=wanted).values_list("pk", flat=True))
    )


@told_plainly()
def families() -> UnitFamilies:
    """The families of all units: two queries."""
    rows = {code: (pk, parent) for pk, code, parent in Unit.objects.values_list("pk", "code", "parent__code")}
    parents = {code: parent for code, (_pk, parent) in rows.items()}
    after: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    for old, new in Unit.successors.through.objects.values_list("from_unit__code", "to_unit__code"):
        after.setdefault(old, set()).add(new)
        before.setdefault(new, set()).add(old)
    # One way only: two communes that became one are not each other's family.
    touched = after.keys() | before.keys()
    relatives = {code: _reached(code, after) | _reached(code, before) for code in touched}
    above = {code: _above(code, parents) for code in parents}
    return UnitFamilies(relatives, above, {code: pk for code, (pk, _parent) in rows.items()})


def _reached(code: str, steps: Mapping[str, Collection[str]]) -> frozenset[str]:
    found, waiting = {code}, [code]
    while waiting:
        new = set(steps.get(waiting.pop(), ())) - found
        found |= new
        waiting.extend(new)
    return frozenset(found)


def _above(code: str, parents: Mapping[str, str | None]) -> frozenset[str]:
    found = set[str]()
    unit = parents.get(code)
    while unit is not None and unit not in found:
        found.add(unit)
        unit = parents.get(unit)
    return frozenset(found)


def _some(ids: list[int]) -> dict[int, PaperFacts]:
    said: dict[int, dict[str, Said]] = {}
    columns = ("result_id", "name", "value", "confidence", "review", "actor", "source", "ocr_value")
    for result, name, value, confidence, review, actor, source, read in Field.objects.filter(
        Q(review=True) | ~Q(value=""), result__in=ids
    ).values_list(*columns):
        said.setdefault(result, {})[name] = Said(value, confidence, review, bool(actor), source, read)
    aside = set_aside(ids)
    rows = Result.objects.filter(pk__in=ids).values_list(
        "pk", "unit__code", "edition", "dossier", "batch__procedure__code", "document__cover", "confidential"
    )
    found = {
        pk: PaperFacts(
            pk, unit, edition, said.get(pk, {}), frozenset(), dossier, procedure or "", cover, kind, pk in aside
        )
        for pk, unit, edition, dossier, procedure, cover, kind in rows
    }
    others = identities.others_each([facts.ids for facts in found.values()])
    return {
        pk: replace(facts, other_ids=linked) if linked else facts
        for (pk, facts), linked in zip(found.items(), others, strict=True)
    }
