"""What looking at everything again costs: the look that reads no objects, and the reading of objects, with its rate.

The look is taken over made-up results with three objects each (empty files under the right names: it reads none), their
events and an index. The reading goes over random bytes in a folder, and in a bucket where one is named. On SQLite.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
_STEP = 500
"""Results that are recorded in one transaction."""


def measure(arguments: list[str]) -> dict[str, Any]:
    """Each step in a process of its own, so that each one's memory is its own. Sizes in bytes, times in seconds."""
    parser = argparse.ArgumentParser(prog="./run measure fixity")
    parser.add_argument("--results", type=int, default=100_000)
    parser.add_argument("--objects", type=int, default=3_000, help="objects to read")
    parser.add_argument("--object-bytes", type=int, default=200_000)
    parser.add_argument("--s3", default="", help="s3://…, an empty bucket of a server that runs, to read from as well")
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="sohoa-fixity-"))
    found: dict[str, Any] = {"results": options.results, "objects to read": options.objects}
    try:
        _step("fill", folder / "look", options.results)
        found["look"] = _step("look", folder / "look")
        places = {"folder": ""} | ({"bucket": options.s3} if options.s3 else {})
        for name, url in places.items():
            home = folder / name
            _step("objects", home, options.objects, options.object_bytes, storage=url)
            found[f"read from a {name}"] = _step("read", home, storage=url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def _step(what: str, home: Path, *numbers: int, storage: str = "") -> dict[str, Any]:
    home.mkdir(exist_ok=True)
    env = {name: value for name, value in os.environ.items() if not name.startswith("SOHOA_")}
    env |= {"SOHOA_HOME": str(home), "PYTHONPATH": str(ROOT)} | ({"SOHOA_STORAGE_URL": storage} if storage else {})
    call = [sys.executable, "-m", "benchmarks.measure_fixity", what, *map(str, numbers)]
    done = subprocess.run(call, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{what} failed: {done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _fill(count: int) -> dict[str, Any]:
    """Rows with their events as results have them, names of objects, and an index that knows all."""
    from catalog import outbox, units
    from catalog.models import Outbox
    from core.settings import settings
    from flows.drain import search_document, search_index

    units.add("H61", "Ủy ban nhân dân tỉnh Đồng Tháp")
    objects = settings().root / "objects"
    for first in range(0, count, _STEP):
        _record(objects, range(first, min(first + _STEP, count)))
    Outbox.objects.all().delete()
    with search_index() as index:
        return {"indexed": index.rebuild(map(search_document, outbox.all_search_documents()))}


def _record(objects: Path, numbers: range) -> None:
    from django.db import transaction

    from catalog import batches, events, facts
    from catalog.models import Document, Field, Result, Scan, Unit

    now, unit = datetime.now(UTC), Unit.objects.get(code="H61")
    with transaction.atomic():
        batch, told = batches.open_batch("H61", None, f"thùng {numbers[0]}"), []
        for n in numbers:
            (scan_key, scan_hash), (key, sha256), (words_key, words_hash) = (
                _named(objects, f"{n} {what}") for what in ("scan", "archive", "words")
            )
            scan = Scan.objects.create(
                batch_id=batch, unit=unit, name=f"{n}.pdf", sha256=scan_hash, size=0, key=scan_key,
                media_type="application/pdf", pages=2, split="separator", state="done", received=now,
            )  # fmt: skip
            document = Document.objects.create(
                scan=scan, ordinal=1, first_page=1, last_page=2, page_kinds=[], pages=2, state="recorded", changed=now,
            )  # fmt: skip
            result = Result.objects.create(
                document=document, unit=unit, batch_id=batch, document_type="Giấy phép xây dựng", number=f"{n}/GPXD",
                issuer="Ủy ban nhân dân huyện Lai Vung", issue_date=date(2019, 3, 5), holder=f"Nguyễn Văn {n}",
                in_review=False, archive_key=key, archive_sha256=sha256, archive_size=0, words_key=words_key,
                words_sha256=words_hash, words_size=0, text=f"giấy phép số {n} " * 40, recorded=now,
            )  # fmt: skip
            Field.objects.bulk_create(
                Field(result=result, name=name, value=f"{name} {n}", confidence=0.9, review=False)
                for name in ("document_type", "number", "issuer", "issue_date", "subject", "signer", "holder", "sector")
            )
            kinds = ("scan.received", {"sha256": scan_hash}), ("scan.stored", {"key": scan_key}), ("scan.finished", {})
            told += [(kind, f"scan:{scan.pk}", data, batch) for kind, data in kinds]
            stated = {"facts": facts.of(result.pk), "text": facts.text_digest(result.text)}
            told.append(("result.recorded", f"result:{result.pk}", stated, batch))
        events.append_all_to(unit.pk, told)


def _named(objects: Path, what: str) -> tuple[str, str]:
    from storage import key_of

    sha256 = hashlib.sha256(what.encode()).hexdigest()
    path = objects / key_of(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return key_of(sha256), sha256


def _objects(count: int, size: int) -> dict[str, Any]:
    """Scans alone, with their bytes."""
    from catalog import batches, units
    from catalog.models import Scan, Unit
    from core.settings import settings
    from storage import open_store

    units.add("H61", "Ủy ban nhân dân tỉnh Đồng Tháp")
    batch, unit, now = batches.open_batch("H61", None, "thùng 1"), Unit.objects.get(code="H61"), datetime.now(UTC)
    store, chance, path = open_store(settings().storage), random.Random(count), settings().root / "object"
    for number in range(count):
        content = b"%PDF-1.7\n" + chance.randbytes(size)
        path.write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        Scan.objects.create(
            batch_id=batch, unit=unit, name=f"{number}.pdf", sha256=sha256, size=len(content), media_type="",
            key=store.put(path, sha256, "application/pdf"), pages=1, split="separator", state="done", received=now,
        )  # fmt: skip
    return {"objects": count}


def _look() -> dict[str, Any]:
    from core.settings import settings
    from flows.drain import search_index
    from preservation.fixity import consistency
    from storage import open_store

    store, times = open_store(settings().storage), {}
    with search_index() as index:
        for name, part in (
            ("objects", lambda: consistency.objects(store)),
            ("search", lambda: consistency.search(index)),
            ("events and rows", lambda: consistency.of_unit("H61")),
        ):
            began = time.monotonic()
            if wrong := [finding.text for finding in islice(part(), 3)]:
                raise SystemExit(f"what was made is not sound: {wrong}")
            times[name] = round(time.monotonic() - began, 2)
    return {"seconds": times}


def _read() -> dict[str, Any]:
    from core.settings import settings
    from preservation.fixity import reading
    from storage import open_store

    began = time.monotonic()
    done = reading.read(open_store(settings().storage), None, reading.Wish())
    seconds = time.monotonic() - began
    if done.findings or not done.complete:
        raise SystemExit(f"what was put is not there: {done.findings[:3]}")
    rates = {"MB/s": round(done.bytes / 1e6 / seconds, 1), "objects/s": round(done.objects / seconds)}
    return {"seconds": round(seconds, 2), "objects": done.objects, "bytes": done.bytes, **rates}


def _main() -> None:
    """One step, in this process; prints what it found as a line of JSON."""
    import resource

    import catalog
    from web.settings import fixed

    catalog.setup(fixed())
    catalog.migrate()
    what, *numbers = sys.argv[1:]
    step: Any = {"fill": _fill, "look": _look, "objects": _objects, "read": _read}[what]
    found = step(*map(int, numbers))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(found | {"peak_memory": peak}))


if __name__ == "__main__":
    _main()
