"""What a template calls while it is filled in: draws, and the truth about what it prints."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup, escape

from benchmarks.unseen import people, places


class Facts:
    """The draws of one document, and the truth that grows while its template prints them.

    What a clerk would key in is printed through `say` or `hand`, or named by `truth`: so the truth cannot differ
    from the paper.
    """

    def __init__(self, lots: random.Random, penned: float) -> None:
        self._lots = lots
        self.pens = lots.random() < penned
        """Whether blanks of this paper were filled in by hand."""
        self.fields: dict[str, str] = {}
        self.handwritten: list[str] = []
        self.unscored: list[str] = []

    def pick(self, *choices: Any) -> Any:
        """One of `choices`."""
        return self._lots.choice(choices)

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self._lots.randint(low, high)

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self._lots.random() < share

    def day(self, first: int, last: int) -> date:
        """A working day in the years `first` to `last`."""
        start = date(first, 1, 4)
        found = start + timedelta(days=self._lots.randrange((date(last, 12, 28) - start).days))
        return found - timedelta(days=max(0, found.weekday() - 4))

    def before(self, day: date, low: int, high: int) -> date:
        """A working day `low` to `high` days earlier."""
        found = day - timedelta(days=self._lots.randint(low, high))
        return found - timedelta(days=max(0, found.weekday() - 4))

    def years_later(self, day: date, years: int) -> date:
        """The same day, so many years later (28 February for the 29th)."""
        return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)

    def place(self, on: date, rural: bool = False) -> places.Place:
        """A commune of that time."""
        return places.place(self._lots, on, rural)

    def person(
        self, on: date, place: places.Place, low: int = 20, high: int = 70, female: bool | None = None
    ) -> people.Person:
        """Somebody of `low` to `high` years."""
        return people.person(self._lots, on, place.code, (low, high), female)

    def officer(self) -> str:
        """The name of somebody who signs."""
        return people.name(self._lots, self._lots.random() < 0.3)

    def enterprise_code(self, prefix: str = "") -> str:
        """Ten digits with a check digit."""
        return people.enterprise_code(self._lots, prefix)

    def say(self, field: str, value: Any) -> Markup:
        """Print `value`, and keep it as the truth of `field`."""
        self.fields[field] = str(value)
        return escape(value)

    def truth(self, **fields: Any) -> str:
        """Keep what is printed in other words (capitals, a date in a sentence), or follows from the kind of paper."""
        self.fields |= {field: str(value) for field, value in fields.items()}
        return ""

    def leave_out(self, *fields: str) -> str:
        """Fields that clerks could well key in differently, or whose words nobody fixed: they are not scored here."""
        self.unscored += fields
        return ""

    def hand(self, field: str, value: Any) -> Markup:
        """As `say`, in handwriting where this paper was filled in by hand."""
        self.fields[field] = str(value)
        return self.blank(value, field)

    def blank(self, value: Any, *fields: str) -> Markup:
        """`value` by hand where this paper was filled in by hand: `fields` are then read from it."""
        if not self.pens:
            return escape(value)
        self.handwritten += [field for field in fields if field not in self.handwritten]
        return self.pen(value)

    def pen(self, value: Any) -> Markup:
        """`value` in handwriting: letters that stand a little off the line, each turned by a little."""
        letters = Markup().join(map(self._letter, str(value)))
        lift, turn = self._lots.uniform(-0.1, 0.06), self._lots.uniform(-2, 1)
        style = f"transform:translateY({lift:.2f}em) rotate({turn:.1f}deg)"
        return Markup('<span class="pen" style="{}">{}</span>').format(style, letters)

    def _letter(self, letter: str) -> Markup:
        if letter == " ":
            return Markup("&#32;")
        turn, lift = self._lots.gauss(0, 2.5), self._lots.gauss(0, 0.025)
        style = f"transform:rotate({turn:.1f}deg) translateY({lift:.3f}em)"
        return Markup("<i style='{}'>{}</i>").format(style, letter)

    def scribble(self) -> Markup:
        """A signature: one path of loops, drawn in a box of 220 by 90."""
        x, points = 15.0, []
        for _ in range(self._lots.randint(4, 8)):
            x += self._lots.uniform(8, 28)
            points.append(f"S {x:.0f} {self._lots.uniform(5, 80):.0f} {x - 4:.0f} {self._lots.uniform(15, 70):.0f}")
        return Markup(
            f"M 10 {self._lots.randint(30, 70)} {' '.join(points)} Q {x:.0f} 40 215 {self._lots.randint(15, 60)}"
        )
