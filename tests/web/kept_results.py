"""Results that must be kept, and one that somebody wants to be rid of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.web import library

UNIT = "H61.12"


def put(folder: Path, number: int) -> dict[str, int]:
    """A period, a result under a hold, and one that is proposed for disposal."""
    from preservation.retention import disposals, holds, schedules
    from preservation.retention.states import Clock

    texts = [f"GIẤY KHAI SINH\nSố {number}{side}/KS" for side in ("G", "H")]
    held, listed = (
        library.put(replace(library.BIRTH, name=f"lg{number}{side}.pdf", text=text), folder / f"kept-{number}-{side}")
        for side, text in enumerate(texts)
    )
    wish = schedules.Wish(UNIT, f"Giấy {number}", 20, Clock.ISSUED, "Thông tư 10/2022/TT-BNV")
    proposed = disposals.propose_these(UNIT, [listed], {}, "nguoi.de.nghi", f"phiếu {number}")
    return {
        "period": schedules.put(wish, "quan.tri").id,
        "hold": holds.place(UNIT, [held], f"vụ án {number}", "quan.tri").id,
        "disposal": proposed.id,
    }
