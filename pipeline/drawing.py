"""Drawing pages of PDFs and reading their text, in confined processes (`pipeline.drawing_child`).

pdfium ends its process where memory runs out, and pdfminer may be kept busy for hours: in a process of their own that
costs the page at hand, not the worker or the web server. There is one process for each of the two, for all threads.
"""

from __future__ import annotations

import atexit
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.kept_process import DiedError, KeptProcess, SlowError
from pipeline.page_image import Pixels

DRAW_SECONDS = 40.0
"""A page may be drawn for so long; a dense map of A1 takes 10 s."""
READ_SECONDS = 45.0
"""The text of a page may be read for so long; 30,000 characters take 3 s."""

Rectangle = tuple[float, float, float, float]


class DrawingError(OSError):
    """A page cannot be drawn: what the library said, or that it swelled or took too long."""


class CostlyError(DrawingError):
    """Drawing it took all the time or memory that there is for a page, or ended the process."""


class NoPageError(DrawingError):
    """The file has no such page."""


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The words that a page carries, as it says itself."""

    visible: Rectangle
    """Left, top, right and bottom of what a viewer shows; points."""
    words: tuple[tuple[str, float, float, float, float], ...]
    """Text, left, top, right, bottom; points."""


def draw(
    path: Path,
    number: int,
    width: float,
    *,
    grey: bool = False,
    whole: bool = False,
    forms: bool = False,
    tallest: float = 0,
    crop: tuple[float, float, float, float] | None = None,
) -> Pixels:
    """Page `number` (from 1) as a viewer shows it, `width` pixels wide (or one more); 8-bit grey or BGR.

    `whole`: a picture on it that cannot be decoded is an error, and not a white place. `forms`: fields are drawn, too.
    `tallest`: it becomes at most so many times `width` high. `crop`: share of the page (0–1) that is cut off left,
    below, right and above, of which `width` is what is left. Raises DrawingError.
    """
    asked = ["draw", str(path.absolute()), number, width, grey, whole, forms, tallest, crop]
    said, data = _asked(_DRAWS, asked, DRAW_SECONDS)
    return np.frombuffer(data, np.uint8).reshape(said["shape"])


def text(path: Path, number: int, most: int, upright: float) -> TextLayer | None:
    """The words on page `number`; None if there are none, more than `most` characters, or too small a share of them
    is `upright`. Raises DrawingError.
    """
    said, _ = _asked(_READS, ["text", str(path.absolute()), number, most, upright], READ_SECONDS)
    if not said["words"]:
        return None
    return TextLayer(said["visible"], tuple(map(tuple, said["words"])))


def let_go(path: Path) -> None:
    """Close the file at `path` where it is still open for drawing."""
    if _DRAWS.process is not None:
        try:
            _DRAWS.ask(["close", str(path.absolute())], DRAW_SECONDS)
        except OSError:  # it ended, and the file with it
            return


def _asked(process: KeptProcess, question: list[object], seconds: float) -> tuple[dict[str, Any], bytes]:
    try:
        said, data = process.ask(question, seconds)
    except SlowError as error:
        raise CostlyError(f"it takes more than {seconds:.0f} seconds") from error
    except DiedError as error:
        raise CostlyError("it swells beyond all measure, or breaks the program that draws") from error
    if "fault" in said:
        raise (NoPageError if said.get("no_page") else DrawingError)(said["fault"])
    return said, data


_DRAWS = KeptProcess("pipeline.drawing_child")
_READS = KeptProcess("pipeline.text_child")
atexit.register(_DRAWS.close)
atexit.register(_READS.close)
