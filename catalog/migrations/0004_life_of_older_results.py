"""What migration 0003 added, for results that were recorded before it; search is told of all of them."""

from __future__ import annotations

from datetime import UTC, datetime

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Substr

from catalog import confidential, validity
from catalog.values import holder_number

_CHUNK = 500
_PAGE = 8000
"""Characters of a result's text in which its first page is looked for."""
_UPDATE = (
    "UPDATE catalog_result SET state = %s, valid_from = %s, valid_to = %s, confidential = %s, version = version + 1 "
    "WHERE id = %s"
)
"""Row by row in one go: `bulk_update` takes many times as long."""
_NAMES = ["document_type", "number", "subject", "sector", "issue_date", "expiry_date", "validity"]


def forward(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    Result = apps.get_model("catalog", "Result")
    HolderNumber = apps.get_model("catalog", "HolderNumber")
    Outbox = apps.get_model("catalog", "Outbox")
    older = Result.objects.annotate(head=Substr("text", 1, _PAGE)).order_by("pk")
    columns = ("pk", "version", "in_review", "holder_ids", "head")
    last, time = 0, datetime.now(UTC)
    while part := list(older.filter(pk__gt=last).values_list(*columns)[:_CHUNK]):
        last = part[-1][0]
        values = _values(apps, [row[0] for row in part])
        with editor.connection.cursor() as cursor:
            cursor.executemany(_UPDATE, [_facts(row[0], row[2], values.get(row[0], {}), row[4]) for row in part])
        HolderNumber.objects.bulk_create(
            HolderNumber(result_id=row[0], number=number)
            for row in part
            for number in dict.fromkeys(map(holder_number, row[3]))
        )
        Outbox.objects.bulk_create(Outbox(result_id=row[0], version=row[1] + 1, created=time) for row in part)


def _facts(result: int, in_review: bool, values: dict[str, str], head: str) -> tuple[object, ...]:
    """What is known now about a result, in the order of `_UPDATE`."""
    days = [day.isoformat() if day else None for day in validity.span(values)]
    return ("to_review" if in_review else "accepted", *days, confidential.of(values, head).value, result)


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
