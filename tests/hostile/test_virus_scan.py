"""The virus scanner at the door fails closed: what it does not call clean in so many words is not kept."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.checks import State, viruses
from core.errors import SettingsError
from core.settings import Settings
from pipeline import intake, virus_scan
from pipeline.intake import Limits, RefusedFile
from pipeline.virus_scan import Answer, Scanner, Told
from tests.hostile import clamd
from tests.pipeline import making

pytestmark = pytest.mark.skipif(not Path(clamd.PROGRAM).exists(), reason="clamd is not installed")


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanner]:
    with clamd.running(tmp_path_factory.mktemp("av")) as path:
        yield Scanner.of(f"unix:{path}")  # type: ignore[misc]


@pytest.fixture
def taken(tmp_path: Path) -> Callable[[Path, Scanner], str]:
    def inspect(path: Path, scanner: Scanner) -> str:
        """The reason for which the door refuses a file; empty where it takes it in."""
        try:
            intake.inspect(path, path.name, Limits(scanner=scanner), tmp_path / "work").path.unlink()
        except RefusedFile as refusal:
            assert not list((tmp_path / "work").iterdir())
            return refusal.reason
        return ""

    return inspect


def _pdf(to: Path, also: bytes = b"") -> Path:
    to.write_bytes(making.pdf_of([making.printed()], to).read_bytes() + also)
    return to


def test_a_clean_file_is_taken_and_one_with_a_known_marker_is_not(
    tmp_path: Path, listening: Scanner, taken: Callable[[Path, Scanner], str]
) -> None:
    assert taken(_pdf(tmp_path / "clean.pdf"), listening) == ""
    assert taken(_pdf(tmp_path / "bad.pdf", b"\n%" + clamd.MARKER + b"\n"), listening) == "infected"
    assert clamd.NAME in listening.look(tmp_path / "bad.pdf").why


def test_what_is_too_big_or_too_nested_for_the_scanner_is_not_clean(tmp_path: Path, listening: Scanner) -> None:
    big = tmp_path / "big"
    big.write_bytes(os.urandom(5 << 20))
    assert listening.look(big).told is Told.UNKNOWN
    inner = tmp_path / "0.zip"
    inner.write_bytes(b"nothing")
    for depth in range(1, 8):
        outer = tmp_path / f"{depth}.zip"
        with zipfile.ZipFile(outer, "w") as file:
            file.write(inner, "inner.zip")
        inner = outer
    assert listening.look(inner).told is Told.UNKNOWN


def test_a_scanner_that_is_away_takes_nothing_in(tmp_path: Path, taken: Callable[[Path, Scanner], str]) -> None:
    good = _pdf(tmp_path / "good.pdf")
    assert taken(good, Scanner(path=str(tmp_path / "nobody"))) == "unscanned"
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert taken(good, Scanner(host="127.0.0.1", port=port)) == "unscanned"


def test_a_scanner_that_stops_in_the_middle_is_waited_for_no_longer_than_the_limit(tmp_path: Path) -> None:
    pids: list[int] = []
    good = _pdf(tmp_path / "good.pdf")
    with clamd.running(tmp_path, pids=pids) as path:
        os.kill(pids[0], signal.SIGSTOP)
        started = time.monotonic()
        assert Scanner(path=str(path)).look(good, seconds=0.5).told is Told.UNKNOWN
        assert time.monotonic() - started < 5
        os.kill(pids[0], signal.SIGCONT)
        assert Scanner(path=str(path)).look(good).told is Told.CLEAN


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"stream: OK\0", Told.CLEAN),
        (b"stream: Eicar-Test FOUND\0", Told.INFECTED),
        (b"stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND\0", Told.UNKNOWN),
        (b"INSTREAM size limit exceeded. ERROR\0", Told.UNKNOWN),
        (b"stream: Can't allocate memory ERROR\0", Told.UNKNOWN),
        (b"stream: OK", Told.UNKNOWN),
        (b"OK\0", Told.UNKNOWN),
        (b"stream: OK but\0", Told.UNKNOWN),
        (b"\0", Told.UNKNOWN),
        (b"", Told.UNKNOWN),
        (b"x" * 100_000, Told.UNKNOWN),
    ],
)
def test_only_the_words_for_clean_are_clean(tmp_path: Path, answer: bytes, told: Told) -> None:
    """What a scanner that is not quite clamd says."""
    good = _pdf(tmp_path / "good.pdf")
    with socket.create_server(("127.0.0.1", 0)) as server:

        def reply() -> None:
            connection, _ = server.accept()
            with connection:
                while not connection.recv(1 << 20).endswith(b"\0\0\0\0"):
                    pass
                connection.sendall(answer)

        thread = threading.Thread(target=reply, daemon=True)
        thread.start()
        assert Scanner(host="127.0.0.1", port=server.getsockname()[1]).look(good, seconds=10).told is told
        thread.join(10)


def test_what_is_told_of_a_find_is_one_harmless_line() -> None:
    told = virus_scan._understood("stream: a\nb\u202e<script> FOUND")
    assert told == Answer(Told.INFECTED, "the virus scanner found a?b??script?")


@pytest.mark.parametrize(
    "address", ["clamd", "unix:relative", "http://host:1", "tcp://", "tcp://host:99999", "unix://host/x", "tcp://h/x"]
)
def test_an_address_that_is_not_understood_is_refused_and_not_ignored(address: str) -> None:
    with pytest.raises(SettingsError, match="SOHOA_CLAMAV"):
        Limits.of(Settings(clamav=address))


def test_the_doctor_says_whether_it_answers(listening: Scanner, tmp_path: Path) -> None:
    assert viruses(Settings()).state is State.OK
    told = viruses(Settings(clamav=f"unix:{listening.path}"))
    assert (told.state, "ClamAV" in told.detail) == (State.OK, True)
    assert viruses(Settings(clamav=f"unix:{tmp_path}/nobody")).state is State.FAIL
    assert viruses(Settings(clamav="nonsense")).state is State.FAIL
