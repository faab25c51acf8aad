"""``sohoa registers``: what units issued, imported from spreadsheets; and what their registers hold."""

from __future__ import annotations

import json
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.services import open_catalog
from cli.terminal import console, note, print_json, print_pairs, print_table
from cli.texts import N_, _, label
from core.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from registers.importing import Done
    from registers.records import Counts, Problem
    from registers.spool import Spooled
    from spreadsheets.meant import Table

app = typer.Typer(help=_("Registers: what units issued."), no_args_is_help=True)

_MOST = 50
"""Bad rows that are printed; --json has all, and --mend writes them into a file."""
_LINE_EVERY = 10.0
"""Seconds between two plain lines of progress."""
_TROUBLES = {
    "no_date": N_("no date that can be"),
    "only_year": N_("only a month or a year"),
    "future": N_("a day that is still to come"),
    "too_early": N_("a day before 2 September 1945"),
    "ends_before_issue": N_("expires before it was issued"),
    "resolved_before_received": N_("resolved before it was received"),
    "identity": N_("no identity number, tax code or passport number"),
    "too_long": N_("too long"),
    "dossier": N_("no code of a dossier"),
    "status": N_("a status that is not understood"),
    "ended": N_("valid no longer, but not said since when"),
    "unit_unknown": N_("there is no such unit"),
    "unit_foreign": N_("a unit that may not be imported for"),
    "nothing": N_("nothing to know the line by"),
    "twice": N_("the same line stands in the file before, in row"),
    "too_many_cells": N_("more cells than columns"),
}
_STAGES = {"reading": N_("reading rows"), "comparing": N_("comparing rows"), "writing": N_("writing rows")}

JsonOption = Annotated[bool, typer.Option("--json", help=_("Print JSON only."))]


@app.command("import", help=_("Import a register: a spreadsheet of issued results. Importing it again updates it."))
def take(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The register: .xlsx, .xls, .ods or .csv."))],
    unit: Annotated[str, typer.Option("--unit", metavar="CODE", help=_("Unit whose register it is."))],
    sheet: Annotated[str, typer.Option(metavar="NAME", help=_("Sheet of the workbook; without one, the first."))] = "",
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column", metavar="LETTER=MEANING", help=_("What a column means, like C=issue_date; C= leaves it out.")
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Say what would happen, and take nothing."))] = False,
    good_rows_only: Annotated[
        bool, typer.Option("--good-rows-only", help=_("Take the good rows where others are bad."))
    ] = False,
    mend: Annotated[
        Path | None, typer.Option("--mend", metavar="OUT.xlsx", help=_("Write the bad rows there, to be mended."))
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Import a register; exit code 3 if rows are bad."""
    open_catalog()
    from catalog import events, units
    from core.settings import settings
    from registers import columns, importing, mending
    from registers.importing import Mode
    from registers.rows import Order
    from storage import open_store

    units.require(unit)
    table = columns.look(file, file.name, unit, _said(column), sheet)
    done: Done | None = None
    with ExitStack() as stack:
        heard = stack.enter_context(_Heard())
        read = stack.enter_context(importing.opened(table, Order(unit, None), heard.hear))
        wanted = not dry_run and (good_rows_only or not read.bad)
        if wanted:
            open_store(settings().storage).put(file, read.sha256, "application/octet-stream")
            done = importing.take(read, unit, events.actor(), Mode.GOOD_ROWS, heard.hear)
        counts = done.counts if done else importing.compare(read, heard.hear)
        heard.end()
        if mend is not None and read.bad:
            mending.write(read, mend, _problem, _("Why it was not taken"))
        _print(table, read, counts, done, as_json)
    if counts.refused:
        if not as_json and done is None and not dry_run:
            note(_("Nothing was taken: mend the bad rows, or take the others with --good-rows-only."))
        raise typer.Exit(RefusedError.exit_code)


@app.command("list", help=_("List the registers of all units."))
def listing(as_json: JsonOption = False) -> None:
    """Print how many lines each unit's register has, and how many of them are digitized."""
    open_catalog()
    from registers import listing as held

    rows = held.registers(None)
    if as_json:
        print_json(
            [asdict(row) | {"last": row.last.isoformat(timespec="seconds") if row.last else None} for row in rows]
        )
    elif not rows:
        note(_("No register was imported yet: sohoa registers import FILE --unit CODE"))
    else:
        print_table(
            [_("Unit"), _("Lines"), _("Digitized"), _("Not digitized yet"), _("Imported last")],
            [(row.unit, row.lines, row.linked, row.open, f"{row.last:%d/%m/%Y}" if row.last else "–") for row in rows],
            right=(1, 2, 3),
        )


@app.command("show", help=_("Show the newest lines of a unit's register."))
def show(
    unit: Annotated[str, typer.Argument(metavar="UNIT", help=_("Code of the unit."))],
    text: Annotated[
        str, typer.Option("--find", metavar="TEXT", help=_("Only lines with this number, holder or dossier."))
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Print lines, newest first; confidential ones are left out."""
    open_catalog()
    from catalog import units
    from registers import listing as held
    from registers.listing import Sight, Wanted

    units.require(unit)
    rows = held.lines(unit, Sight(None), Wanted(text=text)).rows
    if as_json:
        print_json([json.loads(json.dumps(asdict(row), default=str)) for row in rows])
    else:
        print_table(
            [_("Number"), _("Day"), _("Holder"), _("Type"), _("Dossier"), _("Result")],
            [
                (
                    row.number or row.register_number or "–",
                    f"{row.issue_date:%d/%m/%Y}" if row.issue_date else "–",
                    row.holder,
                    row.document_type,
                    row.dossier,
                    row.result or "–",
                )
                for row in rows
            ],
        )


class _Heard:
    """Progress on standard error: a line that is written over on a terminal, one every ten seconds elsewhere."""

    def __init__(self) -> None:
        self._status = console(stderr=True).status(_("reading rows")) if sys.stderr.isatty() else None
        self._last = time.monotonic()

    def __enter__(self) -> _Heard:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    def hear(self, stage: str, rows: int) -> None:
        """Rows are done."""
        told = f"{_(_STAGES[str(stage)])}: {rows:,}"
        if self._status:
            self._status.update(told)
        elif time.monotonic() - self._last >= _LINE_EVERY:
            self._last = time.monotonic()
            note(told)

    def end(self) -> None:
        """Say nothing more."""
        if self._status:
            self._status.stop()


def _said(column: list[str] | None) -> dict[str, str]:
    said = {}
    for text in column or ():
        letter, equals, meaning = text.partition("=")
        if not equals:
            raise UsageError(_("{text}: write it like C=issue_date").format(text=text))
        said[letter.strip().upper()] = meaning.strip()
    return said


def _print(table: Table, read: Spooled, counts: Counts, done: Done | None, as_json: bool) -> None:
    if as_json:
        print_json(_as_dict(table, read, counts, done))
        return
    means = table.meanings
    print_table(
        [_("Column"), _("Title"), _("Means"), _("Because of"), _("For example")],
        [
            (
                c.letter,
                c.title or "–",
                means.get(c.index, "–"),
                table.why.get(c.index, "–"),
                "; ".join(c.samples),
            )
            for c in table.seen.header.columns
        ],
    )
    encoding = table.seen.encoding
    if encoding.encoding.value != "unicode":
        letters = _("The letters are {encoding} and were turned into Unicode: {example}")
        note(letters.format(encoding=encoding.encoding.value.upper(), example=encoding.example))
    print_pairs(
        {
            _("Rows"): counts.rows,
            _("New lines"): counts.new,
            _("Changed lines"): counts.changed,
            _("The same as before"): counts.same,
            _("Dossiers, new or changed"): counts.dossiers,
            _("Lines whose day was guessed"): counts.doubtful,
            _("In the register before, not in this file"): counts.missing,
            _("Bad rows"): counts.refused,
        }
    )
    for bad, _row in islice(read.refused(), _MOST):
        note(_("row {number}: {why}").format(number=bad.number, why="; ".join(map(_problem, bad.problems))))
    if counts.refused > _MOST:
        note(_("… and {count} more: --json prints all").format(count=counts.refused - _MOST))


def _problem(problem: Problem) -> str:
    why = _(_TROUBLES[problem.trouble.value])
    if problem.trouble.value == "twice":
        return f"{why} {problem.raw}"
    if not problem.name:
        return why
    raw = f" “{problem.raw}”" if problem.raw else ""
    return f"{problem.column} ({label(problem.name)}){raw}: {why}"


def _as_dict(table: Table, read: Spooled, counts: Counts, done: Done | None) -> dict[str, object]:
    return {
        "sheet": table.seen.sheet,
        "header_rows": [table.seen.header.first, table.seen.header.last],
        "encoding": asdict(table.seen.encoding),
        "columns": [
            {"letter": c.letter, "title": c.title, "means": table.meanings.get(c.index, ""), "samples": c.samples}
            for c in table.seen.header.columns
        ],
        "import": done.id if done else None,
        "counts": asdict(counts),
        "bad": [{"row": bad.number, "problems": [asdict(one) for one in bad.problems]} for bad, _row in read.refused()],
    }
