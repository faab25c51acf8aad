"""Migrations that change rows, of packages that came after the first release: rows as they were before, then after."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

import catalog
from catalog import batches, results, scans
from catalog.values import now
from pipeline.records import SplitRule
from registers.models import Looked
from staging.models import Step
from tests.catalog.support import processed, scan

BEFORE = [("staging", "0010_uploads"), ("registers", "0004_what_fell_out")]


@pytest.fixture
def steps(database: str) -> list[int]:
    """Ids of three steps of a batch and the ids of results that were looked for in registers, written before."""
    from catalog import units

    units.add("H61", "Sở Xây dựng")
    batch = batches.open_batch("H61", None, "thùng 1")
    received = scans.receive(scan(), batch, SplitRule.SEPARATOR)
    made = [results.record(received.id, processed(n, n, n), "k", "w") for n in (1, 2, 3)]
    for app, name in BEFORE:
        call_command("migrate", app, name, verbosity=0, interactive=False)
    apps = MigrationExecutor(connection).loader.project_state(BEFORE).apps
    looked: Any = apps.get_model("registers", "Looked").objects
    for id, outcome, actor in zip(made, ("none", "unsure", "none"), ("", "", "lan"), strict=True):
        looked.create(result_id=id, edition=1, outcome=outcome, actor=actor, time=now())
    home = apps.get_model("staging", "StagedBatch").objects.create(**_staged(apps, batch))
    step: Any = apps.get_model("staging", "Step").objects
    values = {"batch": home, "act": "turn", "data": {}, "actor": "lan", "time": now()}
    for sequence, undone in ((1, False), (2, True), (3, False), (4, True)):
        step.create(sequence=sequence, undone=undone, **values)
    return made


def _staged(apps: Any, batch: int) -> dict[str, Any]:
    """A row of a batch that archive staff opened, with what it has to have and has no default for."""
    found: dict[str, Any] = {"batch_id": batch}
    for field in apps.get_model("staging", "StagedBatch")._meta.concrete_fields:
        if field.has_default() or field.null or field.primary_key:
            continue
        found[field.attname] = {"DateTimeField": now(), "IntegerField": 0}.get(field.get_internal_type(), "x")
    return found


def test_rows_of_later_packages_come_over(steps: list[int]) -> None:
    catalog.migrate()
    catalog.ready()
    gone = {step.sequence: step.gone for step in Step.objects.all()}
    assert gone == {1: False, 2: True, 3: False, 4: False}, "what is undone behind the last step can be done again"
    assert list(Looked.objects.values_list("result_id", flat=True)) == steps[2:], "only people's word stands"
