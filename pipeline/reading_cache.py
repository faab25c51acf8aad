"""Readings kept on disk: so that no page is read twice, and that a long document is never whole in memory.

A page is a file: a line that says whose reading it is, then its words as columns of JSON under zlib, 7 kB for a
dense page. Nothing is rounded: what comes back equals what was put in.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, overload

from core.errors import StorageError
from ocr.records import Box, Engine, Reading, Word

FOLDER = "readings"
"""Where in a job's folder its readings are."""
AT_HAND = 24
"""Pages of a document whose readings stay in memory once they were looked at: all of nearly every document, and the
ends of a long one that extraction looks at (a page with its words is some 0.1 MB in memory)."""
_WORD = tuple(column.name for column in fields(Word))


class ReadingCache:
    """The readings of one scan under one set of options (`key`; others' may lie in the same folder)."""

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key.encode()
        self._mark = hashlib.sha256(self._key).hexdigest()[:8]

    def get(self, page: int) -> Reading | None:
        """The kept reading of `page`; None if there is none, or none that can be used."""
        try:
            key, _, packed = self._path(page).read_bytes().partition(b"\n")
            return _unpacked(packed) if key == self._key else None
        except (OSError, ValueError, KeyError, TypeError, zlib.error):
            return None  # half-written, or of another version: the page is read again

    def put(self, reading: Reading) -> None:
        """Keep `reading`: it is there whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(reading.page)
        part = path.with_suffix(f".{uuid.uuid4().hex}")  # two jobs may share a folder
        try:
            part.write_bytes(self._key + b"\n" + _packed(reading))
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)  # half of it, where the disk is full

    def drop(self, pages: Iterable[int]) -> None:
        """Keep the readings of these pages no longer."""
        for page in pages:
            self._path(page).unlink(missing_ok=True)

    def _path(self, page: int) -> Path:
        return self._folder / f"{page:06}-{self._mark}.reading"


class KeptReadings(Sequence[Reading]):
    """The readings of a document's pages in order, each fetched from disk when it is asked for.

    Good as long as the folder of the cache is. Raises StorageError where a reading is there no more.
    """

    def __init__(self, cache: ReadingCache, pages: Sequence[int]) -> None:
        self._cache = cache
        self._pages = tuple(pages)
        self._at_hand: OrderedDict[int, Reading] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pages)

    @overload
    def __getitem__(self, index: int) -> Reading: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Reading, ...]: ...
    def __getitem__(self, index: int | slice) -> Reading | tuple[Reading, ...]:
        if isinstance(index, slice):
            return tuple(self._fetched(page) for page in self._pages[index])
        return self._fetched(self._pages[index])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KeptReadings):
            return NotImplemented
        return len(self) == len(other) and all(mine == its for mine, its in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(self._pages)

    def _fetched(self, page: int) -> Reading:
        reading = self._at_hand.pop(page, None) or self._cache.get(page)
        if reading is None:
            raise StorageError(f"page {page}: what was read is gone from the work folder: run it again")
        self._at_hand[page] = reading
        if len(self._at_hand) > AT_HAND:
            self._at_hand.popitem(last=False)
        return reading


def _packed(reading: Reading) -> bytes:
    columns: dict[str, list[Any]] = {name: [getattr(word, name) for word in reading.words] for name in _WORD}
    columns["box"] = [[box.left, box.top, box.right, box.bottom] for box in columns["box"]]
    told = {column.name: getattr(reading, column.name) for column in fields(Reading)}
    told |= {"words": columns, "engine": asdict(reading.engine)}
    return zlib.compress(json.dumps(told, separators=(",", ":")).encode("ascii"), level=1)


def _unpacked(packed: bytes) -> Reading:
    told = json.loads(zlib.decompress(packed))
    columns = told["words"]
    columns["box"] = [Box(*sides) for sides in columns["box"]]
    words = tuple(Word(*row) for row in zip(*(columns[name] for name in _WORD), strict=True))
    return Reading(**{**told, "words": words, "engine": Engine(**told["engine"])})
