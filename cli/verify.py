"""``sohoa verify``: is everything still as it was taken in?"""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.services import open_catalog, open_index, open_store
from cli.terminal import note, one_line, print_json, say
from cli.texts import _
from core.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from preservation.fixity.findings import Finding
    from preservation.fixity.reading import Read

_SAY_EVERY = 5.0
LABELS = {
    "object-missing": _("object is missing"),
    "object-altered": _("bytes were changed"),
    "object-stray": _("object without a row"),
    "row-altered": _("row was changed"),
    "events-broken": _("events were tampered with"),
    "anchor-broken": _("events are not the sealed ones"),
    "index-lacks": _("search does not know it"),
    "index-stale": _("search knows an older version"),
    "index-foreign": _("search finds what is not there"),
}


def verify(
    unit: Annotated[
        str | None,
        typer.Option(metavar="CODE", help=_("Only events and results of this unit and those below it.")),
    ] = None,
    read: Annotated[
        bool, typer.Option("--bytes", help=_("Read all objects as well, and the second copy, from where it stopped."))
    ] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help=_("With --bytes: put back what went bad from the other copy."))
    ] = False,
    tidy: Annotated[
        bool, typer.Option("--tidy", help=_("Move objects that no row names to put-away/ in SOHOA_HOME."))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False,
) -> None:
    """Print a line for each thing that is not as it should be; exit code 5 if there is one."""
    open_catalog()
    found: list[Finding] = []
    mended = 0
    for finding in _look(unit):
        if tidy and finding.code == "object-stray" and _put_away(finding):
            mended += 1
            continue
        found.append(finding)
        _tell(finding, as_json)
    done = None
    if read or restore:
        done = _read(restore)
        mended += done.restored
        for finding in done.findings:
            _tell(finding, as_json)
        found += [finding for finding in done.findings if finding not in found]
    if as_json:
        print_json(_plain(found, mended, done))
    else:
        _sum_up(found, mended, done)
    if found:
        raise typer.Exit(StorageError.exit_code)


def _look(unit: str | None) -> Iterator[Finding]:
    from catalog import units
    from preservation.fixity import looking

    if unit is not None:
        units.require(unit)
        yield from looking.look_at_units(units.with_descendants(unit))
        return
    note(_("holding objects, rows, events and search against each other"))
    with open_index() as index:
        yield from looking.look(open_store(), index if index.exists() else None)


def _put_away(finding: Finding) -> bool:
    from preservation.fixity import looking

    return looking.put_away(open_store(), finding)


def _read(restore: bool) -> Read:
    from preservation.fixity import reading

    note(_("reading all objects"))
    last = time.monotonic()

    def progress(done: Read) -> None:
        nonlocal last
        if time.monotonic() - last >= _SAY_EVERY:
            last = time.monotonic()
            text = _("{objects} objects, {size} MB read")
            note(text.format(objects=done.objects, size=round(done.bytes / 1e6)))

    return reading.read(open_store(), reading.opened_second(), reading.Wish(restore=restore), progress)


def _tell(finding: Finding, as_json: bool) -> None:
    if not as_json:
        say(f"{LABELS[finding.code.value]}: {one_line(finding.text)}")


def _plain(found: list[Finding], mended: int, done: Read | None) -> dict[str, object]:
    plain: dict[str, object] = {"sound": not found, "mended": mended, "findings": [asdict(one) for one in found]}
    if done is not None:
        plain["read"] = {"objects": done.objects, "bytes": done.bytes, "copied": done.copied}
    return plain


def _sum_up(found: list[Finding], mended: int, done: Read | None) -> None:
    if done is not None:
        text = _("{objects} objects read, {size} MB; {copied} copied to the second copy")
        say(text.format(objects=done.objects, size=round(done.bytes / 1e6), copied=done.copied))
    if mended:
        say(_("{count} mended").format(count=mended))
    say(_("Everything is as it was kept.") if not found else _("{count} things are not.").format(count=len(found)))
