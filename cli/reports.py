"""``sohoa reports``: the four indicators, giving reports out, their files, and sending them by e-mail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.services import open_catalog
from cli.terminal import note, print_json, print_pairs, print_table, say
from cli.texts import _
from core.errors import UsageError

if TYPE_CHECKING:
    from quotas.report_records import Report

app = typer.Typer(help=_("Reports: indicators per dossier, given out, written, sent."), no_args_is_help=True)

UnitArgument = Annotated[str, typer.Argument(metavar="UNIT", help=_("Code of the unit."))]
PeriodArgument = Annotated[
    str, typer.Argument(metavar="PERIOD", help=_("Period: 2026, 2026-6m, 2026-9m, 2026-q3 or 2026-07."))
]
FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help=_("File that ends in .xlsx, .pdf, .json, .jsonl or .csv."))
]
JsonOption = Annotated[bool, typer.Option("--json", help=_("Print JSON only."))]


@app.command("show", help=_("Count the figures of a unit in a period now."))
def show(unit: UnitArgument, period: PeriodArgument, as_json: JsonOption = False) -> None:
    """Print the indicators of the unit and all below it."""
    open_catalog()
    from quotas import indicators, periods, report_json

    report = indicators.figures(unit, periods.parse(period))
    if as_json:
        print_json(report_json.plain(report))
    else:
        _print(report)


@app.command("issue", help=_("Count a report, freeze it, and give it out."))
def issue(unit: UnitArgument, period: PeriodArgument, as_json: JsonOption = False) -> None:
    """Print the number and digest of the report."""
    open_catalog()
    from catalog import events
    from quotas import periods, reports

    issued = reports.issue(unit, periods.parse(period), events.actor())
    if as_json:
        print_json({"id": issued.row.id, "digest": issued.row.digest, "report": issued.content})
    else:
        _print(issued.report)
        print_pairs({_("Report"): issued.row.id, "SHA-256": issued.row.digest})


@app.command("list", help=_("List the reports that were given out, newest first."))
def listing(as_json: JsonOption = False) -> None:
    """Print the newest reports."""
    open_catalog()
    from quotas import reports

    rows = reports.listing(None)
    told = [(r.id, r.unit, r.name, r.code, r.time.isoformat(timespec="seconds"), r.actor, r.digest) for r in rows]
    names = ("id", "unit", "name", "period", "time", "actor", "digest")
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in told])
    elif not rows:
        note(_("No report was given out yet: sohoa reports issue UNIT PERIOD"))
    else:
        heads = [_("Report"), _("Code"), _("Name"), _("Period"), _("Time"), _("By")]
        print_table(heads, [row[:-1] for row in told], right=(0,))


@app.command("export", help=_("Write a report that was given out, or the flags for the portal, into a file."))
def export(
    to: Annotated[
        Path, typer.Argument(metavar="FILE", help=_("File that ends in .xlsx, .pdf, .json, .jsonl or .csv."))
    ],
    report: Annotated[int | None, typer.Option(metavar="NUMBER", help=_("Number of the report."))] = None,
    unit: Annotated[str, typer.Option(metavar="CODE", help=_("For flags: code of the unit."))] = "",
    period: Annotated[str, typer.Option(metavar="PERIOD", help=_("For flags: the period."))] = "",
) -> None:
    """The ending says which: .xlsx, .pdf and .json of a report, .jsonl and .csv of flags."""
    open_catalog()
    ending = to.suffix.lower()
    if to.exists():
        raise UsageError(_("{file} is there already: name a new file").format(file=to))
    if ending in {".jsonl", ".csv"} and unit and period and report is None:
        _flags(to, unit, period)
    elif ending in {".xlsx", ".pdf", ".json"} and report is not None:
        _report(to, report)
    else:
        raise UsageError(_("Name a report (--report) for .xlsx, .pdf or .json; a unit and a period for .jsonl or .csv"))


@app.command("mail", help=_("Send the reports that are due by e-mail; `sohoa serve` does so by itself."))
def mail() -> None:
    """Print how many were sent."""
    open_catalog()
    from quotas import mailing, smtp

    if not smtp.configured():
        raise UsageError(_("E-mail is not set up: set SOHOA_SMTP_HOST and SOHOA_SMTP_FROM (docs/settings.md)"))
    print_pairs({_("Reports sent"): mailing.catch_up()})


def _report(to: Path, number: int) -> None:
    import hashlib
    import json

    from catalog import events, exports
    from quotas import report_pdf, report_xlsx, reports

    issued = reports.show(number)
    ending = to.suffix.lower().removeprefix(".")
    if ending == "xlsx":
        content = report_xlsx.workbook(issued.report, issued.row.digest)
    elif ending == "pdf":
        content = report_pdf.document(issued.report, issued.row.digest)
    else:
        content = json.dumps(issued.content, ensure_ascii=False, indent=2).encode() + b"\n"
    row, sha256 = issued.row, hashlib.sha256(content).hexdigest()
    told = {"report": str(row.id), "period": row.code}
    exports.made([row.unit], f"report.{ending}", len(issued.report.units), events.actor(), told, sha256)
    to.write_bytes(content)
    say(str(to))


def _flags(to: Path, unit: str, code: str) -> None:
    from catalog import events, exports
    from quotas import periods, portal

    period, form = periods.parse(code), portal.Form(to.suffix.lower().removeprefix("."))
    aside = to.with_name(f"{to.name}.part")
    try:
        made = portal.write(unit, period, form, aside)
        told = {"period": period.code}
        exports.made([unit], f"flags.{form.value}", made.rows, events.actor(), told, made.sha256)
        aside.rename(to)
    finally:
        aside.unlink(missing_ok=True)
    print_pairs({_("Rows"): made.rows})


def _print(report: Report) -> None:
    from quotas.dossier_facts import Indicator
    from quotas.report_records import rate

    heads = [_("Code"), _("Name"), _("Received"), _("Resolved")]
    heads += [_("Electronic %"), _("Digitized %"), _("Reused %"), _("Shared %"), _("Archive %")]
    rows = []
    for row in report.units:
        shares = [rate(row.all, name) for name in Indicator] + [row.archive.share if row.archive else None]
        told = ["N/A" if share is None else f"{share:.2f}" for share in shares]
        rows.append((row.unit, "  " * row.depth + row.name, row.all.received, row.all.resolved, *told))
    print_table(heads, rows, right=tuple(range(2, 9)))
