"""Tesseract's library in processes of its own: as many as pages are read at once, kept for page after page.

A page may hang the library, swell it or bring it down. Then its process is killed, that page is an EngineError, and
the next page gets a new process. The model is loaded once a process, and no page image is encoded or sent: the
process reads the file itself.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from ocr import tessdata
from ocr.engine import SeenWord, seen_words, variables_of
from ocr.errors import EngineError
from ocr.records import Engine
from ocr.worker import Worker, WorkerLostError

START_SECONDS = 60.0
"""How long a process may take to start, on a machine that is busy."""
_PAGES = 1000
"""After so many images a process is replaced, so that no leak adds up."""
_MEMORY = 200_000_000
"""A process that holds on to more bytes than this after an image is replaced (it holds 70 MB after an A4 page)."""
CHILD = Path(__file__).with_name("tesserocr_child.py")


class TesserocrEngine:
    """Tesseract's library through tesserocr. See `ocr.engine.OcrEngine`."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._owner = os.getpid()
        self._closed = 0
        """How often `close` was called: workers that were busy then end when their page is done."""
        self._version = ""

    def identity(self) -> Engine:
        """Raises EngineError where the library does not run or the language data are missing."""
        if not self._version:
            self._give_back(self._take(), self._closed)
        return Engine("tesserocr", self._version, self._language)

    def words(self, image: Path, *, dpi: float, layout: int, timeout: float, extra: str = "") -> list[SeenWord]:
        """See OcrEngine. Raises ValueError where `extra` is no list of variables."""
        question = {"image": str(image), "dpi": round(dpi), "layout": layout, "variables": variables_of(extra)}
        closed = self._closed
        worker = self._take()
        try:
            answer = worker.ask(question, timeout)
        except WorkerLostError as error:
            raise EngineError(f"tesserocr failed on {image.name}: {error}") from error
        finally:
            self._give_back(worker, closed)
        if not isinstance(answer.get("table"), str):
            why = " ".join(str(answer.get("error")).split())[:300]
            raise EngineError(f"tesserocr failed on {image.name}: {why}")
        return list(seen_words(answer["table"]))

    def close(self) -> None:
        """End the processes; those that are at work when their page is done."""
        with self._lock:
            idle, self._idle = self._idle, []
            self._closed += 1
            ours = self._owner == os.getpid()
        for worker in idle if ours else []:
            worker.end()

    def _take(self) -> Worker:
        """A process that is ready: one that waits, or a new one."""
        while worker := self._waiting():
            if worker.alive:
                return worker
            worker.end()
        worker = self._new()
        self._version = self._version or str(worker.greeting.get("version", ""))
        return worker

    def _waiting(self) -> Worker | None:
        with self._lock:
            if self._owner != os.getpid():  # forked: the processes are our parent's
                self._idle, self._owner = [], os.getpid()
            return self._idle.pop() if self._idle else None

    def _new(self) -> Worker:
        try:
            return Worker(CHILD, [self._language, str(tessdata.folder_of(self._language))], START_SECONDS)
        except (WorkerLostError, OSError) as error:
            raise EngineError(f"tesserocr does not start: {error}: set SOHOA_ENGINE=tesseract") from error

    def _give_back(self, worker: Worker, closed: int) -> None:
        """Keep a process for the next page, unless it is lost, worn out or not wanted any more."""
        worn_out = worker.answered >= _PAGES or int(worker.last.get("memory", 0)) > _MEMORY
        with self._lock:
            if worker.alive and not worn_out and closed == self._closed:
                self._idle.append(worker)
                return
        worker.end()
