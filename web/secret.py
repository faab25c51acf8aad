"""The key that signs what the pages hand out: made once, kept in SOHOA_HOME where its owner alone can read it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from core.errors import SettingsError

_BYTES = 48
_SHORTEST = 32


def secret_key(path: Path) -> str:
    """The key in the file at `path`, made with mode 0600 if there is none; of two makers at once, one wins.

    Raises SettingsError for a file that cannot be read or made, or holds too little.
    """
    try:
        if not path.exists():
            _make(path)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the secret key {path} cannot be read or made: {error}") from error
    if len(key) < _SHORTEST:
        raise SettingsError(f"the secret key {path} is too short: delete the file, a new one is made")
    return key


def _make(path: Path) -> None:
    """Write a new key aside and link it into place, so that no half-written one is ever seen."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)  # fails, as rename does not, if somebody else was faster
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
