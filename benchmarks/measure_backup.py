"""What a backup of made-up results costs, the first one and the next, and a restore: rates, sizes, memory.

Each result has three objects of its own: a scan and an archive PDF that do not pack (random bytes behind a PDF's head,
as pictures do not), and words that do. On SQLite, and in folders of one disk.
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
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
_STEP = 500
"""Results that are recorded in one transaction."""


def measure(arguments: list[str]) -> dict[str, Any]:
    """Each step in a process of its own, so that each one's memory is its own. Sizes in bytes, times in seconds."""
    parser = argparse.ArgumentParser(prog="./run measure backup")
    parser.add_argument("--results", type=int, default=10_000)
    parser.add_argument("--page-bytes", type=int, default=100_000, help="size of scan and of archive PDF, each")
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="sohoa-backup-"))
    try:
        return _measured(folder, options.results, options.page_bytes)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measured(folder: Path, results: int, page_bytes: int) -> dict[str, Any]:
    home, target = folder / "home", folder / "target"
    home.mkdir()
    filled = _step("fill", home, target, results, page_bytes)
    found: dict[str, Any] = {"results": results, "filled": filled}
    found["first"] = _step("backup", home, target)
    found["next, nothing new but the first"] = _step("backup", home, target)
    _step("fill", home, target, results // 100, page_bytes, results)
    found[f"next, {results // 100} results more"] = _step("backup", home, target)
    found["check, with the key"] = _step("check", home, target)
    (folder / "other").mkdir()
    found["restore"] = _step("restore", folder / "other", target)
    source = filled["objects_bytes"] + filled["catalog_bytes"]
    found["ratio of the first (backup / objects and catalog)"] = round(found["first"]["written"] / source, 3)
    return found


def _step(what: str, home: Path, *more: object) -> dict[str, Any]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("SOHOA_")}
    env |= {"SOHOA_HOME": str(home), "PYTHONPATH": str(ROOT)}
    call = [sys.executable, "-m", "benchmarks.measure_backup", what, *map(str, more)]
    done = subprocess.run(call, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{what} failed: {done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _fill(target: Path, count: int, page_bytes: int, after: int = 0) -> dict[str, Any]:
    """Rows as results have them, and three objects each."""
    import catalog
    from core.settings import settings
    from storage import open_store

    catalog.migrate()
    from catalog import units

    if not after:
        units.add("H61", "Ủy ban nhân dân tỉnh Đồng Tháp")
    store, chance = open_store(settings().storage), random.Random(after)
    for first in range(after, after + count, _STEP):
        _record(store, chance, range(first, min(first + _STEP, after + count)), page_bytes)
    root = settings().root
    objects = sum(path.stat().st_size for path in (root / "objects").rglob("*") if path.is_file())
    return {"objects_bytes": objects, "catalog_bytes": (root / "catalog.sqlite3").stat().st_size}


def _record(store: Any, chance: random.Random, numbers: range, page_bytes: int) -> None:
    from django.db import transaction

    from catalog import batches
    from catalog.models import Document, Field, PageReading, Result, Scan, Unit

    words = " ".join(chance.choices("giấy phép xây dựng nhà ở riêng lẻ tại xã Tân Hòa huyện Lai Vung".split(), k=350))
    packed = bytes(chance.randbytes(5000))
    now, unit = datetime.now(UTC), Unit.objects.get(code="H61")
    with tempfile.TemporaryDirectory() as aside, transaction.atomic():
        batch = batches.open_batch("H61", None, f"thùng {numbers[0]}")
        for n in numbers:
            keys = [_put(store, Path(aside), content) for content in _contents(chance, n, page_bytes, words)]
            scan = Scan.objects.create(
                batch_id=batch, unit=unit, name=f"{n}.pdf", sha256=keys[0][1], size=page_bytes, key=keys[0][0],
                media_type="application/pdf", pages=2, split="separator", state="done", received=now,
            )  # fmt: skip
            document = Document.objects.create(
                scan=scan, ordinal=1, first_page=1, last_page=2, page_kinds=[[1, "text", False], [2, "text", False]],
                pages=2, state="recorded", changed=now, pipeline_version="1",
            )  # fmt: skip
            result = Result.objects.create(
                document=document, unit=unit, batch_id=batch, document_type="Giấy phép xây dựng", number=f"{n}/GPXD",
                issuer="Ủy ban nhân dân huyện Lai Vung", issue_date=date(2019, 3, 5), holder=f"Nguyễn Văn {n}",
                in_review=False, archive_key=keys[1][0], archive_sha256=keys[1][1], archive_size=page_bytes,
                words_key=keys[2][0], words_sha256=keys[2][1], words_size=1, text=f"{n} {words}", recorded=now,
            )  # fmt: skip
            Field.objects.bulk_create(
                Field(result=result, name=name, value=f"{name} {n}", confidence=0.9, review=False, page=1,
                      box=[1, 2, 3, 4], text=name, source="ocr")
                for name in ("document_type", "number", "issuer", "issue_date", "subject", "signer", "holder", "sector")
            )  # fmt: skip
            PageReading.objects.bulk_create(
                PageReading(scan=scan, page=page, engine="tesseract", engine_version="5", engine_data="vie", width=1654,
                            height=2339, dpi=200, rotation=0, skew=0, words=packed)
                for page in (1, 2)
            )  # fmt: skip


def _contents(chance: random.Random, number: int, page_bytes: int, words: str) -> list[bytes]:
    boxes = (f'<String CONTENT="{word}" HPOS="{chance.randrange(1600)}"/>' for word in words.split())
    text = f"<alto>{number} {' '.join(boxes)}"
    return [b"%PDF-1.7\n" + chance.randbytes(page_bytes), b"%PDF-1.7\n" + chance.randbytes(page_bytes), text.encode()]


def _put(store: Any, aside: Path, content: bytes) -> tuple[str, str]:
    path = aside / "file"
    path.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    return store.put(path, sha256, "application/pdf"), sha256


def _backup(target: Path) -> dict[str, Any]:
    from core.settings import settings
    from preservation.backup import making
    from storage import open_place, open_store

    to, recipients = open_place(target.as_uri()), (_key(target)[0],)
    made = making.make(to, open_store(settings().storage), making.Wish(recipients=recipients))
    return {"seconds": made.seconds, "rows": made.rows, "objects": made.objects, "written": made.written}


def _check(target: Path) -> dict[str, Any]:
    from preservation.backup import checking, making, sealing
    from storage import open_place

    began = time.monotonic()
    keys = sealing.read_keys(_key(target)[1], "key")
    found = checking.check(open_place(target.as_uri()), "", keys, making.silent)
    return {"seconds": round(time.monotonic() - began, 2), "files": found.files, "faults": len(found.faults)}


def _restore(target: Path) -> dict[str, Any]:
    from core.settings import settings
    from preservation.backup import making, restoring, sealing
    from storage import open_place, open_store

    began = time.monotonic()
    keys = sealing.read_keys(_key(target)[1], "key")
    at = open_place(target.as_uri())
    done = restoring.restore(at, open_store(settings().storage), keys, say=making.silent)
    seconds = round(time.monotonic() - began, 2)
    return {"seconds": seconds, "rows": done.rows, "objects": done.fetched, "faults": len(done.faults)}


def _key(target: Path) -> tuple[str, str]:
    """Public and private key, kept beside the target."""
    from pyrage import x25519

    path = target.with_name("key.txt")
    if not path.exists():
        path.write_text(str(x25519.Identity.generate()))
    identity = x25519.Identity.from_str(path.read_text())
    return str(identity.to_public()), str(identity)


def _main() -> None:
    """One step, in this process; prints what it found as a line of JSON."""
    import resource

    import catalog
    from web.settings import fixed

    catalog.setup(fixed())
    what, target, *numbers = sys.argv[1:]
    step = {"fill": _fill, "backup": _backup, "check": _check, "restore": _restore}[what]
    found = step(Path(target), *map(int, numbers))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(found | {"peak_memory": peak}))


if __name__ == "__main__":
    _main()
