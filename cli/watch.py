"""``sohoa watch``: a folder whose files are taken in as they come, until Ctrl-C."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.batch_options import Box, Operator, Procedure, Shelf, SidesOption, Split, Unit
from cli.refusals import refusal_text
from cli.services import open_catalog
from cli.terminal import note, say, to_json
from cli.texts import _

if TYPE_CHECKING:
    from staging.watch import Told


def watch(  # noqa: PLR0913, PLR0917 - an argument for each option
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=_("Folder that the scanner writes to."))],
    unit: Unit,
    procedure: Procedure = None,
    batch: Annotated[
        str, typer.Option(metavar="NAME", help=_("Name of the batch; {day} and {folder} are filled in."))
    ] = "{day} {folder}",
    box: Box = "",
    shelf: Shelf = "",
    operator: Operator = "",
    split: Split = "separator",
    sides: SidesOption = "front",
    as_json: Annotated[bool, typer.Option("--json", help=_("Print a line of JSON for whatever happens."))] = False,
) -> None:
    """Take the files in that come into `folder`, until Ctrl-C; several watchers of one folder share the work."""
    open_catalog()
    from core.settings import WatchedFolder
    from staging import arrivals
    from staging.watch import Watcher, require

    watched = WatchedFolder(
        path=folder,
        unit=unit,
        procedure=procedure or "",
        batch=batch,
        box=box,
        shelf=shelf,
        operator=operator,
        split=split,
        sides=sides,
    )
    require(watched)
    arrivals.clear_away()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    note(_("Watching {folder}. Ctrl-C stops it.").format(folder=folder))
    Watcher(watched, _as_json if as_json else _tell).keep(stop)


def _as_json(told: Told) -> None:
    line = {"what": told.what.value, "name": told.name, "reason": told.reason, "text": told.text}
    print(to_json(line, indent=None), flush=True)


def _tell(told: Told) -> None:
    from staging.watch import Happened

    match told.what:
        case Happened.TAKEN:
            say(_("taken in: {name}").format(name=told.name))
        case Happened.ALREADY:
            say(_("there already: {name}").format(name=told.name))
        case Happened.REFUSED:
            note(_("refused: {what}").format(what=refusal_text(told.reason, told.name, told.text)))
        case Happened.AWAY:
            note(_("The folder cannot be reached, and is waited for: {why}").format(why=told.text))
        case Happened.BACK:
            note(_("The folder is back: {folder}").format(folder=told.text))
        case Happened.TROUBLE:
            note(_("Waiting: {why}").format(why=told.text))
