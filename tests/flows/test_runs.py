"""Whole runs in processes of their own: with Prefect around them, stopped, killed, and beside a warm server."""

from __future__ import annotations

import base64
import json
import os
import resource
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog import batches, events, outbox, results, scans
from core.settings import settings
from flows import work
from flows.run import IngestSummary
from storage import open_store
from tests.catalog.support import run_python
from tests.flows.support import UNIT, found, plain_process, processes_of, request, run, tiff

QUICK = """
from flows import work
from tests.flows.support import plain_process
work.process = plain_process
"""
"""Put in place of the pipeline, where the pipeline is not what is looked at."""
REAL = """
from flows import work
record = work.results.record
def told(*args):
    done = record(*args)
    print("recorded", flush=True)
    return done
work.results.record = told
"""
"""The pipeline itself; says when a document is recorded."""
SLOW = """
import time
from flows import work
from tests.flows.support import plain_process
def slow(scan, job, skip=frozenset()):
    for document in plain_process(scan, job, skip):
        yield document
        print("recorded", flush=True)
        time.sleep(float(__import__("os").environ.get("PAUSE", "0")))
work.process = slow
"""
INGEST = f"""
import catalog, dataclasses, json, sys
from pathlib import Path
catalog.setup()
from flows.run import IngestRequest, ingest
%s
try:
    summary = ingest(IngestRequest((Path(sys.stdin.readline().strip()),), "{UNIT}", batch="thùng 1"))
except KeyboardInterrupt:
    sys.exit(130)
print(json.dumps(dataclasses.asdict(summary)))
"""
OWN_SECONDS = 15.0
"""What a run may take on top of its work, counted in processor seconds, which do not depend on the neighbours."""


def start(folder: Path, before: str = "", **variables: str) -> subprocess.Popen[str]:
    """Start to take a folder in."""
    process = run_python(INGEST % before, **variables)
    assert process.stdin is not None
    process.stdin.write(f"{folder}\n")
    process.stdin.flush()
    return process


def ended(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What a process wrote, once it has ended."""
    return process.communicate(timeout=240)


def go_on(folder: Path) -> IngestSummary:
    """Take a folder in, in this process and without Prefect."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "process", plain_process)
        return run(request(folder))


def until(true: Callable[[], bool], seconds: float = 60) -> bool:
    """Look again and again, for what tells nobody when it comes true."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def processor_seconds() -> float:
    """What the processes that ended so far, and theirs, have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def one_page_documents(corpus: Path) -> list[dict[str, Any]]:
    """The truth of documents that are read in a moment."""
    truth = [json.loads(line) for line in (corpus / "truth.jsonl").read_text().splitlines()]
    return [entry for entry in truth if entry["pages"] == 1]


def lines_until(process: subprocess.Popen[str], count: int) -> None:
    """Wait until the process wrote so many lines."""
    assert process.stdout is not None
    for _ in range(count):
        assert process.stdout.readline()


def test_documents_of_the_corpus_go_all_the_way_and_a_second_run_changes_nothing(
    installed: Path, inbox: Path, corpus: Path
) -> None:
    for entry in one_page_documents(corpus)[:2]:
        shutil.copy(corpus / entry["file"], inbox)
    (inbox / "empty.pdf").touch()
    out, err = ended(start(inbox))
    assert err == "", "a run is quiet"
    summary = json.loads(out)
    assert (summary["new"], summary["documents"], summary["indexed"], summary["failed"]) == (2, 2, 2, 0)
    assert [refusal["reason"] for refusal in summary["refused"]] == ["empty"]
    for row in results.recent(2):
        shown = results.show(row.id)
        assert (installed / "objects" / shown.archive.key).read_bytes().startswith(b"%PDF")
        assert shown.values["document_type"]
        assert row.id in found(shown.text.split("\n")[0])
    before = (batches.status(), events.verify(UNIT).events)
    used = processor_seconds()
    again = json.loads(ended(start(inbox))[0])
    assert processor_seconds() - used < OWN_SECONDS
    assert (again["already"], again["new"], again["documents"]) == (2, 0, 0)
    assert (batches.status(), events.verify(UNIT).events) == before
    assert until(lambda: not processes_of(installed), 10)


def test_a_killed_run_leaves_no_process_and_the_next_one_finishes_each_document_once(
    installed: Path, inbox: Path
) -> None:
    for number in range(4):
        tiff(inbox / f"{number}.tif", pages=5, shade=number)
    process = start(inbox, SLOW, PAUSE="0.2")
    lines_until(process, 4)
    process.kill()
    ended(process)
    assert until(lambda: not processes_of(installed), 20), processes_of(installed)
    done = batches.status().documents
    assert 4 <= done < 20
    assert go_on(inbox).documents == 20 - done
    status = batches.status()
    assert (status.documents, status.indexed, status.pending, status.unfinished) == (20, 20, 0, 0)
    numbers = [row.number for row in results.recent(100)]
    assert len(set(numbers)) == len(numbers) == 20
    rows = [results.show(row.id) for row in results.recent(100)]
    named = {file.key for row in rows for file in (row.original, row.archive, row.words) if file}
    assert set(open_store(settings().storage).keys()) == named, "what the killed run left is what its rows name"
    assert events.verify(UNIT).sound
    assert sorted(path.name for path in (installed / "work").iterdir() if path.name != "kept") == ["lock", "place"]


def test_a_run_stopped_by_ctrl_c_ends_cleanly_and_goes_on_later(installed: Path, inbox: Path) -> None:
    for number in range(4):
        tiff(inbox / f"{number}.tif", pages=5, shade=number)
    process = start(inbox, SLOW, PAUSE="0.2")
    lines_until(process, 4)
    process.send_signal(signal.SIGINT)
    _, err = ended(process)
    assert process.returncode == 130, err
    assert err == ""
    assert until(lambda: not processes_of(installed), 10), processes_of(installed)
    status = batches.status()
    assert 4 <= status.documents < 20
    assert status.failed == 0
    summary = go_on(inbox)
    assert (summary.documents, summary.failed) == (20 - status.documents, 0)


def test_ctrl_c_in_the_midst_of_ocr_fails_nothing(installed: Path, inbox: Path, corpus: Path) -> None:
    """A terminal sends it to the OCR engine as well, which then ends in the middle of a page."""
    shutil.copy(min((corpus / "batches").glob("*.pdf")), inbox)
    process = start(inbox, REAL)
    lines_until(process, 1)
    os.killpg(process.pid, signal.SIGINT)
    _, err = ended(process)
    assert (process.returncode, err) == (130, "")
    assert until(lambda: not processes_of(installed), 30), processes_of(installed)
    status = batches.status()
    assert status.documents >= 1
    assert (status.failed, status.unfinished) == (0, 1)
    [scan] = scans.unfinished()
    assert scan.holder == ""
    assert list((installed / "work" / "kept" / f"scan-{scan.id}" / "readings").iterdir()), "pages are not read twice"


def test_two_runs_on_the_same_files_share_the_work(installed: Path, inbox: Path) -> None:
    for number in range(6):
        tiff(inbox / f"{number}.tif", pages=3, shade=number)
    both = [start(inbox, SLOW, PAUSE="0.05") for _ in range(2)]
    ends = [ended(process) for process in both]
    assert [process.returncode for process in both] == [0, 0], ends
    status = batches.status()
    assert (status.documents, status.files, status.failed, status.unfinished) == (18, 6, 0, 0)
    assert outbox.count() == 0
    assert events.verify(UNIT).sound


def test_a_prefect_server_that_is_named_must_answer(installed: Path, inbox: Path) -> None:
    tiff(inbox / "a.tif")
    process = start(inbox, QUICK, PREFECT_API_URL="http://127.0.0.1:9/api")
    _, err = ended(process)
    assert process.returncode == 1
    assert "ServiceError: no Prefect server answers at PREFECT_API_URL=http://127.0.0.1:9/api" in err
    assert batches.status().files == 0


def test_prefect_talks_to_nobody_but_its_own_server(installed: Path, inbox: Path) -> None:
    """Each connection that the run or its server opens outside of this machine would be written down."""
    tiff(inbox / "a.tif")
    guard = installed / "guard"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(
        """
import os, sys
def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo"):
        where = args[1] if event == "socket.connect" else args[0]
        host = where[0] if isinstance(where, tuple) else where
        if host not in ("127.0.0.1", "localhost", None, b"127.0.0.1") and not str(host).startswith("/"):
            with open(os.environ["GUARD"], "a") as out:
                print(event, where, file=out)
sys.addaudithook(watch)
"""
    )
    told = installed / "connections"
    path = f"{guard}{os.pathsep}{Path(__file__).parents[2]}"
    outside = "import socket\ntry: socket.create_connection(('192.0.2.1', 9), 0.01)\nexcept OSError: pass"
    ended(run_python(outside, PYTHONPATH=path, GUARD=str(told)))
    assert "192.0.2.1" in told.read_text(), "the guard is awake"
    told.unlink()
    out, err = ended(start(inbox, QUICK, PYTHONPATH=path, GUARD=str(told)))
    assert json.loads(out)["documents"] == 1, err
    assert not told.exists(), told.read_text()


def test_the_search_index_is_made_anew(installed: Path, inbox: Path) -> None:
    tiff(inbox / "a.tif", pages=3)
    assert go_on(inbox).indexed == 3
    shutil.rmtree(installed / "index")
    code = "import catalog; catalog.setup(); from flows.run import reindex; print(reindex())"
    out, err = ended(run_python(code))
    assert (out, err) == ("3\n", "")
    row = results.recent(1)[0]
    assert found(row.number) == [row.id]
    assert batches.status().pending == 0


WARM = """
import time
from flows.serve import keep_warm
with keep_warm():
    print("warm", flush=True)
    time.sleep(600)
"""


def test_flows_kept_warm_serve_runs_and_end_with_their_parent(installed: Path, inbox: Path) -> None:
    tiff(inbox / "a.tif")
    warm = run_python(WARM)
    lines_until(warm, 1)
    assert (installed / "prefect" / "warm.json").stat().st_mode & 0o077 == 0, "it holds a secret"
    second = run_python(WARM)
    lines_until(second, 1)
    out, err = ended(start(inbox, QUICK))
    assert json.loads(out)["documents"] == 1, err
    assert not (installed / "prefect" / "server.log").exists(), "the run took the warm server"
    kinds = [line.split()[-1] for line in processes_of(installed).values()]
    assert kinds.count("flows.server_process") == kinds.count("flows.worker_process") == 1
    for process in (warm, second):
        process.kill()
        ended(process)
    assert until(lambda: not processes_of(installed), 30), processes_of(installed)


def test_a_run_that_the_server_is_asked_for_is_done_and_ends_with_its_parents(
    installed: Path, inbox: Path, corpus: Path
) -> None:
    shutil.copy(corpus / one_page_documents(corpus)[0]["file"], inbox)
    warm = run_python(WARM)
    lines_until(warm, 1)
    api = Api(installed)
    assert until(lambda: api.get("deployments/name/ingest_batch/sohoa") is not None, 90)
    deployment = api.get("deployments/name/ingest_batch/sohoa") or {}
    parameters = {"paths": [str(inbox)], "unit": UNIT}
    asked = api.post(f"deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})
    assert until(lambda: (api.get(f"flow_runs/{asked['id']}") or {})["state_type"] == "COMPLETED", 120)
    assert batches.status().documents == 1
    big = tiff(inbox / "many.tif", pages=200)
    api.post(f"deployments/{deployment['id']}/create_flow_run", {"parameters": {"paths": [str(big)], "unit": UNIT}})
    assert until(lambda: batches.status().files == 2, 90)
    warm.kill()
    ended(warm)
    assert until(lambda: not processes_of(installed), 30), processes_of(installed)
    assert batches.status().unfinished == 1


class Api:
    """The warm server's API."""

    def __init__(self, home: Path) -> None:
        warm = json.loads((home / "prefect" / "warm.json").read_text())
        self._url = warm["url"]
        self._auth = base64.b64encode(warm["auth"].encode()).decode()

    def get(self, path: str) -> dict[str, Any] | None:
        """What is there; None where nothing is."""
        try:
            return self._call(path, None)
        except urllib.error.HTTPError as error:
            assert error.code == 404
            return None

    def post(self, path: str, body: dict[str, object]) -> dict[str, Any]:
        return self._call(path, body)

    def _call(self, path: str, body: dict[str, object] | None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Basic {self._auth}", "Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(f"{self._url}/{path}", data, headers), timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
            return found


def test_who_does_not_know_the_secret_may_not_start_flows(installed: Path) -> None:
    warm = run_python(WARM)
    lines_until(warm, 1)
    url = json.loads((installed / "prefect" / "warm.json").read_text())["url"]
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{url}/admin/version", timeout=30)
    warm.kill()
    ended(warm)
