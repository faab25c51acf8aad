"""``sohoa quotas``: how far units are with their targets, targets themselves, baselines and snapshots."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.services import open_catalog
from cli.terminal import note, print_json, print_pairs, print_table, say
from cli.texts import _
from core.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from quotas.periods import Period
    from quotas.records import Standing
    from quotas.states import Kind

app = typer.Typer(help=_("How far units are with what they have to digitize."), no_args_is_help=True)
target = typer.Typer(help=_("What share of which results a unit has to digitize."), no_args_is_help=True)
app.add_typer(target, name="target")

UnitArgument = Annotated[str, typer.Argument(metavar="CODE", help=_("Code of the unit."))]
UnitOption = Annotated[
    str, typer.Option("--unit", metavar="CODE", help=_("Only this unit and those below it; without it, all."))
]
PeriodOption = Annotated[
    str,
    typer.Option("--period", metavar="PERIOD", help=_("2026, 2026-6m, 2026-9m, 2026-q3, 2026-07; else this year.")),
]
KindOption = Annotated[
    str, typer.Option("--kind", metavar="KIND", help=_("old: issued before the period; new: issued in it."))
]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why."))]
JsonOption = Annotated[bool, typer.Option("--json", help=_("Print JSON only."))]


@app.command("show", help=_("Count how far units are, just now."))
def show(unit: UnitOption = "", period: PeriodOption = "", kind: KindOption = "", as_json: JsonOption = False) -> None:
    """Print numerator, denominator, share and target of each unit."""
    open_catalog()
    from catalog import units
    from quotas import counting
    from quotas.states import Kind

    meant = _period(period)
    roots = [unit] if unit else [row.code for row in units.listing() if row.parent is None]
    kinds = [_kind(kind)] if kind else list(Kind)
    found = [counting.count(root, one, meant) for one in kinds for root in roots]
    if as_json:
        print_json(_plain([_as_dict(standing) for standing in found]))
        return
    if not found:
        note(_("There are no units yet. Add one: sohoa units add CODE NAME"))
    for standing in found:
        _print(standing)


@target.command("set", help=_("Say what share a unit and those below it have to digitize."))
def set_target(
    unit: UnitArgument,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=_("old: issued before the period; new: issued in it."))],
    share: Annotated[str, typer.Argument(metavar="PERCENT", help=_("0 to 100."))],
    basis: Annotated[str, typer.Option("--basis", metavar="TEXT", help=_("Its legal basis."))],
    period: PeriodOption = "",
) -> None:
    """Set a target; the one that the unit had for the period ends with that."""
    open_catalog()
    from catalog import events
    from quotas import targets

    row = targets.put(unit, _kind(kind), _period(period), share, basis, events.actor())
    text = _("Target {id}: {unit} has to digitize {share} % of its {kind} results from {first} to {last}")
    say(text.format(id=row.id, unit=row.unit, share=row.share, kind=row.kind.value, first=row.first, last=row.last))


@target.command("end", help=_("End a target; that of the unit above holds again."))
def end_target(
    number: Annotated[int, typer.Argument(metavar="ID", help=_("Its number in the list."))], reason: ReasonOption
) -> None:
    """End a target, with a reason."""
    open_catalog()
    from catalog import events
    from quotas import targets

    targets.end(number, events.actor(), reason)
    say(_("Target {id} has ended.").format(id=number))


@target.command("list", help=_("List the targets that were set, past ones too."))
def list_targets(unit: UnitOption = "", period: PeriodOption = "", as_json: JsonOption = False) -> None:
    """Print targets, newest first."""
    open_catalog()
    from catalog import units
    from quotas import targets

    below = units.with_descendants(unit) if unit else None
    rows = targets.listing(below, _period(period) if period else None)
    if as_json:
        print_json(_plain([asdict(row) for row in rows]))
    elif not rows:
        note(_("There are no targets yet. Set one: sohoa quotas target set CODE old 20 --basis TEXT"))
    else:
        heads = [_("ID"), _("Unit"), _("Kind"), _("From"), _("To"), _("Percent"), _("Legal basis"), _("Ended")]
        print_table(
            heads,
            [
                (t.id, t.unit, t.kind.value, t.first, t.last, t.share, t.basis, row.ended.date() if row.ended else "–")
                for row in rows
                for t in (row.target,)
            ],
            right=(0, 5),
        )


@app.command("freeze", help=_("Freeze the old results of a period, so that the denominator does not drift."))
def freeze(unit: UnitArgument, period: PeriodOption = "", reason: ReasonOption = "") -> None:
    """Freeze for a unit and those below it; a second time a reason is needed."""
    open_catalog()
    from catalog import events
    from quotas import baselines

    row = baselines.freeze(unit, _period(period), events.actor(), reason)
    print_pairs({_("Baseline"): row.id, _("Lines"): row.lines, _("Digest"): row.digest})


@app.command("snapshot", help=_("Keep how far all units were at the end of the last day, where nobody did yet."))
def snapshot(
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help=_("Count the day again, as a revision, because of this."))
    ] = "",
) -> None:
    """Take the snapshot that the night should have taken."""
    open_catalog()
    from datetime import timedelta

    from catalog import events
    from catalog.values import today
    from quotas import figures, snapshots

    day = snapshots.missed()
    if day is None and not reason:
        note(_("The last day has its snapshot already. Count it again with --reason TEXT."))
        return
    day = day or today() - timedelta(days=1)
    taken = snapshots.take(day, events.actor(), reason)
    figures.take(day)
    print_pairs({_("Day"): taken.day, _("Revision"): taken.revision, _("Rows"): taken.rows})


@app.command("verify", help=_("Check that snapshots are as they were taken; exit code 3 if one is not."))
def verify() -> None:
    """Compare the rows of all snapshots with what the events tell of them."""
    open_catalog()
    from quotas import verification

    found = verification.verify()
    print_pairs({_("Snapshots"): found.snapshots, _("Rows"): found.rows, _("Faults"): len(found.faults)})
    for fault in found.faults:
        note(fault)
    if found.faults:
        raise typer.Exit(RefusedError.exit_code)


def _period(code: str) -> Period:
    from catalog.values import today
    from quotas import periods

    return periods.parse(code) if code else periods.year(today().year)


def _kind(text: str) -> Kind:
    from quotas.states import Kind

    try:
        return Kind(text)
    except ValueError:
        raise UsageError(_("{text!r} is no kind: write old or new").format(text=text)) from None


def _print(standing: Standing) -> None:
    say(
        _("{kind}, {first} to {last}, counted for {day}").format(
            kind=standing.kind.value, first=standing.first, last=standing.last, day=standing.day
        )
    )
    if standing.kind.value == "old" and standing.baseline is None:
        note(_("Nothing was frozen for this period: the denominator can drift (sohoa quotas freeze)."))
    heads = [_("Unit"), _("Name"), _("Frozen"), _("Counted"), _("Digitized"), _("Percent"), _("Target")]
    print_table(
        heads,
        [
            (
                row.unit,
                row.name,
                row.all.frozen,
                row.all.counted,
                row.all.digitized,
                "–" if row.all.share is None else row.all.share,
                "–" if row.target is None else row.target.share,
            )
            for row in standing.units
        ],
        right=(2, 3, 4, 5, 6),
    )


def _as_dict(standing: Standing) -> dict[str, object]:
    return asdict(standing) | {
        "units": [asdict(row) | {"share": row.all.share, "own_share": row.own.share} for row in standing.units]
    }


def _plain(value: object) -> object:
    """Days, times and decimals as text."""
    return json.loads(json.dumps(value, default=str))
