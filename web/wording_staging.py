"""The desk before reading, for readers: what is wrong with a scan, what was done, why something cannot be done."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline.records import PageKind
from pipeline.scan_quality import Flaw, Severity
from staging.planned import Act, Misfit, PageState

KINDS: Mapping[PageKind, object] = {
    PageKind.BLANK: gettext_lazy("blank"),
    PageKind.SEPARATOR: gettext_lazy("separator sheet"),
    PageKind.COVER: gettext_lazy("cover sheet"),
}

STATES: Mapping[PageState, object] = {
    PageState.BINNED: gettext_lazy("in the bin"),
    PageState.REPLACED: gettext_lazy("replaced by a newer scan"),
    PageState.AWAITING_RESCAN: gettext_lazy("to be scanned again"),
}

TAKEN_OUT = gettext_lazy("taken out of the bin, and read by itself")
STILL_HERE = gettext_lazy("The batch has not gone on yet. Open it again, and take the pages out on the desk.")

SEVERITIES: Mapping[Severity, object] = {
    Severity.HINT: gettext_lazy("Note"),
    Severity.WARN: gettext_lazy("Look at it"),
    Severity.BLOCK: gettext_lazy("Scan again"),
}

_FLAWS: Mapping[Flaw, object] = {
    Flaw.RESOLUTION: gettext_lazy("only %(value)s dpi, at least 200 are asked for"),
    Flaw.COLOUR: gettext_lazy("no full colour (%(value)s bits, 24 are asked for)"),
    Flaw.BLUR: gettext_lazy("blurred"),
    Flaw.CUT_OFF: gettext_lazy("text runs over an edge"),
    Flaw.TOO_DARK: gettext_lazy("too dark"),
    Flaw.TOO_LIGHT: gettext_lazy("too faint"),
    Flaw.SKEW: gettext_lazy("lies askew by %(value)s°, too much to be read"),
    Flaw.PAGE_SIZE: gettext_lazy("unusual paper size (%(value)s mm long)"),
    Flaw.UNREADABLE: gettext_lazy("cannot be read"),
}

DONE: Mapping[Act, object] = {
    Act.ROTATE: gettext_lazy("turned"),
    Act.MOVE: gettext_lazy("moved"),
    Act.SPLIT: gettext_lazy("document split"),
    Act.JOIN: gettext_lazy("documents joined"),
    Act.MARK: gettext_lazy("marked"),
    Act.BIN: gettext_lazy("put into the bin"),
    Act.RESTORE: gettext_lazy("taken out of the bin"),
    Act.ASK_RESCAN: gettext_lazy("another scan asked for"),
    Act.LET_BE: gettext_lazy("no other scan needed"),
    Act.WEAVE: gettext_lazy("fronts and backs joined"),
    Act.RESCAN: gettext_lazy("newer scan put in its place"),
}

_MISFITS: Mapping[Misfit, object] = {
    Misfit.UNKNOWN_PAGE: gettext_lazy("Choose a page first."),
    Misfit.NOTHING: gettext_lazy("That changes nothing here."),
    Misfit.STATE: gettext_lazy("That cannot be done to pages in the bin or to replaced ones."),
    Misfit.SHEET: gettext_lazy("A separator or cover sheet cannot begin a document. Choose the page behind it."),
    Misfit.FIRST: gettext_lazy("There is no document before this one."),
    Misfit.STACKS: gettext_lazy(
        "Fronts and backs must be two files with the same number of pages. Scan the shorter one again, or put pages "
        "that were scanned twice into the bin."
    ),
    Misfit.ITSELF: gettext_lazy("Choose another page as the place: this one is among those that are moved."),
    Misfit.SIGNED: gettext_lazy(
        "This file is digitally signed. It is read as it is, or all of its pages go into the bin: "
        "changing it would break the signature."
    ),
}


def flaw(found: Flaw, value: float) -> str:
    """What is wrong, in a few words."""
    return str(_FLAWS[found]) % {"value": f"{value:g}"}


def done(act: Act, pages: int) -> str:
    """What was done, and how to take it back."""
    return _("Pages: %(pages)s, %(done)s. “u” takes it back.") % {"pages": pages, "done": DONE[act]}


def taken_back(act: Act) -> str:
    """What was undone."""
    return _("Taken back: %(done)s.") % {"done": DONE[act]}


def done_again(act: Act) -> str:
    """What was done again."""
    return _("Done again: %(done)s.") % {"done": DONE[act]}


def misfit(why: Misfit) -> str:
    """Why it cannot be done, and what to do instead."""
    return str(_MISFITS[why])


def not_taken_out(why: Misfit) -> str:
    """Why pages cannot be taken out of the bin of a batch that went on."""
    if why is Misfit.SIGNED:
        return _("A signed file is read as it is: choose all of its pages, and no others.")
    if why is Misfit.SHEET:
        return _("Sheets between documents are not read.")
    if why is Misfit.STATE:
        return _("Some of these pages are not in the bin, or were taken out before.")
    return misfit(why)
