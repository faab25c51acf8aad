"""``sohoa search``, ``show`` and ``export``: from a question to the papers themselves."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.export import Exporter
from cli.services import open_catalog, open_index, open_store
from cli.shown import as_dict, day, print_shown
from cli.terminal import note, print_json, print_table, say
from cli.texts import _
from core.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from catalog.records import ResultRow
    from indexing import Hit

_YEAR = re.compile(r"\d{4}")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_MOST = 1_000


def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help=_("Words, a name, a number; accents may be left out."))],
    unit: Annotated[
        str | None, typer.Option(metavar="CODE", help=_("Only results of this unit and the units below it."))
    ] = None,
    document_type: Annotated[
        str | None, typer.Option("--type", metavar="TYPE", help=_("Only this type, e.g. 'Quyết định'."))
    ] = None,
    sector: Annotated[str | None, typer.Option(metavar="SECTOR", help=_("Only this sector, e.g. 'Đất đai'."))] = None,
    first_day: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=_("Issued on this day or later: 2019, 2019-03-05."))
    ] = None,
    last_day: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help=_("Issued on this day or earlier."))
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help=_("Most results to show."))] = 20,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False,
) -> None:
    """Print the results that fit `query`, best first."""
    from indexing import Query

    date_from, date_to = parse_day(first_day, last=False), parse_day(last_day, last=True)
    open_catalog()
    from catalog import units

    asked = Query(
        text=query,
        units=None if unit is None else units.visible_from(unit),
        document_type=document_type,
        sector=sector,
        date_from=date_from,
        date_to=date_to,
        limit=limit,
    )
    with open_index() as index:
        hits = index.search(asked)
    found = _with_rows(hits.hits)
    if as_json:
        print_json({"total": hits.total, "results": [_result(row, hit) for hit, row in found]})
    else:
        _print_found(found, hits.total)


def _with_rows(hits: tuple[Hit, ...]) -> list[tuple[Hit, ResultRow]]:
    """The hits with their rows; one that the catalog does not know (any more) is left out."""
    from catalog import results

    rows = results.rows([hit.id for hit in hits])
    return [(hit, rows[hit.id]) for hit in hits if hit.id in rows]


def _result(row: ResultRow, hit: Hit) -> dict[str, object]:
    return {
        "id": str(row.id),
        "number": row.number,
        "document_type": row.document_type,
        "issuer": row.issuer,
        "issue_date": row.issue_date.isoformat() if row.issue_date else None,
        "holder": row.holder,
        "unit": row.unit,
        "source": row.source,
        "pages": [row.first_page, row.last_page],
        "score": round(hit.score, 4),
    }


def _print_found(found: list[tuple[Hit, ResultRow]], total: int) -> None:
    if not found:
        note(_("Nothing found. Try fewer words, leave accents out, or drop a filter."))
        return
    columns = [_("ID"), _("Type"), _("Number"), _("Issuer"), _("Issue date"), _("Holder"), _("Check")]
    print_table(columns, [_row(row) for _hit, row in found])
    if sys.stdout.isatty():
        note(_("{shown} of {total}. sohoa show ID tells more.").format(shown=len(found), total=total))


def _row(row: ResultRow) -> tuple[object, ...]:
    check = _("yes") if row.in_review else ""
    return row.id, row.document_type, row.number, row.issuer, day(row.issue_date), row.holder, check


def parse_day(text: str | None, *, last: bool) -> date | None:
    """A date from ``2019-03-05``, ``05/03/2019`` or a year (its first day, or its last); UsageError otherwise."""
    if text is None:
        return None
    text = text.strip()
    try:
        if _YEAR.fullmatch(text):
            return date(int(text), 12, 31) if last else date(int(text), 1, 1)
        if found := _DAY_FIRST.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(_("'{text}' is no date: write 2019-03-05, 05/03/2019 or 2019").format(text=text)) from error


def show(
    result: Annotated[str, typer.Argument(metavar="ID", help=_("Id of the result, as search prints it."))],
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False,
) -> None:
    """Print all that is known about one result."""
    open_catalog()
    from catalog import results

    shown = results.show(parse_id(result))
    if as_json:
        print_json(as_dict(shown))
    else:
        print_shown(shown)


def export(
    result_ids: Annotated[list[str], typer.Argument(metavar="ID", help=_("Ids of the results."))],
    to: Annotated[Path, typer.Option(metavar="DIR", file_okay=False, help=_("Folder to write to."))],
) -> None:
    """Write archive PDF, original, words and metadata of each result to the folder `to`."""
    open_catalog()
    from catalog import events, exports, results

    wanted = [results.show(number) for number in dict.fromkeys(map(parse_id, result_ids))]
    exporter = Exporter(open_store(), to)
    for unit in sorted({shown.row.unit for shown in wanted}):
        exports.made([unit], "results", sum(shown.row.unit == unit for shown in wanted), events.actor())
    for shown in wanted:
        for path, written in exporter.export(shown):
            say(str(path) if written else _("{path} (was there already)").format(path=path))


def parse_id(text: str) -> int:
    """A result's id; what cannot be one is not found either."""
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    raise NotFoundError(_("there is no result '{text}': sohoa search tells ids").format(text=text))
