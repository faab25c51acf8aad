"""Where Tesseract's language data lie: the library has no idea where a distribution put them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ocr.errors import EngineError

REMEDY = "apt-get install tesseract-ocr tesseract-ocr-vie"
_PLACES = (
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
    f"{sys.prefix}/share/tessdata",
)
"""Beside Debian's, which has the version in its name."""


def folder_of(language: str) -> Path:
    """The folder with the data of `language` (``vie``, ``vie+eng``).

    `TESSDATA_PREFIX`, where it is set, is the only place that counts, as for Tesseract's own program.
    Raises EngineError where the data are nowhere.
    """
    looked = list(_folders())
    for folder in looked:
        if all((folder / f"{part}.traineddata").is_file() for part in language.split("+")):
            return folder
    places = ", ".join(map(str, looked)) or "the usual folders"
    raise EngineError(f"the language data '{language}' of Tesseract are not in {places}: {REMEDY}")


def _folders() -> Iterator[Path]:
    """The folders that are there, the best first."""
    set_by_hand = os.environ.get("TESSDATA_PREFIX")
    if set_by_hand:
        places = [Path(set_by_hand), Path(set_by_hand) / "tessdata"]
    else:
        of_debian = sorted(Path("/usr/share/tesseract-ocr").glob("*/tessdata"), key=_version, reverse=True)
        places = [*of_debian, *map(Path, _PLACES)]
    return (place for place in places if place.is_dir())


def _version(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", folder.parent.name)]
