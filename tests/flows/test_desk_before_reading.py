"""Files that archive staff brought: looked at, handed on when their batch is closed, and read behind new results."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from flows import work
from tests.flows.support import UNIT, plain_process, tiff


@pytest.fixture(autouse=True)
def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "process", plain_process)


def test_a_batch_is_looked_at_handed_on_and_read(installed: Path, inbox: Path) -> None:
    from catalog import scans
    from flows import desk
    from staging import batches, operations
    from staging.arrangement import Act, Operation, PageRef
    from staging.states import BatchState
    from tests.staging import desk as before

    stop = threading.Event()
    batch = before.batch(UNIT, "Hộp 7")
    touched = before.bring(tiff(inbox / "a.tif", pages=2), batch)
    whole = before.bring(tiff(inbox / "b.tif", pages=1, shade=9), batch)
    assert desk.look(stop) == 2
    assert desk.work_off(stop) == 0, "nobody reads what still lies on the desk"
    operations.do(batch, Operation(Act.ROTATE, (PageRef(touched, 2),), degrees=90), "van.thu")
    batches.close(batch, "van.thu", "trang trắng để thử")
    assert desk.work_off(stop) == 2
    assert batches.show(batch).state is BatchState.HANDED_ON
    assert {row.name: row.state for row in scans.of_batch(batch)} == {
        "a.tif": "arranged",
        "b.tif": "done",
        "a.tif [1, 2]": "done",
    }
    assert scans.rows([whole])[whole].state == "done"
    assert desk.work_off(stop) == 0


def test_a_batch_that_cannot_go_on_keeps_no_other_from_it(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.errors import RefusedError
    from flows import desk
    from staging import batches, release, stuck
    from staging.states import BatchState
    from tests.staging import desk as before

    first, second = before.batch(UNIT, "Hộp 8"), before.batch(UNIT, "Hộp 9")
    before.bring(tiff(inbox / "a.tif"), first)
    before.bring(tiff(inbox / "b.tif", shade=9), second)
    desk.look(threading.Event())
    for batch in (first, second):
        batches.close(batch, "van.thu", "trang trắng để thử")
    real = release.release

    def failing(batch: int, store: object) -> object:
        if batch == first:
            raise RefusedError("page", "a.tif: page 1 cannot be read")
        return real(batch, store)  # type: ignore[arg-type]

    monkeypatch.setattr(release, "release", failing)
    assert desk.hand_on() == 1
    assert batches.show(first).state is BatchState.CLOSED
    assert batches.show(second).state is BatchState.HANDED_ON
    assert batches.show(first).stuck == "a.tif: page 1 cannot be read", "people see why"
    assert [one.batch for one in stuck.listing()] == ["Hộp 8"]
    monkeypatch.undo()
    assert desk.hand_on() == 0, "it rests a while"
    assert stuck.try_again(first, "van.thu") and not stuck.try_again(first, "van.thu")
    assert desk.hand_on() == 1
    assert (batches.show(first).state, batches.show(first).stuck) == (BatchState.HANDED_ON, "")


@pytest.mark.parametrize("damage", ["damaged", "gone", "fault of ours"])
def test_why_a_batch_cannot_go_on_is_kept_whatever_it_is(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    """The others go on, with this look of the desk or with the next; opened again, nothing is in its way any more."""
    from catalog import events, scans
    from core.errors import StorageError
    from flows import desk
    from pipeline import assemble
    from staging import batches, stuck
    from staging.arrangement import Act
    from staging.states import BatchState
    from tests.staging import desk as before

    first, second = before.batch(UNIT, "Hộp 8"), before.batch(UNIT, "Hộp 9")
    scan = before.bring(tiff(inbox / "a.tif"), first)
    before.bring(tiff(inbox / "b.tif", shade=9), second)
    desk.look(threading.Event())
    before.do(first, Act.ROTATE, (scan, 1), degrees=90)
    for batch in (first, second):
        batches.close(batch, "van.thu", "trang trắng để thử")
    [kept] = installed.rglob(scans.rows([scan])[scan].key.rpartition("/")[2])
    if damage == "fault of ours":
        monkeypatch.setattr(assemble, "write", lambda *_given: 1 // 0)
    else:
        kept.chmod(0o600)
        kept.write_bytes(b"no picture") if damage == "damaged" else kept.unlink()
    if damage == "damaged":
        with pytest.raises(StorageError):
            desk.hand_on()
    desk.hand_on()
    assert batches.show(second).state is BatchState.HANDED_ON
    assert batches.show(first).state is BatchState.CLOSED and batches.show(first).stuck
    told = [event for event in events.listing(UNIT, 100) if event.kind == "batch.stuck"]
    assert [event.data["reason"] for event in told] == [batches.show(first).stuck]
    batches.reopen(first, "van.thu")
    assert stuck.listing() == () and batches.show(first).stuck == ""


def test_what_fails_beside_the_looking_keeps_nothing_from_being_looked_at(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from bought_in.compare import Sparing
    from flows import desk
    from review import duplicates
    from tests.staging import desk as before

    asked: list[str] = []

    def fail(name: str) -> int:
        asked.append(name)
        raise ValueError(name)

    monkeypatch.setattr(desk, "_rests", {})
    monkeypatch.setattr(duplicates, "catch_up", lambda: fail("one"))
    monkeypatch.setattr(Sparing, "catch_up", lambda _self: fail("other"))
    before.bring(tiff(inbox / "a.tif"), before.batch(UNIT, "Hộp 12"))
    assert desk.look(threading.Event()) == 1
    assert asked == ["one", "other"]
    assert [record.getMessage() for record in caplog.records if record.name == "sohoa.desk"] == [
        "the desk goes on without duplicates",
        "the desk goes on without bought-in work",
    ]
    desk.look(threading.Event())
    assert asked == ["one", "other"], "what failed rests a while"
