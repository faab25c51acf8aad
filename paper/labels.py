"""What the QR code on a box says where pages have no public address, and how it is understood again.

``SOHOABOX1|u=<unit>|b=<name of the box>``, both percent-encoded. It begins unlike the codes of cover sheets
(``SOHOA1``), so that a label that gets into a scan is no cover.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

_START = "SOHOABOX1"
_TEXT = re.compile(rf"{_START}\|u=([^|]{{1,200}})\|b=([^|]{{1,600}})")


def text_of(unit: str, box: str) -> str:
    """The code of a box."""
    return f"{_START}|u={quote(unit, safe='.')}|b={quote(box, safe='')}"


def parse(text: str) -> tuple[str, str] | None:
    """Unit and name of the box that a code is about; None: it is none of ours."""
    found = _TEXT.fullmatch(text.strip())
    return (unquote(found[1]), unquote(found[2])) if found else None
