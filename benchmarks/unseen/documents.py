"""Kinds of papers, and drawing one: its HTML and the truth about it."""

from __future__ import annotations

import random
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.unseen.facts import Facts

HERE = Path(__file__).parent
PARTS = ("open", "back")
"""What those who write rules may look at, and what is kept back from them."""


@dataclass(frozen=True)
class Kind:
    """One kind of paper in one layout."""

    name: str
    """Of its template."""
    part: str
    penned: float
    """Share of papers whose blanks were filled in by hand."""


@dataclass(frozen=True)
class Drawn:
    """A paper before it is printed."""

    kind: Kind
    html: str
    fields: dict[str, str]
    handwritten: tuple[str, ...]
    unscored: tuple[str, ...]


def kinds() -> tuple[Kind, ...]:
    """All kinds, in the order of ``data/kinds.toml``."""
    listed = tomllib.loads((HERE / "data" / "kinds.toml").read_text("utf-8"))["kinds"]
    return tuple(Kind(**kind) for kind in listed)


def draw(kind: Kind, seed: str) -> Drawn:
    """A paper of this kind; the same for the same seed."""
    facts = Facts(random.Random(f"{kind.name} {seed}"), kind.penned)
    html = unicodedata.normalize("NFC", _environment().get_template(f"{kind.name}.html").render(f=facts))
    fields = {name: _one_line(value) for name, value in facts.fields.items() if name not in facts.unscored}
    if "subject" not in facts.unscored:
        fields.setdefault("subject", fields["document_type"])
    return Drawn(kind, html, fields, tuple(facts.handwritten), tuple(dict.fromkeys(facts.unscored)))


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"long": _long, "short": _short, "first_upper": lambda text: text[:1].upper() + text[1:]}
    return made


def _long(day: date) -> str:
    """As letters have it: days under 10 and months 1 and 2 with a leading zero."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def _short(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year}"


def _one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
