"""What it costs that each look leaves a row: of a look alone, and of the page of a result with and without."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def measure(arguments: list[str]) -> dict[str, Any]:
    """Milliseconds, with SQLite in a folder of its own, or the database in SOHOA_DATABASE_URL."""
    parser = argparse.ArgumentParser(prog="./run measure looks")
    parser.add_argument("--results", type=int, default=300)
    parser.add_argument("--looks", type=int, default=2_000)
    options = parser.parse_args(arguments)
    home = Path(tempfile.mkdtemp(prefix="sohoa-looks-"))
    os.environ["SOHOA_HOME"] = str(home)
    try:
        return {"load": os.getloadavg()[0]} | _measured(options.results, options.looks)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _measured(count: int, many: int) -> dict[str, Any]:
    import catalog
    from web.settings import extras

    catalog.setup(extras())
    catalog.migrate()
    from accounts import looks
    from accounts.looks import What
    from benchmarks.filled_home import fill
    from catalog.models import Result
    from web.services import index

    index().rebuild([])
    fill(count)
    found = {"look": _times(lambda n: looks.note("measure", "H61", 10**9 + n, What.PAGE), many)}
    begun = time.perf_counter()
    sealed = looks.seal(many)
    found["seal"] = {"looks": sealed, "milliseconds": round((time.perf_counter() - begun) * 1e3, 1)}
    client, numbers = _signed_in(), list(Result.objects.filter(confidential="").values_list("pk", flat=True)[:count])

    def page(n: int) -> None:
        assert client.get(f"/results/{numbers[n]}/").status_code == 200

    page(0)
    written = looks.note
    looks.note = lambda *_asked: None
    _times(page, len(numbers))  # what is looked up once is
    found["page_without"] = _times(page, len(numbers))
    looks.note = written
    found["page_with"] = _times(page, len(numbers))
    return {"milliseconds": found}


def _times(act: Callable[[int], None], count: int) -> dict[str, float]:
    took = []
    for number in range(count):
        begun = time.perf_counter()
        act(number)
        took.append((time.perf_counter() - begun) * 1e3)
    took.sort()
    return {"median": round(statistics.median(took), 2), "p95": round(took[int(count * 0.95)], 2)}


def _signed_in() -> Any:
    from django.test import Client

    from accounts import people
    from accounts.models import User
    from accounts.rights import Role

    person = people.add("quan.tri", "Quản Trị")
    people.grant(person, Role.ADMINISTRATOR, "", "measure")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(pk=person), "django.contrib.auth.backends.ModelBackend")
    return client
