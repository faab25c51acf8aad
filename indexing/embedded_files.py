"""Where an embedded index lies on disk, and who may write to it.

``FOLDER/current`` names the generation in use, a folder beside it (``v1-000003``: version of the fields,
running number). A new generation is made aside and put in use by replacing that one small file, so a
reader sees the old or the new, never a mixture, and a process that is killed leaves the old one in use.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import ServiceError
from indexing.fields import MAPPING_VERSION
from indexing.protocol import REMEDY

_GENERATION = re.compile(r"v(\d{1,9})-(\d{1,9})")
_POLL_SECONDS = 0.05


class IndexFolder:
    """The generations of one embedded index."""

    def __init__(self, root: Path, lock_seconds: float) -> None:
        self.root = root
        self._lock_seconds = lock_seconds

    def current(self) -> str | None:
        """Name of the generation in use; None where no index was ever made.

        Raises ServiceError if there was one but it is damaged or of another version.
        """
        try:
            name = (self.root / "current").read_text("ascii").strip()
        except FileNotFoundError:
            if any(self._generations()):
                raise ServiceError(f"the search index in {self.root} is damaged (no `current`): {REMEDY}") from None
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise ServiceError(f"the search index in {self.root} cannot be read: {REMEDY}") from error
        match = _GENERATION.fullmatch(name)
        if match is None or not (self.root / name / "meta.json").is_file():
            if self.named() != name:  # replaced between our two looks
                return self.current()
            raise ServiceError(f"the search index in {self.root} is damaged or missing: {REMEDY}")
        if int(match[1]) != MAPPING_VERSION:
            raise ServiceError(f"the search index in {self.root} was made by another version of sohoa: {REMEDY}")
        return name

    def new_generation(self) -> Path:
        """An empty folder for the next generation; those that nobody finished are removed first.

        Only while holding `writing`.
        """
        numbers = [0]
        in_use = self.named()
        for name in self._generations():
            numbers.append(int(name.rpartition("-")[2]))
            if name != in_use:
                shutil.rmtree(self.root / name, ignore_errors=True)
        folder = self.root / f"v{MAPPING_VERSION}-{max(numbers) + 1:06d}"
        folder.mkdir()
        return folder

    def use(self, folder: Path) -> None:
        """Put a generation in use, flushed to disk, and remove the others (their readers keep what they opened)."""
        part = self.root / "current.part"
        with part.open("w", encoding="ascii") as out:
            out.write(folder.name)
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, self.root / "current")
        descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        for name in self._generations():
            if name != folder.name:
                shutil.rmtree(self.root / name, ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer, over all processes and threads; the lock dies with its process.

        Raises ServiceError if another one goes on writing for longer than we wait.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.root / "writer.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            why = f"{error.strerror}; mend the folder or its permissions"
            raise ServiceError(f"no search index can be written to {self.root}: {why}") from error
        try:
            self._lock(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _lock(self, descriptor: int) -> None:
        deadline = time.monotonic() + self._lock_seconds
        while True:
            try:
                return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise ServiceError(
                        f"another process is writing to the search index in {self.root}: try again when it is done"
                    ) from None
                time.sleep(_POLL_SECONDS)

    def named(self) -> str:
        """What the pointer says, right or wrong."""
        try:
            return (self.root / "current").read_text("ascii", errors="replace").strip()
        except OSError:
            return ""

    def _generations(self) -> list[str]:
        try:
            return sorted(name for name in os.listdir(self.root) if _GENERATION.fullmatch(name))
        except (FileNotFoundError, NotADirectoryError):
            return []
