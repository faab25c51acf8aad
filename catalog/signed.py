"""What `preservation.signatures` found and made, noted where everybody who shows or hands out a result looks.

Both are to be called inside the transaction of the change that they belong to.
"""

from __future__ import annotations

from catalog.models import Result, Scan
from catalog.records import StoredObject
from catalog.values import clean
from core.errors import NotFoundError


def note_original(scan: int, told: str) -> None:
    """The signatures in a scan, told in a line; empty: there are none. Raises NotFoundError."""
    if not Scan.objects.filter(pk=scan).update(signatures=clean(told)):
        raise NotFoundError(f"there is no scan {scan}")


def note_copy(result: int, copy: StoredObject | None, told: str = "") -> None:
    """The signed copy that is handed out in place of the archive file; None: none is. Raises NotFoundError."""
    values = (copy.key, copy.sha256, copy.size) if copy else ("", "", 0)
    columns = dict(zip(("signed_key", "signed_sha256", "signed_size"), values, strict=True))
    if not Result.objects.filter(pk=result).update(**columns, signed_as=clean(told) if copy else ""):
        raise NotFoundError(f"there is no result {result}")
