"""Readings kept as JSON in a folder, so that work that was interrupted, or is done anew, is not read twice."""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import asdict
from pathlib import Path

from ocr.records import Box, Engine, Reading, Word


class ReadingCache:
    """The readings of one scan under one set of options (`key`; others' are not used)."""

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key

    def get(self, page: int) -> Reading | None:
        """The kept reading of `page`; None if there is none, or none that can be used."""
        try:
            kept = json.loads(self._path(page).read_text("utf-8"))
            if kept["key"] != self._key:
                return None
            return _reading(kept["reading"])
        except (OSError, ValueError, KeyError, TypeError):
            return None  # half-written, or of another version: the page is read again

    def put(self, reading: Reading) -> None:
        """Keep `reading`: it is there whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(reading.page)
        part = path.with_suffix(f".{uuid.uuid4().hex}")  # two jobs may share a folder
        part.write_text(json.dumps({"key": self._key, "reading": asdict(reading)}, ensure_ascii=False), "utf-8")
        os.replace(part, path)

    def _path(self, page: int) -> Path:
        return self._folder / f"{page:06}.json"


def _reading(fields: dict[str, object]) -> Reading:
    words, engine = fields.pop("words"), fields.pop("engine")
    if not isinstance(words, list) or not isinstance(engine, dict):
        raise TypeError("not a reading")
    placed = tuple(Word(**{**word, "box": Box(**word["box"])}) for word in words)
    return Reading(words=placed, engine=Engine(**engine), **fields)  # type: ignore[arg-type]
