"""Points for indicators: as many as the rate is worth, up to a maximum that each office sets.

Full marks are given from a rate on (80 %); below it, rate × maximum ÷ that rate (Quyết định 766/QĐ-TTg, of
digitization and reuse). How many points an indicator is worth, and what holds for the other two, was not read in the
decision itself: both are settings (``indicator_points``), and without them no points are shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from core.errors import SettingsError
from quotas.dossier_facts import Indicator

FULL_FROM: Mapping[Indicator, Decimal] = {
    Indicator.ELECTRONIC: Decimal(100),
    Indicator.DIGITIZATION: Decimal(80),
    Indicator.REUSE: Decimal(80),
    Indicator.SHARING: Decimal(100),
}
"""Percent from which full marks are given, where the setting says nothing else."""
_PART = re.compile(r"(?P<name>[a-z]+)\s*=\s*(?P<most>\d+(?:\.\d+)?)(?:\s*@\s*(?P<full>\d+(?:\.\d+)?))?")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Scale:
    """How an indicator is marked."""

    most: Decimal
    """Points at most."""
    full_from: Decimal
    """Percent from which they are given."""

    def points(self, part: int, whole: int) -> Decimal | None:
        """Points for `part` of `whole`, two decimals, half up; None: `whole` is zero (N/A).

        From the exact rate: one that was rounded first could cross a limit.
        """
        if not whole:
            return None
        rate = Decimal(part) * 100 / Decimal(whole)
        if rate >= self.full_from:
            return self.most.quantize(_CENT, ROUND_HALF_UP)
        return (Decimal(part) * 100 * self.most / (Decimal(whole) * self.full_from)).quantize(_CENT, ROUND_HALF_UP)


def scales(text: str) -> dict[Indicator, Scale]:
    """Indicator → its scale, of those named in `text` (``digitization=8, reuse=6@80``); raises SettingsError."""
    found: dict[Indicator, Scale] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        match = _PART.fullmatch(part)
        try:
            if match is None:
                raise ValueError
            name = Indicator(match["name"])
            scale = Scale(Decimal(match["most"]), Decimal(match["full"] or FULL_FROM[name]))
        except (ValueError, InvalidOperation):
            known = ", ".join(one.value for one in Indicator)
            raise SettingsError(
                f"SOHOA_INDICATOR_POINTS: {part!r} is not understood: write like digitization=8 or reuse=6@80; "
                f"there are {known}"
            ) from None
        if name in found or not 0 < scale.full_from <= 100:
            raise SettingsError(
                f"SOHOA_INDICATOR_POINTS: {part!r}: each indicator once, full marks from above 0 up to 100"
            )
        found[name] = scale
    return found
