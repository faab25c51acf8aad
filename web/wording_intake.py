"""What becomes of new results, and why files are refused, for readers."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.arrivals import Stage

STAGES: Mapping[Stage, object] = {
    Stage.RECEIVING: gettext_lazy("Being received"),
    Stage.WAITING: gettext_lazy("Safe, waits to be read"),
    Stage.WORKING: gettext_lazy("Being read"),
    Stage.DONE: gettext_lazy("Recorded"),
    Stage.FAILED: gettext_lazy("Could not be read"),
}

REFUSALS: Mapping[str, object] = {
    "bomb": gettext_lazy("it swells beyond all measure; make it again with another program"),
    "broken": gettext_lazy("it is broken; scan or export it again"),
    "empty": gettext_lazy("it is empty; scan it again"),
    "encrypted": gettext_lazy("it is encrypted; save it without a password"),
    "infected": gettext_lazy("the virus scanner found something in it; do not open it, and tell whoever sent it"),
    "no-pages": gettext_lazy("it has no pages; scan or export it again"),
    "not-stored": gettext_lazy("there is no room for it at the moment; tell whoever runs this program"),
    "too-big": gettext_lazy("it is too big; split it"),
    "too-many-pages": gettext_lazy("it has too many pages; split it"),
    "too-many-pixels": gettext_lazy("a page has too many pixels; scan it with a lower resolution"),
    "too-slow": gettext_lazy("it takes too long to open; make it again with another program"),
    "truncated": gettext_lazy("its end is missing; copy or scan it again"),
    "unknown-type": gettext_lazy("it is no PDF, TIFF, JPEG or PNG"),
    "unscanned": gettext_lazy(
        "it could not be checked for viruses; tell whoever runs this program, then send it again"
    ),
}
"""By reason code of the intake; those of files on a disk cannot happen here."""

UNREADABLE = gettext_lazy("it cannot be read; send it again")
"""Where another reason is given."""


def on_desk(name: str, batch: str) -> str:
    """Why a file is not taken in that lies in a batch of the archive staff, and what to do."""
    return _(
        "%(name)s: the archive staff have this very file in their batch “%(batch)s”, so it was not taken in and the "
        "dossier's code was not noted. Tell them: once the batch is read, the code is entered with its result."
    ) % {"name": name, "batch": batch}


def not_fitting(name: str) -> str:
    """Why a file is not taken in where what it came with was changed since the form was made."""
    return _(
        "%(name)s was not taken in: unit, procedure and batch do not fit together any more. Load the page again; if "
        "that does not help, tell whoever runs this program."
    ) % {"name": name}
