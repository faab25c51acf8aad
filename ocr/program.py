"""Tesseract's own program through pytesseract, one process a call."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytesseract

from ocr.engine import SeenWord, seen_words
from ocr.errors import EngineError
from ocr.records import Engine
from ocr.tessdata import REMEDY


class TesseractProgram:
    """The installed ``tesseract`` program, one process a call. See `ocr.engine.OcrEngine`."""

    def __init__(self, language: str) -> None:
        self._language = language

    def identity(self) -> Engine:
        """Raises EngineError where the program or its language data are not installed."""
        return Engine("tesseract", _version(pytesseract.pytesseract.tesseract_cmd, self._language), self._language)

    def words(self, image: Path, *, dpi: float, layout: int, timeout: float, extra: str = "") -> list[SeenWord]:
        """See OcrEngine."""
        config = f"--oem 1 --psm {layout} --dpi {round(dpi)} {extra}".strip()
        try:
            table = pytesseract.image_to_data(
                str(image), lang=self._language, config=config, timeout=timeout, output_type=pytesseract.Output.BYTES
            )
        except (pytesseract.TesseractError, RuntimeError, OSError, SystemExit) as error:  # it leaves on an odd version
            why = " ".join(str(error).split())[:300] or type(error).__name__
            raise EngineError(f"tesseract failed on {image.name}: {why}") from error
        return list(seen_words(table.decode("utf-8", "replace")))

    def close(self) -> None:
        """Nothing is kept between calls."""


@lru_cache(maxsize=4)
def _version(command: str, language: str) -> str:
    """The version of the program `command`, when it has the data of `language`."""
    try:
        found = str(pytesseract.get_tesseract_version()).split()[0]
        languages = pytesseract.get_languages()
    except (pytesseract.TesseractNotFoundError, OSError, SystemExit) as error:  # pytesseract leaves on an odd version
        raise EngineError(f"tesseract is not installed: {REMEDY}") from error
    if not set(language.split("+")) <= set(languages):
        raise EngineError(f"tesseract {found} has no language data '{language}': {REMEDY}")
    return found
