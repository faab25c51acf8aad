"""``sohoa package``: results with their files and metadata in one zip, and whether such a zip is whole."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.find import parse_day
from cli.services import open_accounts, open_store
from cli.terminal import note, print_json, say
from cli.texts import _
from core.errors import StorageError

app = typer.Typer(help=_("Packages for transfer: to an archive or another office."), no_args_is_help=True)
_EVERY = 100
"""Results after which a line of progress is said."""


@app.command("make", help=_("Pack results with their files and metadata into a zip."))
def make(  # noqa: PLR0913, PLR0917 - an argument for each option
    to: Annotated[Path, typer.Option("--to", metavar="DIR", file_okay=False, help=_("Folder for the package."))],
    ids: Annotated[list[int] | None, typer.Argument(metavar="ID", help=_("Numbers of results."))] = None,
    unit: Annotated[
        str, typer.Option(metavar="CODE", help=_("All open results of this unit and those below it."))
    ] = "",
    first_day: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=_("Issued on this day or later."))
    ] = None,
    last_day: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help=_("Issued on this day or earlier."))
    ] = None,
    purpose: Annotated[
        Literal["sip", "aip", "dip"], typer.Option(help=_("To hand over (sip), to keep (aip), to use (dip)."))
    ] = "sip",
    originals: Annotated[
        bool, typer.Option("--originals/--no-originals", help=_("With the files as they arrived."))
    ] = True,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help=_("Why confidential results, named by number, are taken out."))
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False,
) -> None:
    """Make a package; that it was made is written down as an event."""
    open_accounts()
    from preservation.packages import making
    from preservation.packages.choosing import Order, Purpose

    order = Order(
        ids=tuple(ids or ()),
        unit=unit,
        first=parse_day(first_day, last=False),
        last=parse_day(last_day, last=True),
        reason=reason,
        purpose=Purpose(purpose),
        originals=originals,
    )
    made = making.make(order, open_store(), to, _told)
    if as_json:
        print_json(asdict(made) | {"path": str(made.path)})
        return
    text = _("{path}: {results} results, {files} files, {size:.1f} MB.")
    say(text.format(path=made.path, results=made.results, files=made.files, size=made.size / 1e6))
    say(f"SHA-256 {made.sha256}")
    if made.left_out:
        note(_("Confidential results left out, as nobody named them: {count}").format(count=made.left_out))
    if made.without_original:
        text = _("Results without the file as it arrived, as other papers are in it: {count}")
        note(text.format(count=made.without_original))


@app.command("check", help=_("See whether a package is whole: hashes, completeness, nothing hostile."))
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The zip."))],
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False,
) -> None:
    """Check a package; exit code 5 if something is wrong with it."""
    from preservation.packages import checking

    found = checking.check(file)
    if as_json:
        print_json(asdict(found))
    else:
        for fault in found.faults:
            note(fault)
        if not found.faults:
            text = _("{name} is whole: {documents} documents, {files} files.")
            say(text.format(name=found.name, documents=found.documents, files=found.files))
    if found.faults:
        raise StorageError(_("{file} is not whole, or not what it says: do not take it over").format(file=file))


def _told(done: int, of: int) -> None:
    if done % _EVERY == 0:
        note(_("results packed: {done} of {of}").format(done=done, of=of))
