"""``sohoa registers match`` and ``unmatched``: results meet their lines, and what is missing either way."""

from __future__ import annotations

import sys
import time
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from cli.registers import app
from cli.services import open_catalog
from cli.terminal import console, note, print_json, print_pairs, print_table
from cli.texts import _
from core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["app"]
_LINE_EVERY = 10.0
"""Seconds between two plain lines of progress."""
_MOST = 10_000
"""Rows that are printed at most."""
UnitOption = Annotated[str, typer.Option("--unit", metavar="CODE", help=_("Results of this unit alone."))]
JsonOption = Annotated[bool, typer.Option("--json", help=_("Print JSON only."))]


@app.command("match", help=_("Look for the lines of all results that wait for it."))
def match(unit: UnitOption = "", as_json: JsonOption = False) -> None:
    """Work off what the desk of `sohoa serve` would do little by little; may be stopped and started at any time."""
    open_catalog()
    from catalog import units
    from catalog.queue import Sight
    from registers import linking, unsure

    wanted = (units.require(unit).code,) if unit else None
    done = _with_progress(linking.count_pending(wanted), lambda told: linking.work_off(wanted, told))
    seen = Sight(wanted, dict.fromkeys(("criminal_record", "adoption", "secret")))
    told = {"looked": done, "unsure": unsure.count(seen), "unlisted": unsure.count_unlisted(seen)}
    if as_json:
        print_json(told)
    else:
        names = (_("results looked for"), _("a person must choose"), _("in no register"))
        print_pairs(dict(zip(names, told.values(), strict=True)))


@app.command(
    "unmatched", help=_("List a unit's lines that were never scanned, and its results that are in no register.")
)
def unmatched(
    unit: Annotated[str, typer.Option("--unit", metavar="CODE", help=_("The unit."))],
    scanned: Annotated[bool, typer.Option("--scanned", help=_("Results in no register alone."))] = False,
    lines: Annotated[bool, typer.Option("--lines", help=_("Lines never scanned alone."))] = False,
    as_json: JsonOption = False,
) -> None:
    """Confidential ones are left out: they are shown on the pages, to those who may see them."""
    open_catalog()
    from catalog import units

    if scanned and lines:
        raise UsageError(_("give one of --scanned and --lines, or neither"))
    code = units.require(unit).code
    missing = [] if scanned else list(islice(_missing(code), _MOST))
    unlisted = [] if lines else list(islice(_unlisted(code), _MOST))
    if as_json:
        print_json({"lines": missing, "results": unlisted})
        return
    titles = [_("Number"), _("Date"), _("Type")]
    if not scanned:
        note(_("in the register, never scanned"))
        print_table([_("Line"), *titles], [[str(text) for text in row.values()] for row in missing])
    if not lines:
        note(_("scanned, in no register"))
        print_table([_("Result"), *titles], [[str(text) for text in row.values()] for row in unlisted])


def _missing(unit: str) -> Iterator[dict[str, object]]:
    from registers import listing

    after = ""
    while True:
        wanted = listing.Wanted(listing.Linked.MISSING)
        page = listing.lines(unit, listing.Sight(None), wanted, after, 1_000)
        for row in page.rows:
            day = row.issue_date.isoformat() if row.issue_date else ""
            yield {"id": row.id, "number": row.number, "issue_date": day, "document_type": row.document_type}
        if not (after := page.next):
            return


def _unlisted(unit: str) -> Iterator[dict[str, object]]:
    from catalog import results
    from catalog.queue import Sight
    from registers import unsure

    after = 0
    while found := unsure.unlisted(Sight(None), [unit], after, 1_000):
        rows = results.rows([id for id, _outcome in found])
        for id, _outcome in found:
            row = rows[id]
            day = row.issue_date.isoformat() if row.issue_date else ""
            yield {"id": id, "number": row.number, "issue_date": day, "document_type": row.document_type}
        after = found[-1][0]


def _with_progress(total: int, work: Callable[[Callable[[int], object]], int]) -> int:
    """A bar on a terminal, a plain line now and then elsewhere."""
    if sys.stderr.isatty():
        from rich.progress import Progress

        with Progress(console=console(stderr=True), transient=True) as bar:
            task = bar.add_task(_("matching"), total=total)
            return work(lambda count: bar.advance(task, count))
    last, done = time.monotonic(), 0

    def line(count: int) -> None:
        nonlocal last, done
        done += count
        if time.monotonic() - last >= _LINE_EVERY:
            last = time.monotonic()
            note(_("{done} of {total} results").format(done=done, total=total))

    return work(line)
