"""``sohoa status`` and ``sohoa reindex``: how far things are, and the index made anew."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.progress import LineProgress
from cli.services import open_catalog
from cli.terminal import note, print_json, print_pairs, print_table, say
from cli.texts import _

if TYPE_CHECKING:
    from staging.progress import OperatorProgress


def status(
    batch: Annotated[str | None, typer.Argument(metavar="BATCH", help=_("Name of a batch; none: all."))] = None,
    unit: Annotated[
        str | None, typer.Option(metavar="CODE", help=_("Unit of the batch, where two units have one of that name."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False,
) -> None:
    """Print the numbers of one batch or of everything."""
    open_catalog()
    from catalog import batches
    from catalog.values import today
    from staging import progress, stuck

    id = batches.find(batch, unit).id if batch else None
    numbers, desks, time = batches.status(id), progress.desks(), progress.time_left(id)
    held = stuck.listing(id)
    people = () if batch else progress.of_operators(None, today())
    if as_json:
        whole = {} if batch else {"batches_open": desks.open, "batches_closed": desks.closed}
        pages = {"pages_left": time.pages, "pages_per_hour": round(time.rate), "seconds_left": time.seconds}
        today_by = {} if batch else {"operators_today": [asdict(one) for one in people]}
        print_json(numbers.as_dict() | whole | pages | today_by | {"batches_stuck": [asdict(one) for one in held]})
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
            _("Pages to read"): time.pages,
            _("Pages an hour"): round(time.rate),
            _("Minutes left"): "–" if time.seconds is None else -(-int(time.seconds) // 60),
        }
        | ({} if batch else {_("Open batches"): desks.open, _("Batches to be handed on"): desks.closed})
    )
    if people:
        say("")
        heads = (
            _("Operator, today"),
            _("Batches"),
            _("Files"),
            _("Pages"),
            _("Documents"),
            _("To check"),
            _("Pages an hour"),
        )
        print_table(heads, [_operator(one) for one in people], right=range(1, 7))
    for one in held:
        note(_("The batch {name} could not be handed on ({why}).").format(name=one.batch, why=one.why))
    if held:
        note(_("Open it again on its page and mend it, or have it tried again there."))
    if numbers.unfinished:
        note(_("Run sohoa ingest on the same files to go on."))


def _operator(one: OperatorProgress) -> tuple[object, ...]:
    rate = "–" if one.rate is None else round(one.rate)
    return one.operator, one.batches, one.files, one.pages, one.documents, one.doubts, rate


def reindex() -> None:
    """Build the search index anew from the catalog, then swap."""
    open_catalog()
    from flows.run import reindex as run

    count = run(LineProgress())
    say(_("The new index is in use. Results in it: {count}").format(count=count))
