"""``sohoa status`` and ``sohoa reindex``: how far things are, and the index made anew."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.progress import LineProgress
from cli.services import open_catalog
from cli.terminal import note, print_json, print_pairs, say
from cli.texts import _


def status(
    batch: Annotated[str | None, typer.Argument(metavar="BATCH", help=_("Name of a batch; none: all."))] = None,
    unit: Annotated[
        str | None, typer.Option(metavar="CODE", help=_("Unit of the batch, where two units have one of that name."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False,
) -> None:
    """Print the numbers of one batch or of everything."""
    open_catalog()
    from catalog import batches, pace
    from staging import progress

    id = batches.find(batch, unit).id if batch else None
    numbers, desks, left, rate = batches.status(id), progress.desks(), pace.pages_left(id), pace.rate()
    seconds = progress.seconds(left, rate)
    if as_json:
        whole = {} if batch else {"batches_open": desks.open, "batches_closed": desks.closed}
        pages = {"pages_left": left, "pages_per_hour": round(rate), "seconds_left": seconds}
        print_json(numbers.as_dict() | whole | pages)
        return
    print_pairs(
        {
            _("Files"): numbers.files,
            _("Refused"): numbers.refused,
            _("Documents"): numbers.documents,
            _("Pages"): numbers.pages,
            _("Failed"): numbers.failed,
            _("To check"): numbers.in_review,
            _("Findable"): numbers.indexed,
            _("Waiting for search"): numbers.pending,
            _("Files not finished"): numbers.unfinished,
            _("Files on the desk before reading"): numbers.staged,
            _("Pages to read"): left,
            _("Pages an hour"): round(rate),
            _("Minutes left"): "–" if seconds is None else -(-int(seconds) // 60),
        }
        | ({} if batch else {_("Open batches"): desks.open, _("Batches to be handed on"): desks.closed})
    )
    if numbers.unfinished:
        note(_("Run sohoa ingest on the same files to go on."))


def reindex() -> None:
    """Build the search index anew from the catalog, then swap."""
    open_catalog()
    from flows.run import reindex as run

    count = run(LineProgress())
    say(_("The new index is in use. Results in it: {count}").format(count=count))
