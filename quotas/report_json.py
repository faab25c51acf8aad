"""A report as plain JSON, the form in which it is frozen and given to the reporting system; described in
docs/reports.md. A change of its shape is another `VERSION`; what was issued in an earlier one stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.errors import UsageError
from quotas import periods
from quotas.dossier_counts import Figures
from quotas.dossier_facts import PARTS, Figure, Indicator
from quotas.points import Scale
from quotas.records import Count
from quotas.report_records import Archive, Report, UnitFigures, points, rate

FORMAT = "sohoa-report"
VERSION = 1
LEGAL_BASIS = "Quyết định 766/QĐ-TTg"
_STORED = tuple(f for f in Figure if f not in (Figure.COMPONENTS_NONE, Figure.RESULTS_NONE))
"""What is read back; the others follow from these."""


def plain(report: Report) -> dict[str, Any]:
    """`report` as values of JSON: numbers of dossiers are whole, rates and points texts of two decimals or null."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "legal_basis": LEGAL_BASIS,
        "unit": {"code": report.root, "name": report.name, "above": report.above},
        "period": {
            "code": report.period.code,
            "first": report.period.first.isoformat(),
            "last": report.period.last.isoformat(),
            "span": report.period.span.value,
        },
        "counted": report.time.isoformat(timespec="seconds"),
        "organisation_of": report.day.isoformat(),
        "denominators": {name.value: whole.value for name, (_part, whole) in PARTS.items()},
        "numerators": {name.value: part.value for name, (part, _whole) in PARTS.items()},
        "points": {
            name.value: {"most": str(scale.most), "full_from": str(scale.full_from)}
            for name, scale in sorted(report.scales.items())
        },
        "archive": _archive(report.archive),
        "units": [_unit(row, report.scales) for row in report.units],
    }


def read(content: Mapping[str, Any]) -> Report:
    """The report that `plain` made this of; raises UsageError for another format or a later version."""
    if (content.get("format"), content.get("version")) != (FORMAT, VERSION):
        raise UsageError(f"this is no report in version {VERSION} of {FORMAT}")
    scales = {
        Indicator(name): Scale(Decimal(given["most"]), Decimal(given["full_from"]))
        for name, given in content["points"].items()
    }
    archive = content["archive"]
    return Report(
        content["unit"]["code"],
        content["unit"]["name"],
        content["unit"]["above"],
        periods.parse(content["period"]["code"]),
        datetime.fromisoformat(content["counted"]),
        date.fromisoformat(content["organisation_of"]),
        tuple(_read_unit(row) for row in content["units"]),
        scales,
        archive and _read_archive(archive),
    )


def _unit(row: UnitFigures, scales: Mapping[Indicator, Scale]) -> dict[str, Any]:
    return {
        "code": row.unit,
        "name": row.name,
        "parent": row.parent,
        "depth": row.depth,
        "own": _figures(row.own),
        "all": _figures(row.all),
        "unapportioned": _figures(row.unapportioned),
        "indicators": {name.value: _text(rate(row.all, name)) for name in Indicator},
        "points": {name.value: _text(points(row.all, name, scales)) for name in Indicator if name in scales},
        "archive": row.archive and _count(row.archive),
    }


def _read_unit(row: Mapping[str, Any]) -> UnitFigures:
    archive = row["archive"]
    return UnitFigures(
        row["code"],
        row["name"],
        row["parent"],
        row["depth"],
        _read_figures(row["own"]),
        _read_figures(row["all"]),
        _read_figures(row["unapportioned"]),
        archive and Count(archive["frozen"], archive["counted"], archive["digitized"]),
    )


def _figures(figures: Figures) -> dict[str, int]:
    return {figure.value: figures.of(figure) for figure in Figure}


def _read_figures(given: Mapping[str, int]) -> Figures:
    return Figures(**{figure.value: given[figure.value] for figure in _STORED})


def _count(count: Count) -> dict[str, Any]:
    return {
        "frozen": count.frozen,
        "counted": count.counted,
        "digitized": count.digitized,
        "share": _text(count.share),
    }


def _archive(archive: Archive | None) -> dict[str, Any] | None:
    if archive is None:
        return None
    return {
        "day": archive.day.isoformat(),
        "first": archive.first.isoformat(),
        "last": archive.last.isoformat(),
        "revision": archive.revision,
        "live": archive.live,
        "baseline": archive.baseline,
    }


def _read_archive(given: Mapping[str, Any]) -> Archive:
    day, first, last = (date.fromisoformat(given[name]) for name in ("day", "first", "last"))
    return Archive(day, first, last, given["revision"], given["baseline"])


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:.2f}"
