r"""Asks ClamAV whether a file at the door is known to be malicious. It fails closed.

Threat model: a file that a scan station or an applicant sends carries something that the computer of whoever opens it
runs. What clamd does not call clean in so many words is not clean: it is away, it does not answer in time, the file is
too big for it, it reports an error. The file is then refused for a reason of its own and can be brought again; nothing
is ever kept because a check was skipped. clamd must be set to tell what it did not look into
(``AlertExceedsMax yes``), or it says "OK" of an archive whose depths it left out (docs/intake-safety.md).

The protocol (clamd(8), INSTREAM): ``zINSTREAM\0``, then pieces, each behind its length in four bytes, then a length of
zero; the answer is ``stream: OK``, ``stream: NAME FOUND``, or anything else that ends in ``ERROR``.
"""

from __future__ import annotations

import os
import re
import socket
import struct
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import SettingsError

SECONDS = 60.0
BYTES_A_SECOND = 2_000_000
"""An answer may take SECONDS and a second more for each of so many bytes."""
_CONNECT_SECONDS = 5.0
_PIECE = 1 << 16
_MOST_ANSWER = 4096
_DEFAULT_PORT = 3310
_NAME = re.compile(r"[^\w.:()/-]")


class Told(StrEnum):
    """What was told of a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unscanned"
    """Nobody can say: it is not clean."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of the scanner."""

    told: Told
    why: str = ""
    """A clause; empty where the file is clean."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """Where clamd listens."""

    path: str = ""
    """Of its socket; empty: it is reached by `host` and `port`."""
    host: str = ""
    port: int = 0

    @classmethod
    def of(cls, address: str) -> Scanner | None:
        """``unix:/PATH`` or ``tcp://HOST:PORT``; None for an empty one. Raises SettingsError."""
        if not address:
            return None
        parts = urlsplit(address)
        try:
            if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
                return cls(path=parts.path)
            if parts.scheme == "tcp" and parts.hostname and not parts.path.strip("/") and parts.username is None:
                return cls(host=parts.hostname, port=parts.port or _DEFAULT_PORT)
        except ValueError:  # the port
            pass
        raise SettingsError(f"SOHOA_CLAMAV: {address!r} is not unix:/PATH or tcp://HOST:PORT")

    def look(self, file: Path, seconds: float | None = None) -> Answer:
        """What clamd says of a file. Raises nothing but errors of reading the file."""
        limit = seconds if seconds is not None else SECONDS + file.stat().st_size / BYTES_A_SECOND
        end = time.monotonic() + limit
        try:
            with self._connected() as connection, file.open("rb") as source:
                answer = _asked(connection, source.fileno(), end)
        except TimeoutError:
            return Answer(Told.UNKNOWN, f"the virus scanner did not answer within {limit:.0f} seconds")
        except _AwayError as error:
            return Answer(Told.UNKNOWN, f"the virus scanner is away ({error})")
        return _understood(answer)

    def fault(self) -> str:
        """Why clamd cannot be asked now; empty where it answers."""
        try:
            with self._connected() as connection:
                connection.sendall(b"zPING\0")
                answer = _line(connection, time.monotonic() + _CONNECT_SECONDS)
        except (TimeoutError, _AwayError, OSError) as error:
            return str(error) or "no answer in time"
        return "" if answer == "PONG" else f"it answers {answer[:40]!r}"

    def version(self) -> str:
        """Program and age of its signatures, as it says itself; empty where it does not answer."""
        try:
            with self._connected() as connection:
                connection.sendall(b"zVERSION\0")
                return _line(connection, time.monotonic() + _CONNECT_SECONDS)
        except (TimeoutError, _AwayError, OSError):
            return ""

    def _connected(self) -> socket.socket:
        try:
            if not self.path:
                return socket.create_connection((self.host, self.port), _CONNECT_SECONDS)
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(_CONNECT_SECONDS)
            connection.connect(self.path)
            return connection
        except OSError as error:
            raise _AwayError(error.strerror or str(error) or type(error).__name__) from error


class _AwayError(Exception):
    """There is no clamd, or it hung up."""


def _asked(connection: socket.socket, source: int, end: float) -> str:
    """Send the file and take the answer. A clamd that has enough answers and hangs up while we still send."""
    try:
        connection.sendall(b"zINSTREAM\0")
        while piece := os.read(source, _PIECE):
            connection.settimeout(_left(end))
            connection.sendall(struct.pack(">I", len(piece)) + piece)
        connection.sendall(struct.pack(">I", 0))
    except TimeoutError:
        raise
    except OSError as error:
        answer = _last_words(connection, end)
        if not answer:
            raise _AwayError(error.strerror or str(error)) from error
        return answer
    return _line(connection, end)


def _last_words(connection: socket.socket, end: float) -> str:
    try:
        return _line(connection, end)
    except (OSError, _AwayError):
        return ""


def _line(connection: socket.socket, end: float) -> str:
    """What clamd answers, up to its NUL. Raises _AwayError where it hangs up before, TimeoutError."""
    said = b""
    while b"\0" not in said:
        connection.settimeout(_left(end))
        try:
            piece = connection.recv(_MOST_ANSWER)
        except TimeoutError:
            raise
        except OSError as error:
            raise _AwayError(error.strerror or str(error)) from error
        if not piece or len(said) > _MOST_ANSWER:
            raise _AwayError("it hung up without an answer")
        said += piece
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _understood(answer: str) -> Answer:
    """Only the very words for "clean" are clean. What clamd calls a find because a limit was met is no virus."""
    if answer == "stream: OK":
        return Answer(Told.CLEAN)
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        name = _NAME.sub("?", answer.removeprefix("stream: ").removesuffix(" FOUND"))[:80]
        if name.startswith("Heuristics.Limits.Exceeded"):
            return Answer(Told.UNKNOWN, f"it is too big or too nested for the virus scanner ({name})")
        return Answer(Told.INFECTED, f"the virus scanner found {name}")
    if "size limit exceeded" in answer:
        return Answer(Told.UNKNOWN, "it is too big for the virus scanner")
    return Answer(Told.UNKNOWN, f"the virus scanner cannot say ({_NAME.sub(' ', answer)[:80].strip() or 'no words'})")
