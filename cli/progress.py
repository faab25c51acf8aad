"""Progress for people: a bar with pages per minute and time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Self

from cli.refusals import refusal_text
from cli.terminal import console, note, one_line
from cli.texts import _

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import TaskID

    from flows.run import Refusal

STAGES = {"taking in": _("taking in"), "reading": _("reading"), "indexing": _("indexing")}
"""The stages that the flows announce, in the language of the user."""
_LINE_EVERY = 10.0
"""Seconds between two plain lines of progress at least."""


def progress_for_people() -> AbstractContextManager[BarProgress | LineProgress]:
    """A bar where standard error is a terminal, plain lines where it is not."""
    return BarProgress() if sys.stderr.isatty() else LineProgress()


def _refused(refusal: Refusal) -> str:
    return _("refused: {why}").format(why=refusal_text(refusal.reason, refusal.name, refusal.message))


class _Counted:
    """What both kinds count. Times in seconds."""

    def __init__(self) -> None:
        self.pages = self.documents = self.total_pages = 0
        self.started = time.monotonic()
        self.said: set[str] = set()

    @property
    def pace(self) -> float:
        """Pages per minute since the beginning."""
        return 60 * self.pages / max(time.monotonic() - self.started, 0.001)


class LineProgress:
    """Plain lines on standard error, one for each stage and one every ten seconds of work."""

    def __init__(self) -> None:
        self._counted = _Counted()
        self._last = self._counted.started

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        pass

    def stage(self, text: str) -> None:
        """Say that `text` begins."""
        note(STAGES.get(text, text))

    def total(self, pages: int, files: int) -> None:
        """Remember how much there is to do."""
        self._counted.total_pages = pages

    def advance(self, pages: int, documents: int) -> None:
        """Count, and say so now and then."""
        counted = self._counted
        counted.pages += pages
        counted.documents += documents
        now = time.monotonic()
        if now - self._last < _LINE_EVERY:
            return
        self._last = now
        of = f"/{counted.total_pages}" if counted.total_pages else ""
        text = _("{pages} pages, {documents} documents, {pace:.0f} pages/min")
        note(text.format(pages=f"{counted.pages}{of}", documents=counted.documents, pace=counted.pace))

    def line(self, text: str) -> None:
        """Say `text` at once."""
        self._counted.said.add(text)
        note(text)

    def refused(self, refusal: Refusal) -> None:
        """Say which file was refused, and why."""
        self.line(_refused(refusal))

    @property
    def said(self) -> Collection[str]:
        """The lines said so far."""
        return self._counted.said


class BarProgress:
    """A bar on standard error with pages per minute and time left; it pulses while the total is not known."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._counted = _Counted()
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[done]}", markup=False),
            TimeRemainingColumn(),
            console=console(stderr=True),
            transient=True,
        )
        self._task: TaskID = self._bar.add_task("", total=None, done="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._bar.stop()

    def stage(self, text: str) -> None:
        """Say that `text` begins."""
        self._bar.update(self._task, description=STAGES.get(text, one_line(text)))

    def total(self, pages: int, files: int) -> None:
        """Set how much there is to do."""
        self._counted.total_pages = pages
        self._bar.update(self._task, total=pages or None, done=self._done())

    def advance(self, pages: int, documents: int) -> None:
        """Move the bar."""
        self._counted.pages += pages
        self._counted.documents += documents
        self._bar.update(self._task, advance=pages, done=self._done())

    def _done(self) -> str:
        counted = self._counted
        of = f"/{counted.total_pages}" if counted.total_pages else ""
        text = _("{pages} pages, {documents} documents, {pace:.0f} pages/min")
        return text.format(pages=f"{counted.pages}{of}", documents=counted.documents, pace=counted.pace)

    def line(self, text: str) -> None:
        """Say `text` above the bar."""
        self._counted.said.add(text)
        self._bar.console.print(one_line(text))

    def refused(self, refusal: Refusal) -> None:
        """Say which file was refused, and why."""
        self.line(_refused(refusal))

    @property
    def said(self) -> Collection[str]:
        """The lines said so far."""
        return self._counted.said
