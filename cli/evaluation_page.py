"""The page of an evaluation: one HTML file with everything in it, for developers who touch a rule."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from cli.evaluate import GROUPS, KINDS, share
from cli.texts import _, label

if TYPE_CHECKING:
    from cli.evaluate import Evaluation
    from pipeline.evaluation.mistakes import SeenMistake

TEXTS = {
    "lang": _("en"),
    "title": _("Evaluation"),
    "documents": _("Documents"),
    "mistakes": _("Mistakes"),
    "group": _("Group"),
    "fields": _("Fields"),
    "words": _("words"),
    "folded": _("folded"),
    "right": _("right"),
    "unasked": _("unasked"),
    "silent": _("silent"),
    "asked_about": _("asked about"),
    "field": _("Field"),
    "by_field": _("By field"),
    "filter": _("Show"),
    "kind": _("Mistake"),
    "profile": _("Kind of scan"),
    "truth": _("Truth"),
    "value": _("Value"),
    "read": _("Read there"),
    "page": _("Page"),
    "confidence": _("Confidence"),
    "not_found": _("not found"),
    "not_stated": _("the paper does not state it"),
    "penned": _("by hand"),
    "head": _("Head of the page: no place is known"),
    "unread": _("could not be read at all"),
    "none": _("No mistake: every field is right."),
}
"""The texts of the template."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter."""

    key: str
    """Stands in class names: letters and figures only."""
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Card:
    """A mistake as the page shows it."""

    mistake: SeenMistake
    kind: str
    label: str
    classes: str
    picture: str
    """A data URI; empty: there is none."""


def page(name: str, evaluation: Evaluation) -> str:
    """The page about the corpus called `name`: it asks for nothing from outside, and runs no script."""
    environment = Environment(
        loader=PackageLoader("cli"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    filters = {part: _choices(part, evaluation.mistakes) for part in ("kind", "field", "profile")}
    return environment.get_template("evaluation.html").render(
        t=TEXTS,
        name=name,
        evaluation=evaluation,
        groups=[(GROUPS.get(key, key), group) for key, group in evaluation.summary.groups.items()],
        fields=[(label(key), figures) for key, figures in evaluation.summary.fields.items()],
        filters=filters,
        cards=[_card(mistake, filters) for mistake in evaluation.mistakes],
        share=share,
    )


def _card(mistake: SeenMistake, filters: dict[str, list[Choice]]) -> Card:
    keys = {part: {c.name: c.key for c in choices} for part, choices in filters.items()}
    picture = b64encode(mistake.picture).decode("ascii")
    return Card(
        mistake=mistake,
        kind=KINDS[mistake.kind],
        label=label(mistake.field.name),
        classes=" ".join(keys[part][_name(part, mistake)] for part in keys),
        picture=f"data:image/jpeg;base64,{picture}" if picture else "",
    )


def _choices(part: str, mistakes: list[SeenMistake]) -> list[Choice]:
    """The values that occur, in the order of the mistakes, with how often they do."""
    names = [_name(part, mistake) for mistake in mistakes]
    return [Choice(f"{part}-{n}", name, names.count(name)) for n, name in enumerate(dict.fromkeys(names))]


def _name(part: str, mistake: SeenMistake) -> str:
    names = {"kind": KINDS[mistake.kind], "field": label(mistake.field.name), "profile": mistake.profile or "–"}
    return names[part]
