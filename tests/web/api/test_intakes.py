"""New results: safe with the answer, read by the desk, and told what became of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.rights import Right
from tests.catalog.support import at_once
from tests.flows.support import tiff
from tests.web.api.support import DOSSIER, Program, problem


@pytest.fixture
def paper(tmp_path: Path) -> bytes:
    """A scan of one page."""
    return tiff(tmp_path / "kq.tif").read_bytes()


def parts(content: bytes, name: str = "kết quả.tif", **more: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content), "unit": "H61.12", "dossier": DOSSIER} | more


def test_a_new_result_is_safe_with_the_answer(one_stop: Program, paper: bytes) -> None:
    from catalog import batches, events
    from storage import key_of
    from web.services import store

    made = one_stop.upload("/results", parts(paper, procedure="1.004873"))
    assert made.status_code == 202, made.content
    told = made.json()
    assert (told["state"], told["dossier"], told["procedure"], told["pages"]) == ("waiting", DOSSIER, "1.004873", 1)
    assert made.headers["Location"] == f"/api/v1/intakes/{told['id']}"
    assert store().exists(key_of(hashlib.sha256(paper).hexdigest()))
    assert one_stop.get(f"/intakes/{told['id']}").json() == told
    kinds = {event.kind: event.actor for event in events.listing("H61.12")}
    assert kinds["scan.received"] == kinds["scan.stored"] == "token:phần mềm 1"
    assert batches.listing()[0].procedure == "1.004873"


def test_what_became_of_it_is_told_until_it_is_a_result(
    one_stop: Program, paper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from flows import desk, work
    from tests.flows.support import plain_process

    monkeypatch.setattr(work, "process", plain_process)
    id = one_stop.upload("/results", parts(paper)).json()["id"]
    desk.work_off(threading.Event())
    told = one_stop.get(f"/intakes/{id}").json()
    assert told["state"] == "done"
    result = one_stop.get(f"/results/{told['results'][0]}").json()
    assert (result["dossier"], result["origin"]) == (DOSSIER, "api")


def test_the_same_bytes_twice_are_one_intake(one_stop: Program, paper: bytes) -> None:
    from catalog import batches

    first = one_stop.upload("/results", parts(paper), key="k")
    again = one_stop.upload("/results", parts(paper), key="k")
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
    assert one_stop.upload("/results", parts(paper)).json()["id"] == first.json()["id"]
    problem(one_stop.upload("/results", parts(paper + b"x"), key="k"), 409, "key-used")
    assert batches.status().files == 1


def test_many_at_once_are_one_intake(one_stop: Program, paper: bytes) -> None:
    from catalog import batches

    one_stop.get("/search")
    answers = at_once(4, lambda number: Program(one_stop.secret).upload("/results", parts(paper)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert batches.status().files == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file-empty"), (b"hello", "file-unknown-type"), (b"%PDF-1.7 nothing", "file-truncated")],
)
def test_what_is_no_paper_is_refused_and_noted(one_stop: Program, content: bytes, code: str) -> None:
    from catalog import batches, events

    problem(one_stop.upload("/results", parts(content)), 422, code)
    assert (batches.status().files, batches.status().refused) == (0, 1)
    assert events.listing("H61.12", 1)[0].kind == "scan.refused"


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"dossier": "12"}, 422, "dossier"),
        ({"dossier": "H61.12-991231-0001"}, 422, "dossier"),
        ({"unit": "H61.13"}, 404, "not-found"),
        ({"unit": "H99"}, 404, "not-found"),
        ({"procedure": "a b"}, 422, "invalid"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    one_stop: Program, paper: bytes, more: dict[str, str], status: int, code: str
) -> None:
    from catalog import batches

    problem(one_stop.upload("/results", parts(paper, **more)), status, code)
    assert batches.status().files == 0


def test_only_who_may_add_brings_results_in_and_sees_what_became_of_them(
    program: Callable[..., Program], elsewhere: Program, paper: bytes
) -> None:
    reader = program(rights=frozenset({Right.SEE}))
    problem(reader.upload("/results", parts(paper)), 404, "not-found")
    id = program().upload("/results", parts(paper)).json()["id"]
    for other in (reader, elsewhere, program("H61.12.3")):
        problem(other.get(f"/intakes/{id}"), 404, "not-found")


def test_a_store_that_is_away_leaves_nothing_half_done(
    one_stop: Program, paper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.errors import StorageError
    from web.services import store

    def full(*_args: object) -> str:
        raise StorageError("no room left")

    with monkeypatch.context() as patch:
        patch.setattr(store(), "put", full)
        problem(one_stop.upload("/results", parts(paper), key="k"), 503, "unavailable")
    made = one_stop.upload("/results", parts(paper), key="k")
    assert (made.status_code, made.json()["state"]) == (202, "waiting")


def test_a_file_that_lies_on_the_desk_of_archive_staff_is_a_problem(
    one_stop: Program, paper: bytes, tmp_path: Path
) -> None:
    from staging import arrivals, batches
    from staging.records import NewBatch
    from staging.states import Way

    path = tmp_path / "hộp.tif"
    path.write_bytes(paper)
    desk = batches.open_batch(NewBatch("H61.12", "Hộp 1"), "van.thu")
    arrivals.accept(path, "hộp.tif", desk, "van.thu", Way.UPLOAD)
    assert problem(one_stop.upload("/results", parts(paper)), 409, "on-desk")["batch"] == "Hộp 1"
