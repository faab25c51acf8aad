"""Copying results out of the store: archive PDF, original, words and metadata side by side.

Names begin with the result's id, so two results never meet, and hold nothing but ``a-z0-9-.``. A file
that is there already is left alone if it has the same bytes; one with other bytes stops the export.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cli.shown import as_dict
from cli.terminal import to_json
from cli.texts import _
from core.errors import UsageError
from core.files import sha256_of
from core.text import slug

if TYPE_CHECKING:
    from catalog.records import Shown
    from storage import ObjectStore

_SUFFIXES = {"application/pdf": ".pdf", "image/tiff": ".tif", "image/jpeg": ".jpg", "image/png": ".png"}


class Exporter:
    """Writes results to one folder, which is made if it is missing."""

    def __init__(self, store: ObjectStore, folder: Path) -> None:
        """Make the folder; UsageError where that cannot be done."""
        self._store = store
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            text = _("the folder {folder} cannot be made: {why}")
            raise UsageError(text.format(folder=folder, why=error.strerror)) from error

    def export(self, shown: Shown) -> Iterator[tuple[Path, bool]]:
        """Write the files; each path comes with whether it was written now."""
        stem = file_stem(shown)
        archive, original, words = shown.archive, shown.original, shown.words
        names = {
            "archive": f"{stem}.pdf",
            "original": f"{stem}.original{_SUFFIXES.get(original.media_type, '.bin')}",
        }
        yield self._put(names["archive"], lambda to: self._store.fetch(archive.key, to))
        yield self._put(names["original"], lambda to: self._store.fetch(original.key, to))
        if words is not None:
            names["words"] = f"{stem}.alto.xml"
            yield self._put(names["words"], lambda to: self._store.fetch(words.key, to))
        metadata = to_json(as_dict(shown) | {"files": names}) + "\n"
        yield self._put(f"{stem}.json", lambda to: _write(to, metadata))

    def _put(self, name: str, fill: Callable[[Path], object]) -> tuple[Path, bool]:
        """Have `fill` write a file aside and give it its name; never over a file that has other bytes."""
        final = self._folder / name
        with tempfile.TemporaryDirectory(prefix=".sohoa-", dir=self._folder) as aside:
            made = Path(aside) / "file"
            fill(made)
            if final.exists():
                _require_same(made, final)
                return final, False
            try:
                os.link(made, final)  # fails, as rename does not, if somebody else was faster
            except FileExistsError:
                _require_same(made, final)
                return final, False
            except OSError:  # a file system without hard links
                made.rename(final)
        return final, True


def file_stem(shown: Shown) -> str:
    """The result's id and its number in plain letters: ``17-1234-qd-ubnd``."""
    number = slug(shown.row.number)
    return f"{shown.row.id}-{number}" if number else str(shown.row.id)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _require_same(made: Path, final: Path) -> None:
    if not final.is_file() or sha256_of(made) != sha256_of(final):
        text = _("{path} is there already and is another file: move it away or choose another folder")
        raise UsageError(text.format(path=final))
