"""Working on scans: a few at once under leases, their pages on one pool, each document recorded as it comes."""

from __future__ import annotations

import shutil
import traceback
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import cast

import catalog
from catalog import provenance, results, scans
from catalog.records import WaitingScan
from core.errors import FullError, ServiceError, SohoaError
from core.settings import settings
from flows.bench import Bench
from flows.leases import Leases
from flows.workplace import leave_folder, open_folder
from pipeline.process import Job, let_go, process
from pipeline.records import WORDS_MEDIA_TYPE, FailedDocument, MediaType, ProcessedDocument, Scan

ATTEMPTS = 3
"""A scan at which so many workers died in a row, without a document recorded, is not begun again by itself."""


class StoppedError(Exception):
    """The run is to end; what is in hand is given back."""


def work_on(chunk: Sequence[WaitingScan], bench: Bench) -> None:
    """Work on the scans of a chunk until each is done, failed, or another worker's.

    Raises ServiceError when something that all of them need is away. On that, and on KeyboardInterrupt,
    scans in hand are given back before it is raised on.
    """
    with (
        Leases(bench.place.worker) as leases,
        ThreadPoolExecutor(settings().workers + 1, thread_name_prefix="scan") as pool,
    ):
        futures = [pool.submit(_one, scan, bench, leases) for scan in chunk]
        try:
            _wait(futures)
        except BaseException:
            bench.stop.set()
            bench.pages.shutdown(wait=False, cancel_futures=True)
            for future in futures:
                future.cancel()
            raise


def _wait(futures: Sequence[Future[None]]) -> None:
    """Wait for all, and raise the first error as soon as there is one."""
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, return_when="FIRST_EXCEPTION")
        for future in done:
            future.result()


def _one(scan: WaitingScan, bench: Bench, leases: Leases) -> None:
    """Work on one scan in a thread of the pool."""
    try:
        if bench.stop.is_set():
            return
        if not bench.patiently(leases.claim, scan.id):
            _left_alone(scan, bench)
            return
        try:
            _held(scan, bench, leases)
        finally:
            leases.drop(scan.id)
    finally:
        catalog.close()


def _left_alone(scan: WaitingScan, bench: Bench) -> None:
    bench.tally.add(busy=1)
    bench.progress.advance(scan.pages, 0)
    bench.progress.line(f"{scan.name}: another run is working on it; left to that one")


def _held(scan: WaitingScan, bench: Bench, leases: Leases) -> None:
    """Work on a scan whose lease is held, and give the lease up, whatever happens."""
    worker = leases.worker
    if scan.attempts >= ATTEMPTS:
        reason = f"{scan.attempts} workers died at it in a row: look at the file, then add it again"
        _failed(scan, bench, reason, worker)
        return
    folder = open_folder(bench.place, scan.id)
    try:
        _documents(scan, bench, leases, folder)
        bench.patiently(leases.finished, scan.id)
        bench.drain()
    except scans.LeaseLostError as error:
        bench.progress.line(f"{scan.name}: {error}; left to that one")
    except (StoppedError, ServiceError, FullError) as error:
        _give_back(scan.id, worker, folder)
        if not isinstance(error, StoppedError):
            raise
    except Exception as error:
        if bench.stop.is_set():  # tools that were stopped with us fail in ways of their own
            _give_back(scan.id, worker, folder)
        else:
            _failed(scan, bench, _why(error), worker)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _give_back(scan_id: int, worker: str, folder: Path) -> None:
    """Let the next run go on with the scan, with the pages that were read."""
    leave_folder(folder)
    scans.release(scan_id, worker)


def _documents(scan: WaitingScan, bench: Bench, leases: Leases, folder: Path) -> None:
    """Process the scan and record each document as soon as it is there."""
    passed = Scan(
        path=_copy(scan, bench, folder),
        name=scan.name,
        sha256=scan.sha256,
        size=scan.size,
        media_type=MediaType(scan.media_type),
        pages=scan.pages,
    )
    stated = bench.patiently(provenance.stated_kinds, scan.id)
    job = replace(Job.of(settings(), folder, bench.pages, scan.split), stated=stated)
    told = 0
    done = bench.patiently(results.done_ordinals, scan.id)
    with closing(cast("Generator[ProcessedDocument | FailedDocument]", process(passed, job, skip=done))) as documents:
        for document in documents:
            if bench.stop.is_set():
                raise StoppedError
            leases.check(scan.id)
            if isinstance(document, FailedDocument):
                _record_failure(scan, bench, document)
            else:
                _record(scan, bench, document)
                let_go(passed, document, job)
            told += len(document.pages.pages)
            bench.progress.advance(len(document.pages.pages), 1)
    bench.progress.advance(max(0, scan.pages - told), 0)  # separators, and what an earlier run had done


def _copy(scan: WaitingScan, bench: Bench, folder: Path) -> Path:
    """The scan's bytes as a file of this run's own."""
    to = folder / "scan"
    kept = bench.copies.take(scan.id)
    if kept is None:
        bench.patiently(bench.store.fetch, scan.key, to)
    else:
        kept.rename(to)
    return to


def _record(scan: WaitingScan, bench: Bench, document: ProcessedDocument) -> None:
    """The files first, then the record of them: what is recorded can be opened."""
    archive, words = document.archive, document.words
    put = bench.store.put
    archive_key = bench.patiently(put, archive.path, archive.sha256, MediaType.PDF.value)
    words_key = bench.patiently(put, words.path, words.sha256, WORDS_MEDIA_TYPE)
    bench.patiently(results.record, scan.id, document, archive_key, words_key)
    bench.tally.add(documents=1, pages=len(document.pages.pages), in_review=1 if document.assessment.review else 0)
    bench.drain()


def _record_failure(scan: WaitingScan, bench: Bench, document: FailedDocument) -> None:
    bench.patiently(results.record_failure, scan.id, document)
    line = f"{scan.name}, pages {document.pages.first}–{document.pages.last}: {document.reason}"
    bench.tally.fail(line)
    bench.progress.line(line)


def _failed(scan: WaitingScan, bench: Bench, reason: str, worker: str) -> None:
    bench.patiently(scans.failed, scan.id, reason, worker)
    line = f"{scan.name}: {reason}"
    bench.tally.fail(line)
    bench.progress.line(line)


def _why(error: Exception) -> str:
    """A line for people; of a fault of ours also where it happened."""
    if isinstance(error, SohoaError):
        return str(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return f"{text} ({Path(place.filename).name}:{place.lineno}); the file is kept, please report this"
