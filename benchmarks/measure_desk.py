"""How long the pages of archive staff take on a batch of a thousand documents, and on a thousand results to check."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

PAGES = 5
"""Of each document."""


def measure(arguments: list[str]) -> dict[str, Any]:
    """Milliseconds from asking to the whole answer, of each page, first and later times."""
    parser = argparse.ArgumentParser(prog="./run measure desk")
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args(arguments)
    home = Path(tempfile.mkdtemp(prefix="sohoa-desk-"))
    os.environ["SOHOA_HOME"] = str(home)
    try:
        return {"documents": options.documents} | _measured(options.documents, options.rounds)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _measured(count: int, rounds: int) -> dict[str, Any]:
    import catalog
    from web.settings import extras

    catalog.setup(extras())
    catalog.migrate()
    from benchmarks.filled_home import fill
    from web.services import index

    index().rebuild([])
    fill(count)
    client, batch = _signed_in(), _batch(count)
    last = -(-count * PAGES // 60)
    desk = f"/batches/{batch}/desk/"
    found = {}
    for path in (
        *("/batches/", f"/batches/{batch}/", f"/batches/{batch}/close/", desk, f"{desk}?page={last}", "/review/"),
        *("/duplicates/", "/samples/", "/samples/rates/", "/samples/calibration/", "/paper/", "/bought-in/", "/"),
    ):
        times = [_asked(client, path) for _ in range(rounds)]
        found[path.replace(f"/{batch}/", "/N/")] = {
            "first": times[0],
            "median": round(statistics.median(times[1:])),
            "most": max(times[1:]),
        }
    return {"milliseconds": found}


def _signed_in() -> Client:
    """An administrator of the whole installation."""
    from django.test import Client

    from accounts.models import Membership, User

    user = User.objects.create_user("quan.tri")
    Membership.objects.create(user=user, role="administrator", unit="")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def _batch(count: int) -> int:
    """An open batch with so many files of `PAGES` pages on its desk."""
    from staging import batches
    from staging.records import NewBatch
    from tests.web.test_batches import made_up

    batch = batches.open_batch(NewBatch("H61", "Hộp 1", expected_documents=count), "quan.tri")
    made_up(batch, count, PAGES)
    return batch


def _asked(client: Client, path: str) -> int:
    began = time.perf_counter()
    answer = client.get(path)
    took = time.perf_counter() - began
    assert answer.status_code == 200, (path, answer.status_code)
    return round(took * 1000)
