"""What migration 0003 added, for results that were recorded before it; search is told of all of them."""

from __future__ import annotations

from datetime import UTC, datetime

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F
from django.db.models.functions import Substr

from catalog import confidential, validity
from catalog.values import holder_number

_CHUNK = 500
_PAGE = 8000
"""Characters of a result's text in which its first page is looked for."""
_NAMES = ["document_type", "number", "subject", "sector", "issue_date", "expiry_date", "validity"]


def forward(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    Result = apps.get_model("catalog", "Result")
    HolderNumber = apps.get_model("catalog", "HolderNumber")
    Outbox = apps.get_model("catalog", "Outbox")
    head = Result.objects.defer("text").annotate(head=Substr("text", 1, _PAGE)).order_by("pk")
    last, time = 0, datetime.now(UTC)
    while part := list(head.filter(pk__gt=last)[:_CHUNK]):
        values = _values(apps, [result.pk for result in part])
        for result in part:
            result.state = "to_review" if result.in_review else "accepted"
            result.valid_from, result.valid_to = validity.span(values.get(result.pk, {}))
            result.confidential = confidential.of(values.get(result.pk, {}), result.head).value
        Result.objects.bulk_update(part, ["state", "valid_from", "valid_to", "confidential"])
        HolderNumber.objects.bulk_create(
            HolderNumber(result_id=result.pk, number=number)
            for result in part
            for number in dict.fromkeys(map(holder_number, result.holder_ids))
        )
        Result.objects.filter(pk__in=[result.pk for result in part]).update(version=F("version") + 1)
        Outbox.objects.bulk_create(
            Outbox(result_id=result.pk, version=result.version + 1, created=time) for result in part
        )
        last = part[-1].pk


def _values(apps: Apps, ids: list[int]) -> dict[int, dict[str, str]]:
    """Result id → field name → value, of the fields that matter here."""
    Field = apps.get_model("catalog", "Field")
    found: dict[int, dict[str, str]] = {}
    wanted = Field.objects.filter(result_id__in=ids, name__in=_NAMES)
    for result, name, value in wanted.values_list("result_id", "name", "value"):
        found.setdefault(result, {})[name] = value
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_life_of_a_result"),
    ]

    operations = [
        migrations.RunPython(forward, migrations.RunPython.noop),
    ]
