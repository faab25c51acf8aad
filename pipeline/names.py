"""Names of files as people see them. They come from outside, so they are never used as paths."""

from __future__ import annotations

import re
import unicodedata

from core.text import nfc, squeeze

UNNAMED = "unnamed"
MOST_CHARACTERS = 200
_SEPARATORS = re.compile(r"[/\\]")
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Unicode categories that do not show, or turn what follows (right-to-left marks)."""


def _of_bytes(name: str) -> bool:
    """Whether the surrogates in a name, if there are any, stand for bytes; those of a JSON text may be any."""
    return not any("\ud800" <= c < "\udc80" or "\udcff" < c <= "\udfff" for c in name)


def display_name(name: str) -> str:
    """`name` without folders, on one line, NFC, at most MOST_CHARACTERS long, never empty.

    Bytes that are not UTF-8 and characters that cannot be seen become ``�``. The ending survives
    when a name is cut.
    """
    readable = name.encode("utf-8", "surrogateescape" if _of_bytes(name) else "replace").decode("utf-8", "replace")
    last = _SEPARATORS.split(readable)[-1] if readable.strip("./\\ ") else ""
    shown = "".join("�" if unicodedata.category(c) in _UNSEEN else c for c in nfc(last))
    shown = squeeze(shown)
    if len(shown) > MOST_CHARACTERS:
        stem, dot, ending = shown.rpartition(".")
        tail = dot + ending if stem and len(ending) <= 8 else ""
        shown = shown[: MOST_CHARACTERS - len(tail) - 1] + "…" + tail
    return shown or UNNAMED
