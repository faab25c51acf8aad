"""Fronts and backs that came as two files are joined on a page of their own, which knows which two are meant."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from tests.staging.support import pdf


@pytest.fixture
def batch(sign_in: Callable[[str], Client], tmp_path: Path) -> int:
    """An open batch of two stacks, with a file of another kind, and the two sides of a stack of three sheets."""
    from core.settings import settings
    from staging import arrivals, batches, looking
    from staging.records import NewBatch
    from staging.states import Sides, Way
    from storage import open_store

    id = batches.open_batch(NewBatch("H61.12", "thùng 12", sides=Sides.TWO_STACKS), "van.thu")
    for name, pages in (("one.pdf", 1), ("fronts.pdf", 3), ("backs.pdf", 3)):
        arrivals.accept(pdf(tmp_path / name, name, pages), name, id, "van.thu", Way.UPLOAD)
    looking.work_off(threading.Event(), open_store(settings().storage), "tests")
    return id


def test_the_two_files_are_chosen_already_and_joined(batch: int, sign_in: Callable[[str], Client]) -> None:
    from staging import operations

    staff, address = sign_in("van.thu"), f"/batches/{batch}/stacks/"
    assert address in staff.get(f"/batches/{batch}/close/").content.decode(), "the fault leads there"
    page = staff.get(address).content.decode()
    before = [page.ref for page in operations.plan(batch).pages]
    fronts, backs = before[1].scan, before[4].scan
    for side in (fronts, backs):
        assert f'<option value="{side}" selected>' in page
    assert staff.post(address, {"fronts": fronts, "backs": fronts}).status_code == 200
    assert staff.post(address, {"fronts": before[0].scan, "backs": backs}).status_code == 200
    assert [page.ref for page in operations.plan(batch).pages] == before, "nothing was done"
    answered = staff.post(address, {"fronts": fronts, "backs": backs})
    assert (answered.status_code, answered["Location"]) == (302, f"/batches/{batch}/desk/")
    after = [str(page.ref) for page in operations.plan(batch).pages]
    assert after[1:] == [f"{s}:{n}" for s, n in zip([fronts, backs] * 3, (1, 3, 2, 2, 3, 1), strict=True)]
    assert "option" not in staff.get(address).content.decode(), "nothing is left to join"


def test_others_do_not_know_it(batch: int, sign_in: Callable[[str], Client]) -> None:
    assert sign_in("mot.cua").get(f"/batches/{batch}/stacks/").status_code == 404
