"""Reports for the reporting system: the newest one of a unit and period that was given out."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import Field

from accounts.rights import Right
from catalog import exports
from catalog.values import canonical
from quotas import periods, reports
from web.api.asking import caller
from web.api.problems import not_there

router = Router(tags=["reports"])
UnitCode = Annotated[str, Path(max_length=64, description="Code of the unit")]
PeriodCode = Annotated[str, Path(max_length=16, description="2026, 2026-6m, 2026-9m, 2026-q3 or 2026-07")]


class ReportOut(Schema):
    """A report as it was given out; its shape is described in docs/reports.md."""

    id: int
    digest: str = Field(description="SHA-256 (hex) of the report as canonical JSON")
    report: dict[str, Any]


@router.get("/reports/{unit}/{period}", response=ReportOut, summary="The newest report of a unit and period")
def show(request: HttpRequest, unit: UnitCode, period: PeriodCode) -> HttpResponse:
    """The report that was given out last. 404 where none was. 422 for a period that is none."""
    asking = caller(request)
    asking.require_in(Right.REPORT, unit)
    issued = reports.newest(unit, periods.parse(period))
    if issued is None:
        raise not_there()
    row = issued.row
    told = {"report": str(row.id), "period": row.code}
    exports.made([unit], "report.json", len(issued.report.units), asking.actor, told, row.digest)
    content = canonical({"id": row.id, "digest": row.digest, "report": issued.content})
    return HttpResponse(content, content_type="application/json")
