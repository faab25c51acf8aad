"""Figures of a whole corpus: by group of documents, and by field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.evaluation.scoring import Judged, Mistake, Scored
from pipeline.records import FIELD_NAMES

ALL, PRINTED, HANDWRITTEN = "all", "printed", "handwritten"
_SILENT = (Mistake.SILENT, Mistake.INVENTED)

Share = float | None
"""0–1; None where there is nothing to count."""


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of a group. All but `fields` are shares; those of fields are of the fields that the paper states."""

    fields: int
    """Fields that the papers state."""
    words: Share
    """Mean over the documents."""
    folded: Share
    """Mean over the documents."""
    right: Share
    auto: Share
    """Right, and nobody is asked."""
    silent: Share
    """Wrong or invented, and nobody is asked."""
    review: Share
    """Somebody is asked."""


@dataclass(frozen=True, slots=True)
class FieldFigures:
    """Figures of one field over all documents."""

    fields: int
    """Papers that state it, and papers for which it was invented."""
    right: Share
    silent: int


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of a corpus."""

    groups: dict[str, Group]
    """``all``, ``printed``, ``handwritten``, then each profile in alphabetical order."""
    fields: dict[str, FieldFigures]
    """Those that occur, in the order of FIELD_NAMES, then what else the truth names."""


def summary(scored: Sequence[Scored]) -> Summary:
    """The figures of all `scored` documents. A group without documents is left out."""
    groups = {
        ALL: _group(scored, lambda _: True),
        PRINTED: _group(scored, lambda field: not field.penned),
        HANDWRITTEN: _group([s for s in scored if s.entry.handwritten], lambda field: field.penned),
    }
    for profile in sorted({s.entry.profile for s in scored} - {""}):
        groups[profile] = _group([s for s in scored if s.entry.profile == profile], lambda _: True)
    judged = [field for s in scored for field in s.fields]
    occurring = {field.name for field in judged}
    names = [name for name in dict.fromkeys([*FIELD_NAMES, *sorted(occurring)]) if name in occurring]
    return Summary(
        {name: group for name, group in groups.items() if group is not None},
        {name: _figures([field for field in judged if field.name == name]) for name in names},
    )


def _group(scored: Sequence[Scored], counts: Callable[[Judged], bool]) -> Group | None:
    if not scored:
        return None
    judged = [field for s in scored for field in s.fields if counts(field)]
    stated = [field for field in judged if field.truth is not None]
    silent = sum(field.mistake in _SILENT for field in judged)
    return Group(
        fields=len(stated),
        words=_mean(s.words for s in scored if s.words is not None),
        folded=_mean(s.folded for s in scored if s.folded is not None),
        right=_mean(field.right for field in stated),
        auto=_mean(field.right and not field.asked for field in stated),
        silent=silent / len(stated) if stated else None,
        review=_mean(field.asked for field in stated),
    )


def _figures(judged: Sequence[Judged]) -> FieldFigures:
    silent = sum(field.mistake in _SILENT for field in judged)
    return FieldFigures(len(judged), _mean(field.right for field in judged), silent)


def _mean(values: Iterable[float]) -> Share:
    counted = list(values)
    return sum(counted) / len(counted) if counted else None
