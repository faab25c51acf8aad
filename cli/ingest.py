"""``sohoa ingest``: take files in, with progress for people and a summary for scripts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.paths import SplitName
from cli.progress import progress_for_people
from cli.services import open_catalog
from cli.terminal import note, print_json, print_pairs
from cli.texts import _
from core.errors import RefusedError

if TYPE_CHECKING:
    from flows.run import IngestSummary


def ingest(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", readable=False, help=_("Files, or folders with files."))
    ],
    unit: Annotated[str, typer.Option(metavar="CODE", help=_("Unit that the results belong to."))],
    procedure: Annotated[
        str | None, typer.Option(metavar="CODE", help=_("Procedure that all of the results belong to."))
    ] = None,
    batch: Annotated[
        str | None, typer.Option(metavar="NAME", help=_("Name of the batch; without one, the day of today."))
    ] = None,
    split: Annotated[
        SplitName, typer.Option(help=_("Where a document ends: at separator sheets, or at blank pages as well."))
    ] = "separator",
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False,
) -> None:
    """Take `paths` in for `unit`; exit code 3 if a file was refused or a document failed."""
    open_catalog()
    from flows.run import IngestRequest
    from flows.run import ingest as run
    from pipeline.records import SplitRule

    request = IngestRequest(paths=tuple(paths), unit=unit, procedure=procedure, batch=batch, split=SplitRule(split))
    try:
        with progress_for_people() as progress:
            summary = run(request, progress)
    except KeyboardInterrupt:
        note(_("Stopped. What was taken in is safe; run the same command again to go on."))
        raise
    if as_json:
        print_json(as_dict(summary))
    else:
        _print_summary(summary, progress.said)
    if summary.refused or summary.failed:
        raise typer.Exit(RefusedError.exit_code)


def as_dict(summary: IngestSummary) -> dict[str, object]:
    """The summary as ``--json`` prints it."""
    return asdict(summary) | {"changed": summary.changed, "seconds": round(summary.seconds, 1)}


def _print_summary(summary: IngestSummary, said: Collection[str]) -> None:
    """Print the numbers, and before them what failed unless those very lines were `said` already."""
    for failure in summary.failures:
        if failure not in said:
            note(_("failed: {what}").format(what=failure))
    if not summary.changed and not summary.refused:
        no_files = _("No files found in what was named; hidden files are left out.")
        print(_("Nothing to do: all files were taken in before.") if summary.already else no_files)
    print_pairs(_numbers(summary))
    if summary.in_review:
        note(_("Documents with fields that a person should check: {count}").format(count=summary.in_review))
    if summary.failed:
        note(_("Run the same command again to try the failed ones once more."))


def _numbers(summary: IngestSummary) -> dict[str, object]:
    pace = 60 * summary.pages / summary.seconds if summary.seconds else 0
    return {
        _("Batch"): summary.batch,
        _("Files taken in"): summary.new,
        _("Already there"): summary.already,
        _("Gone on with"): summary.resumed,
        _("Left to another run"): summary.busy,
        _("Refused"): len(summary.refused),
        _("Documents"): summary.documents,
        _("Pages"): summary.pages,
        _("Failed"): summary.failed,
        _("To check"): summary.in_review,
        _("Made findable"): summary.indexed,
        _("Waiting for search"): summary.pending,
        _("Time"): _("{seconds:.0f} s ({pace:.0f} pages/min)").format(seconds=summary.seconds, pace=pace),
    }
