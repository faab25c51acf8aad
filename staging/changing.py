"""What was told of a batch is mended while it is open: numbers and papers expected, where they lie, who scans them."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from catalog import events
from catalog.configuration import told_plainly
from staging import batches
from staging.models import SlipLine
from staging.opening import checked
from staging.records import NewBatch

_FACTS = ("box", "shelf", "operator", "expected_documents", "expected_pages")


@told_plainly()
def change(id: int, told: NewBatch, actor: str) -> tuple[str, ...]:
    """Put what is `told` in the place of what was; gives the names of what changed. Unit, name, procedure and how the
    batch is cut stay as they are: by them its files came in.

    Raises NotFoundError, and BatchError for a batch that is not open or numbers that cannot be.
    """
    before = batches.show(id)
    new = checked(replace(told, unit=before.unit, name=before.name), actor)
    with transaction.atomic(), events.acting(actor):
        row = batches.require_open(id)
        changed = {name: getattr(new, name) for name in _FACTS if getattr(new, name) != getattr(row, name)}
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
        slip = list(SlipLine.objects.filter(batch=row).order_by("line").values_list("code", flat=True))
        if slip != list(new.slip):
            SlipLine.objects.filter(batch=row).delete()
            SlipLine.objects.bulk_create(SlipLine(batch=row, line=n, code=code) for n, code in enumerate(new.slip, 1))
            changed["slip"] = len(new.slip)
        if changed:
            batches.tell(row, "batch.changed", changed)
    return tuple(changed)
