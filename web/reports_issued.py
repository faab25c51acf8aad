"""One report as it was given out: as page, workbook, PDF and JSON; and what a count of today finds otherwise."""

from __future__ import annotations

import hashlib
import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import exports
from core.errors import NotFoundError, UsageError
from quotas import letters, report_pdf, report_xlsx, reports
from quotas.reports import Difference, Issued
from web.reports import shown
from web.reports_wording import FIGURES, count
from web.rights import access, needs

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(Right.REPORT)
@require_safe
def report(request: HttpRequest, number: int) -> HttpResponse:
    """The report; with ``?now=1`` beside what a count of today finds otherwise."""
    issued = _kept(access(request), number)
    compared, fault = request.GET.get("now") == "1", ""
    differences: tuple[Difference, ...] = ()
    if compared:
        try:
            differences = reports.compare(issued)
        except UsageError as error:
            compared, fault = False, str(error)
    context = shown(issued.report) | {
        "issued": issued,
        "compared": compared,
        "fault": fault,
        "differences": [(one.name, FIGURES[one.figure], _number(one.issued), _number(one.now)) for one in differences],
    }
    return render(request, "web/report.html", context)


@needs(Right.REPORT)
@require_safe
def xlsx(request: HttpRequest, number: int) -> HttpResponse:
    """The report as a workbook."""
    issued = _kept(access(request), number)
    return _file(request, issued, report_xlsx.workbook(issued.report, issued.row.digest), "xlsx", _XLSX)


@needs(Right.REPORT)
@require_safe
def pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The report as a PDF."""
    issued = _kept(access(request), number)
    return _file(request, issued, report_pdf.document(issued.report, issued.row.digest), "pdf", "application/pdf")


@needs(Right.REPORT)
@require_safe
def as_json(request: HttpRequest, number: int) -> HttpResponse:
    """The report as it is frozen."""
    issued = _kept(access(request), number)
    content = json.dumps(issued.content, ensure_ascii=False, indent=2).encode() + b"\n"
    return _file(request, issued, content, "json", "application/json")


def _kept(known: Access, number: int) -> Issued:
    """The report, if the person may have reports of its unit; otherwise it does not exist."""
    try:
        issued = reports.show(number)
    except NotFoundError:
        raise Http404 from None
    covered = known.where(Right.REPORT)
    if covered is not None and issued.row.unit not in covered:
        raise Http404
    return issued


def _file(request: HttpRequest, issued: Issued, content: bytes, ending: str, media_type: str) -> HttpResponse:
    row = issued.row
    told = {"report": str(row.id), "period": row.code}
    sha256 = hashlib.sha256(content).hexdigest()
    rows = len(issued.report.units)
    exports.made([row.unit], f"report.{ending}", rows, access(request).actor, told, sha256)
    name = f"{letters.file_stem(row.unit, row.code)}.{ending}"
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": disposition})


def _number(number: int | None) -> str:
    return "–" if number is None else count(number)
