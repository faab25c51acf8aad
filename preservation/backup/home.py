"""Files of SOHOA_HOME that a restored installation needs and that are not in the catalog: the secret key above all,
without which second factors, sessions and addresses of calls back cannot be read any more.

Everything small in the home is taken but what is known to be made again: catalog, objects, index, work, logs, Prefect's
own files, thumbnails, locks. So a secret that another part of the program puts there is taken too. Files that settings
name outside of the home (a password for e-mail, a secret of the office's sign-in) are not.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from catalog.values import canonical
from core.errors import StorageError
from preservation.backup.format import FORMAT

SETTINGS = "sohoa.toml"
_ASIDE = "sohoa.toml.from-backup"
"""The settings of the old machine are put beside: its databases and folders are not those of the new one."""
_MADE_AGAIN = frozenset({"objects", "index", "work", "logs", "prefect", "staging", "restoring"})
_CATALOG = "catalog.sqlite3"
_LARGEST = 1 << 20
_MOST = 32 << 20
"""Bytes of one file and of all: what is larger is no secret and no setting."""


@dataclass(frozen=True, slots=True)
class HomeFile:
    """A file of the home."""

    path: str
    """From the home, with ``/``."""
    content: bytes


def files(root: Path) -> list[HomeFile]:
    """What is to be kept of the home at `root`, sorted by path."""
    found = []
    for path in _walk(root, root):
        try:
            if path.stat().st_size <= _LARGEST:
                found.append(HomeFile(path.relative_to(root).as_posix(), path.read_bytes()))
        except FileNotFoundError:  # another process took it away
            continue
        except OSError as error:
            raise StorageError(f"{path} cannot be read ({error.strerror}): mend its permissions") from error
    if sum(len(one.content) for one in found) > _MOST:
        names = ", ".join(one.path for one in sorted(found, key=lambda one: -len(one.content))[:3])
        raise StorageError(f"too much lies in {root} that a backup would have to take ({names}, …): move it elsewhere")
    return sorted(found, key=lambda one: one.path)


def packed(found: list[HomeFile], salt: str) -> tuple[str, bytes]:
    """Hash and content of the file that a backup keeps: a line that describes it, then a line a file."""
    head = {"columns": {"content": "binary", "path": "text"}, "format": FORMAT, "salt": salt, "table": "(home)"}
    rows = [{"content": base64.b64encode(one.content).decode(), "path": one.path} for one in found]
    content = "".join(canonical(line) + "\n" for line in (head, *rows)).encode()
    return hashlib.sha256(content).hexdigest(), content


def put_back(lines: list[str], root: Path) -> list[str]:
    """Write files of a backup into the home at `root`; gives their paths there.

    What is there with other bytes is kept as ``NAME.before-restore``. Raises StorageError for a path that leads out.
    """
    written = []
    for line in lines:
        row = json.loads(line)
        path, content = str(row["path"]), base64.b64decode(row["content"], validate=True)
        target = _target(root, _ASIDE if path == SETTINGS else path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if target.exists() and target.read_bytes() != content:
                target.replace(target.with_name(target.name + ".before-restore"))
            aside = target.with_name(f".{target.name}-{os.getpid()}")
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(target)
        except OSError as error:
            raise StorageError(f"{target} cannot be written ({error.strerror}): mend its permissions") from error
        written.append(target.relative_to(root).as_posix())
    return written


def _target(root: Path, path: str) -> Path:
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or not parts.parts or "\0" in path:
        raise StorageError(f"the backup names a file {path[:80]!r} that would lie outside of {root}: it is not written")
    target = root / parts
    if not Path(os.path.realpath(target.parent)).is_relative_to(os.path.realpath(root)):
        raise StorageError(f"{target} leads out of {root} through a link: remove the link")
    return target


def _walk(folder: Path, root: Path) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise StorageError(f"{folder} cannot be read ({error.strerror}): mend its permissions") from error
    for entry in entries:
        top = folder == root
        if top and (entry.name in _MADE_AGAIN or entry.name.startswith(_CATALOG)):
            continue
        if entry.name.endswith((".lock", ".before-restore", ".from-backup")) or entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), root)
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)
