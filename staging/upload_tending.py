"""What browsers leave behind: whole files are taken in without them, those without a sign of life are given up."""

from __future__ import annotations

from datetime import timedelta

from catalog.configuration import told_plainly
from catalog.values import now
from core.errors import NotFoundError
from core.settings import settings
from staging import pieces
from staging.models import Upload
from staging.states import UNFINISHED_UPLOADS, UploadState
from staging.upload_records import UploadError
from staging.uploads import drop, finish

_LEFT = timedelta(minutes=15)
"""After this time without a sign of life a whole file is taken in without its browser."""
_KEPT = timedelta(days=30)
"""How long the rows of finished files stay, by which a file is known again without sending it."""


@told_plainly()
def tend() -> int:
    """Take in whole files whose browsers went away, and clear away what gave no sign of life for days.

    Returns how many files went either way.
    """
    left = Upload.objects.filter(state=UploadState.WHOLE, seen__lt=now() - _LEFT).order_by("pk")
    count = sum(_tended(id, actor) for id, actor in left.values_list("pk", "actor"))
    long_ago = now() - timedelta(days=settings().upload_days)
    for id, actor in Upload.objects.filter(state=UploadState.RECEIVING, seen__lt=long_ago).values_list("pk", "actor"):
        drop(id, actor)
        count += 1
    Upload.objects.filter(seen__lt=now() - _KEPT).exclude(state__in=UNFINISHED_UPLOADS).delete()
    old = pieces.orphans()
    known = set(Upload.objects.filter(file__in=old, state__in=UNFINISHED_UPLOADS).values_list("file", flat=True))
    return count + pieces.clear_away([file for file in old if file not in known])


def _tended(id: int, actor: str) -> bool:
    try:
        return finish(id, actor).state is not UploadState.WHOLE
    except (UploadError, NotFoundError):  # its batch is closed; a person drops it, or opens the batch again
        return False
