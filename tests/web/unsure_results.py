"""A result of which two lines of a register could be the one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.registers.matching import line
from tests.web import library

DAY = date(2018, 4, 9)


def put(folder: Path, number: int = 0) -> int:
    """Record it with its two lines, and let it be looked for; gives its id."""
    from registers import linking

    said = {"holder": f"Lương Thị Khuyên {number}", "number": f"{900 + number}/GPXD", "issue_date": DAY.isoformat()}
    values = library.PERMIT.values | said | {"holder_id": ""}
    values = {name: value for name, value in values.items() if value}
    paper = replace(
        library.PERMIT, values=values, text=f"GIẤY PHÉP XÂY DỰNG\nLương {number}", review=("number",), pages=1
    )
    result = library.put(paper, folder / f"unsure-{number}")
    for other in (900 + number, 700 + number):
        line(day=DAY, number=f"{other}/GPXD", holder=said["holder"], holder_id="")
    while linking.catch_up():
        pass
    return result
