"""``sohoa retention``: how long results are kept, what is due, legal holds, and disposal by a recorded decision."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.services import open_catalog
from cli.terminal import note, print_json, print_pairs, print_table, say
from cli.texts import _
from core.errors import UsageError

if TYPE_CHECKING:
    from preservation.retention.records import DisposalRow

app = typer.Typer(help=_("How long results are kept, legal holds, and disposal by decision."), no_args_is_help=True)

UnitArgument = Annotated[str, typer.Argument(metavar="CODE", help=_("Code of the unit."))]
NumberArgument = Annotated[int, typer.Argument(metavar="ID", help=_("Its number in the list."))]
TypeOption = Annotated[
    str, typer.Option("--type", metavar="TEXT", help=_("Only results of this type; without it, of all."))
]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why."))]
ResultOption = Annotated[
    list[int] | None, typer.Option("--result", metavar="ID", help=_("A result; may be given several times."))
]
JsonOption = Annotated[bool, typer.Option("--json", help=_("Print JSON only."))]
_SHOWN = 50


@app.command("keep", help=_("Say how long results of a type are kept in a unit and those below it."))
def keep(
    unit: UnitArgument,
    years: Annotated[str, typer.Argument(metavar="YEARS", help=_("A number of years, or: permanent."))],
    basis: Annotated[str, typer.Option("--basis", metavar="TEXT", help=_("Its legal basis."))],
    kind: TypeOption = "",
    clock: Annotated[
        str,
        typer.Option("--from", metavar="WHEN", help=_("issued, ended (last day of validity) or used (last reuse).")),
    ] = "issued",
) -> None:
    """Set a period of retention; the one that the unit had for the type ends with that."""
    open_catalog()
    from catalog import events
    from preservation.retention import schedules
    from preservation.retention.states import Clock

    try:
        span = None if years == "permanent" else int(years)
        counted = Clock(clock)
    except ValueError:
        text = _("YEARS is a number or “permanent”; --from is one of: issued, ended, used")
        raise UsageError(text) from None
    made = schedules.put(schedules.Wish(unit, kind, span, counted, basis), events.actor())
    say(_("Period {id} holds from now on.").format(id=made.id))


@app.command("due", help=_("List results whose period of retention is over."))
def due(
    unit: UnitArgument,
    kind: TypeOption = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help=_("Results at most."))] = _SHOWN,
    as_json: JsonOption = False,
) -> None:
    """Print the oldest of them."""
    open_catalog()
    from preservation.retention import due as due_results

    page = due_results.page(due_results.Asked(unit, kind), _everything(), limit=limit)
    if as_json:
        rows = [
            {
                "result": one.row.id,
                "unit": one.row.unit,
                "type": one.row.document_type,
                "number": one.row.number,
                "issued": str(one.row.issue_date or ""),
                "schedule": one.schedule.id,
                "held": one.held,
            }
            for one in page.rows
        ]
        print_json(rows)
        return
    if not page.rows:
        note(_("Nothing is due. Where no period is set, results are kept permanently."))
        return
    heads = [_("ID"), _("Unit"), _("Type"), _("Number"), _("Date of issue"), _("Years"), _("Held")]
    print_table(
        heads,
        [
            (
                one.row.id,
                one.row.unit,
                one.row.document_type,
                one.row.number,
                one.row.issue_date,
                one.schedule.years,
                _("yes") if one.held else "",
            )
            for one in page.rows
        ],
        right=(0, 5),
    )
    if page.after:
        note(_("There are more: --limit shows them."))


@app.command("propose", help=_("Propose to dispose of what is due, or of the results named; a second person decides."))
def propose(unit: UnitArgument, kind: TypeOption = "", result: ResultOption = None, reason: ReasonOption = "") -> None:
    """Freeze the list."""
    open_catalog()
    from catalog import events
    from preservation.retention import disposals
    from preservation.retention.due import Asked

    if result:
        made = disposals.propose_these(unit, result, _everything(), events.actor(), reason)
    else:
        made = disposals.propose(Asked(unit, kind), _everything(), events.actor(), reason)
    print_pairs({_("Disposal"): made.id, _("Results"): made.results, _("Digest"): made.digest})


@app.command("decide", help=_("Record the decision about a proposal; not by the person who made it."))
def decide(
    number: NumberArgument,
    decision: Annotated[str, typer.Option("--decision", metavar="NUMBER", help=_("Number of the decision."))],
    day: Annotated[str, typer.Option("--date", metavar="DATE", help=_("Its day, such as 2026-03-05."))],
    signer: Annotated[str, typer.Option("--signer", metavar="NAME", help=_("Who signed it."))],
) -> None:
    """From the day told it is executed, and can be withdrawn until then."""
    open_catalog()
    from catalog import events
    from preservation.retention import disposals

    try:
        issued = date.fromisoformat(day)
    except ValueError:
        raise UsageError(_("{day!r} is no day: write it like 2026-03-05").format(day=day)) from None
    made = disposals.decide(number, disposals.Decision(decision, issued, signer), events.actor())
    text = _("Disposal {id} is executed from {day} on, and can be withdrawn until then.")
    say(text.format(id=made.id, day=made.ready))


@app.command("withdraw", help=_("Take a proposal or a decision back before it is executed."))
def withdraw(number: NumberArgument, reason: ReasonOption) -> None:
    """Nothing is erased."""
    open_catalog()
    from catalog import events
    from preservation.retention import disposals

    disposals.withdraw(number, events.actor(), reason)
    say(_("Disposal {id} is withdrawn.").format(id=number))


@app.command("execute", help=_("Carry out decisions whose waiting time is over, and erase objects that are to go."))
def execute(
    number: Annotated[int | None, typer.Argument(metavar="[ID]", help=_("One decision; without it, all."))] = None,
) -> None:
    """What the flow does each night."""
    open_catalog()
    from catalog import events
    from flows.disposal import carry_out
    from preservation.retention import executing

    done = carry_out((number,) if number else executing.due_today(), events.actor())
    print_pairs(
        {
            _("Results disposed of"): done.disposed,
            _("Results kept all the same"): done.kept,
            _("Objects erased"): done.erased,
            _("Objects to be tried again"): done.waiting,
        }
    )


@app.command("hold", help=_("Place a legal hold: these results are not disposed of until it is lifted."))
def hold(
    unit: UnitArgument,
    reason: ReasonOption,
    result: ResultOption = None,
    holder: Annotated[
        list[str] | None, typer.Option("--holder", metavar="NUMBER", help=_("All that name this identity number."))
    ] = None,
    period: Annotated[
        str, typer.Option("--issued", metavar="FROM:TO", help=_("All issued on these days: 2019-01-01:2019-12-31."))
    ] = "",
) -> None:
    """Exactly those that are there now are held."""
    open_catalog()
    from catalog import events
    from preservation.retention import holds

    ids = set(result or ())
    if holder:
        ids |= set(holds.of_holder(holder, unit))
    if period:
        first, _colon, last = period.partition(":")
        try:
            ids |= set(holds.of_period(unit, date.fromisoformat(first), date.fromisoformat(last)))
        except ValueError:
            raise UsageError(_("write the days like 2019-01-01:2019-12-31")) from None
    made = holds.place(unit, ids, reason, events.actor())
    say(_("Hold {id} is on {results} results.").format(id=made.id, results=made.results))


@app.command("lift", help=_("Lift a legal hold."))
def lift(number: NumberArgument, reason: ReasonOption) -> None:
    """Periods and decisions count again."""
    open_catalog()
    from catalog import events
    from preservation.retention import holds

    holds.lift(number, reason, events.actor())
    say(_("Hold {id} is lifted.").format(id=number))


@app.command("list", help=_("List periods, holds and disposals; or what is known of one result that is gone."))
def listing(
    result: Annotated[int | None, typer.Argument(metavar="[RESULT]", help=_("A result that was disposed of."))] = None,
    kept: Annotated[
        bool, typer.Option("--kept", help=_("Only disposed results of which a file is still there, for others."))
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """What there is."""
    open_catalog()
    from catalog import graves
    from preservation.retention import disposals, holds, schedules

    if result is not None or kept:
        found = (graves.find(result),) if result is not None else graves.listing(kept=True)
        if as_json:
            print_json(_plain([asdict(one) for one in found]))
            return
        for one in found:
            pairs = {_("Result"): one.result, _("Decision"): one.number, _("of"): one.date, _("Signer"): one.signer}
            print_pairs(pairs | {_("Disposal"): one.reference, _("Archive file"): one.archive_sha256})
        if kept and not found:
            note(_("No file of a disposed result is left."))
        return
    periods, held, lists = schedules.listing(), holds.listing(), disposals.listing()
    if as_json:
        told: dict[str, object] = {
            "periods": [asdict(row) for row in periods],
            "holds": [asdict(row) for row in held],
            "disposals": [asdict(row) for row in lists],
        }
        print_json(_plain(told | {"objects": graves.counts()}))
        return
    permanent = _("permanent")
    heads = [_("ID"), _("Unit"), _("Type"), _("Years"), _("From"), _("Legal basis")]
    rows = [(p.id, p.unit, p.document_type or "*", p.years or permanent, p.clock.value, p.basis) for p in periods]
    print_table(heads, rows) if rows else note(_("No period is set: all results are kept permanently."))
    if held:
        heads = [_("ID"), _("Unit"), _("Results"), _("Since"), _("By"), _("Why")]
        print_table(heads, [(h.id, h.unit, h.results, h.time.date(), h.actor, h.reason) for h in held])
    if lists:
        heads = [_("ID"), _("Unit"), _("Results"), _("Stage"), _("Proposed by"), _("Decision"), _("From")]
        print_table(heads, [_told(row) for row in lists])


@app.command("ledger", help=_("Write what was disposed of to a file, to be kept beside backups."))
def ledger(file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The file."))]) -> None:
    """It holds no personal data."""
    open_catalog()
    from preservation.retention import ledger as disposed

    say(_("{lines} lines written to {file}").format(lines=disposed.write(file), file=file))


@app.command("re-apply", help=_("Dispose again of what an older backup brought back."))
def reapply(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help=_("A ledger; without it, the one in SOHOA_HOME."))
    ] = None,
) -> None:
    """After a restore; results by the ledger, objects by the catalog."""
    open_catalog()
    from catalog import events
    from flows.disposal import carry_out
    from preservation.retention import ledger as disposed
    from preservation.retention import objects

    source = file or disposed.path()
    again = disposed.reapply(source, events.actor()).again if file or source.exists() else 0
    back = objects.bring_back_none(objects.stores())
    done = carry_out((), events.actor())
    print_pairs(
        {
            _("Results disposed of again"): again,
            _("Objects that were there again"): back,
            _("Objects erased"): done.erased,
            _("Objects to be tried again"): done.waiting,
        }
    )


def _told(row: DisposalRow) -> tuple[object, ...]:
    return (row.id, row.unit, row.results, row.stage.value, row.proposed_by, row.number or "–", row.ready or "–")


def _everything() -> dict[str, None]:
    """Whoever holds the machine sees all confidential kinds."""
    from catalog.confidential import Confidential

    return {kind.value: None for kind in Confidential if kind.value}


def _plain(data: object) -> object:
    return json.loads(json.dumps(data, default=str, ensure_ascii=False))
