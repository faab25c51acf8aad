"""Why a file was refused, in the reader's language: a text for each reason code of the intake."""

from __future__ import annotations

from gettext import gettext

from cli.texts import N_
from core.errors import RefusedError

REASONS = {
    "bomb": N_("it swells beyond all measure: make it again with another program"),
    "broken": N_("it is broken: scan or export it again"),
    "changed": N_("it changed while it was read: wait until it is written, then add it again"),
    "empty": N_("it is empty: scan it again"),
    "encrypted": N_("it is encrypted: save it without a password and add it again"),
    "infected": N_("the virus scanner found something in it: do not open it, and tell whoever sent it"),
    "gone": N_("it is not there any more: look where it went, then add it again"),
    "link": N_("it is a symbolic link: add the file that it points to"),
    "not-stored": N_("there is no room for it: make room, then add it again"),
    "no-pages": N_("it has no pages: scan or export it again"),
    "not-a-file": N_("it is no file: add files and folders only"),
    "too-big": N_("it is too big: split it, or raise max_file_bytes"),
    "too-many-pages": N_("it has too many pages: split it, or raise max_pages"),
    "too-many-pixels": N_("a page has too many pixels: scan it with a lower resolution, or raise max_page_pixels"),
    "too-slow": N_("it takes too long to open: make it again with another program"),
    "truncated": N_("its end is missing: copy or scan it again"),
    "unknown-type": N_("it is no PDF, TIFF, JPEG or PNG: give one of these"),
    "unscanned": N_(
        "the virus scanner cannot say that it is clean: see that it runs and takes files so large, then add it again"
    ),
    "unreadable": N_("it cannot be read: give this program the right to read it"),
}


def refusal_text(reason: str, name: str, message: str) -> str:
    """`name` and why it was refused; the intake's own (English) words, which tell more, where no translation is.

    Those begin with the bare file name; `name` is the path as it was given, which tells namesakes apart.
    """
    template = REASONS.get(reason)
    told = gettext(template) if template else ""
    if told and told != template:
        return f"{name}: {told}"
    bare, parted, why = message.partition(": ")
    return f"{name}: {why}" if parted and name.endswith(bare) else message


def translated(error: RefusedError, name: str) -> str:
    """What to tell about a refused file."""
    return refusal_text(error.reason, name, str(error))
