"""What the desk before reading kept about a file goes when all that was in it is disposed of."""

from __future__ import annotations

from collections.abc import Collection

from catalog import scans as catalog_scans
from staging import thumbnails
from staging.models import StagedPage, Upload


def forget(results: Collection[int], scans: Collection[int]) -> None:
    """Erase what was seen on the pages of these files, their names and small pictures (on this machine; elsewhere they
    go after `thumbnails.KEPT_DAYS`); inside the transaction in which the files go.
    """
    if not scans:
        return
    ids = list(scans)
    StagedPage.objects.filter(look__scan__in=ids).update(code="", fingerprint="")
    Upload.objects.filter(scan__in=ids).update(name="–")
    for scan in catalog_scans.rows(ids).values():
        for page in range(1, scan.pages + 1):
            thumbnails.path(scan.sha256, page).unlink(missing_ok=True)
