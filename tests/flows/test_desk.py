"""The desk: new results are worked on as they come in, and runs begin with them where no desk is open."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from catalog.states import Origin
from core.errors import ServiceError, StorageError
from core.settings import settings
from flows import work
from flows.run import IngestRequest
from pipeline.records import SplitRule
from tests.flows.support import UNIT, Story, plain_process, tiff

DOSSIER = "H61.12.3-261101-0001"


@pytest.fixture(autouse=True)
def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "process", plain_process)


def bring(path: Path, origin: Origin = Origin.API) -> int:
    """Store a new result as the pages do; gives its id."""
    from catalog import batches, scans
    from flows import batch
    from pipeline.intake import Limits, inspect

    scan = inspect(path, path.name, Limits(), path.parent)
    dossier = "" if origin is Origin.BACKLOG else DOSSIER
    received = scans.receive(
        scan, batches.open_batch(UNIT, None, "mới"), SplitRule.SEPARATOR, origin=origin, dossier=dossier
    )
    scans.stored(received.id, batch._store().put(scan.path, scan.sha256, scan.media_type.value))
    scan.path.unlink()
    return received.id


def test_what_came_in_is_read_recorded_with_its_dossier_and_found(installed: Path, inbox: Path) -> None:
    from catalog import arrivals, results
    from catalog.arrivals import Stage
    from flows import desk
    from flows.drain import search_index
    from indexing import Query

    id = bring(tiff(inbox / "a.tif"))
    assert (arrivals.show(id).stage, arrivals.waiting()[0].id) == (Stage.WAITING, id)
    assert desk.work_off(threading.Event()) == 1
    arrival = arrivals.show(id)
    assert arrival.stage is Stage.DONE
    shown = results.show(arrival.results[0])
    assert (shown.row.dossier, shown.row.origin) == (DOSSIER, Origin.API)
    with search_index() as index:
        assert [hit.id for hit in index.search(Query(shown.row.number)).hits] == list(arrival.results)
    assert desk.work_off(threading.Event()) == 0


def test_the_desk_leaves_the_backlog_to_runs(installed: Path, inbox: Path) -> None:
    from catalog import batches
    from flows import desk

    bring(tiff(inbox / "a.tif"), Origin.BACKLOG)
    assert desk.work_off(threading.Event()) == 0
    assert batches.status().unfinished == 1


def test_search_learns_of_what_people_decide(installed: Path, inbox: Path) -> None:
    from datetime import date

    from catalog import decisions, outbox
    from catalog.life import Decision
    from flows import desk

    id = bring(tiff(inbox / "a.tif"))
    desk.work_off(threading.Event())
    from catalog import arrivals

    decisions.revoke(arrivals.show(id).results[0], Decision("1/QĐ", date(2022, 1, 2), "sai"), "test")
    assert outbox.count() == 1
    desk.work_off(threading.Event())
    assert outbox.count() == 0


def test_an_open_desk_works_until_it_is_closed(installed: Path, inbox: Path) -> None:
    from catalog import arrivals
    from catalog.arrivals import Stage
    from flows import desk

    id, stop, done = bring(tiff(inbox / "a.tif")), threading.Event(), threading.Event()
    real = desk.work_off

    def told(stop: threading.Event) -> int:
        worked = real(stop)
        if worked:
            done.set()
        return worked

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "work_off", told)
        open_desk = threading.Thread(target=desk.keep_open, args=[stop])
        open_desk.start()
        assert done.wait(60)
        assert desk.left() == (), "an open desk takes them itself"
        stop.set()
        open_desk.join(30)
    assert not open_desk.is_alive()
    assert arrivals.show(id).stage is Stage.DONE


def test_a_desk_that_cannot_work_waits_and_goes_on(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog import arrivals
    from catalog.arrivals import Stage
    from flows import batch, desk

    id = bring(tiff(inbox / "a.tif"))

    def away() -> None:
        raise ServiceError("no engine")

    monkeypatch.setattr(batch, "require_tools", away)
    assert desk._once(threading.Event()) == desk.PATIENCE
    assert arrivals.show(id).stage is Stage.WAITING
    monkeypatch.undo()
    monkeypatch.setattr(work, "process", plain_process)
    assert desk._once(threading.Event()) == desk.EVERY
    assert arrivals.show(id).stage is Stage.DONE


@pytest.mark.parametrize("broken", ["require_tools", "set_up"])
def test_search_learns_of_decisions_while_files_cannot_be_worked_on(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    from datetime import date

    from catalog import arrivals, decisions, outbox
    from catalog.life import Decision
    from flows import batch, desk

    id = bring(tiff(inbox / "a.tif"))
    desk.work_off(threading.Event())
    decisions.revoke(arrivals.show(id).results[0], Decision("1/QĐ", date(2022, 1, 2), "sai"), "test")
    bring(tiff(inbox / "b.tif", shade=1))

    def away(*_: object) -> None:
        raise ServiceError("it is away")

    monkeypatch.setattr(batch, broken, away)
    with pytest.raises(ServiceError):
        desk.work_off(threading.Event())
    assert outbox.count() == 0


def test_search_learns_of_what_was_done_before_work_failed(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import date

    from catalog import arrivals, decisions, outbox
    from catalog.life import Decision
    from flows import desk

    id, real = bring(tiff(inbox / "a.tif")), work.work_on

    def fails(*given: Any) -> None:
        real(*given)
        decisions.revoke(arrivals.show(id).results[0], Decision("1/QĐ", date(2022, 1, 2), "sai"), "test")
        raise StorageError("the store went away")

    monkeypatch.setattr(work, "work_on", fails)
    with pytest.raises(StorageError):
        desk.work_off(threading.Event())
    assert outbox.count() == 0


def test_files_are_worked_on_while_search_is_away(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import date

    from catalog import arrivals, decisions, outbox
    from catalog.arrivals import Stage
    from catalog.life import Decision
    from flows import desk, drain

    first = bring(tiff(inbox / "a.tif"))
    desk.work_off(threading.Event())
    decisions.revoke(arrivals.show(first).results[0], Decision("1/QĐ", date(2022, 1, 2), "sai"), "test")
    second = bring(tiff(inbox / "b.tif", shade=1))

    def away() -> None:
        raise ServiceError("search is away")

    monkeypatch.setattr(drain, "search_index", away)
    assert desk.work_off(threading.Event()) == 1
    assert arrivals.show(second).stage is Stage.DONE
    assert outbox.count() > 0
    with pytest.raises(ServiceError):
        desk.work_off(threading.Event())


def test_a_run_begins_with_new_results_where_no_desk_is_open(installed: Path, inbox: Path, story: Story) -> None:
    from catalog import arrivals
    from catalog.arrivals import Stage
    from catalog.locks import file_lock
    from flows import batch

    old = tiff(inbox / "old.tif", shade=1)
    id = bring(tiff(inbox / "new.tif"))
    request = IngestRequest((old,), UNIT)
    with file_lock(settings().root / "desk.lock"), batch.begin(request, story) as run:
        assert id not in [scan.id for scan in run.take_in()]
    with batch.begin(request, story) as run:
        waiting = run.take_in()
        assert waiting[0].id == id and len(waiting) == 2
        run.work_on(tuple(waiting))
        run.finish()
    assert arrivals.show(id).stage is Stage.DONE
