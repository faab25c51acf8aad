"""A register is sent in: its columns understood, each row checked, then taken; and the registers that came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import units
from core.errors import UsageError
from registers import columns, listing, withdrawing
from registers.importing import Mode
from spreadsheets.meant import Table
from spreadsheets.records import Encoding, RefusedSheetError
from web import register_jobs as jobs
from web.bodies import LARGEST_REGISTER
from web.bought_in_new import ENCODINGS
from web.bought_in_new import REFUSALS as SHEETS
from web.register_jobs import Job, State, Work
from web.register_wording import REFUSALS, STAGES, WHY, meaning_name
from web.registers import WhyForm, of_reader, shown_lines, sight
from web.rights import access, needs

_BAD = 50
"""Bad rows on a page."""
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FAULTS: Mapping[str, object] = {
    **{one.value: text for one, text in SHEETS.items()},
    **{one.value: text for one, text in REFUSALS.items()},
    "stopped": gettext_lazy("The work was interrupted; nothing was taken. Start it again."),
    "failed": gettext_lazy(
        "This did not work; nothing was taken. Whoever runs this program finds out more in its log."
    ),
}


class SendForm(forms.Form):
    """A register of a unit."""

    unit = forms.ChoiceField(
        label=gettext_lazy("Register of"),
        help_text=gettext_lazy("Rows may name other units in a column of their own."),
    )
    register = forms.FileField(
        label=gettext_lazy("The register"),
        help_text=gettext_lazy("A file that ends in .xlsx, .xls, .ods or .csv, old fonts (TCVN3, VNI) included."),
        allow_empty_file=True,
    )

    def __init__(self, offered: list[tuple[str, str]], data: Any = None, files: Any = None, **more: Any) -> None:
        super().__init__(data, files, **more)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        unit.choices = offered


@needs(Right.REGISTER)
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """Choose a register."""
    known = access(request)
    offered = [(one.code, f"{one.name} ({one.code})") for one in units.listing() if known.may(Right.REGISTER, one.code)]
    posted = request.method == "POST"
    form = SendForm(
        offered,
        request.POST if posted else None,
        request.FILES if posted else None,
        initial={"unit": request.GET.get("unit", "")},
    )
    if posted and form.is_valid():
        file: UploadedFile[Any] = form.cleaned_data["register"]
        if (file.size or 0) > LARGEST_REGISTER:
            form.add_error("register", str(_FAULTS["too_big"]))
            return render(request, "web/register_send.html", {"form": form})
        job = jobs.create(form.cleaned_data["unit"], str(file.name), known.actor, get_language() or "vi")
        _put(file, job.file)
        try:
            _looked_at(job)
        except RefusedSheetError as error:
            form.add_error("register", str(SHEETS[error.refusal]))
        else:
            return redirect("register_columns", job.token)
    return render(request, "web/register_send.html", {"form": form})


@needs(Right.REGISTER)
@require_http_methods(["GET", "POST"])
def meanings(request: HttpRequest, job: str) -> HttpResponse:
    """What its columns mean, changeable; sent off, all of its rows are checked."""
    mine = _mine(job, access(request))
    if request.method == "POST":
        said = {name[2:]: str(value) for name, value in request.POST.items() if name.startswith("c-")}
        sheet = request.POST.get("sheet", mine.sheet)[:200]
        if sheet != mine.sheet:  # other columns: nothing was said of them yet
            mine = replace(mine, sheet=sheet, said={})
            jobs.keep(mine)
            return redirect("register_columns", job)
        mine = replace(mine, said=said)
        jobs.keep(mine)
    fault, table = "", None
    try:
        table = _looked_at(mine)
    except RefusedSheetError as error:
        fault = str(SHEETS[error.refusal])
    except UsageError:  # letters that are none of its columns
        raise Http404 from None
    if request.method == "POST" and table is not None:
        if set(table.meanings.values()) & {"number", "register_number", "dossier", "holder"}:
            jobs.start(mine, Work.CHECK)
            return redirect("register_check", job)
        fault = _("No column with numbers, dossiers or holders is understood: say what the columns mean.")
    context = {"job": mine, "name": of_reader(access(request), mine.unit), "fault": fault, **_told(table)}
    return render(request, "web/register_columns.html", context)


@needs(Right.REGISTER)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, job: str) -> HttpResponse:
    """What taking it would do, or how far that is; and taking it."""
    mine = _mine(job, access(request))
    if request.method == "POST":
        mode = Mode.GOOD_ROWS if request.POST.get("mode") == Mode.GOOD_ROWS.value else Mode.ALL_OR_NOTHING
        now = jobs.progress(mine)
        if now.work is not Work.TAKE or now.state is State.FAILED:
            jobs.start(mine, Work.TAKE, mode.value)
        return redirect("register_check", job)
    now = jobs.progress(mine)
    if now.state is State.SENT:
        return redirect("register_columns", job)
    if now.state is State.DONE and now.imported:
        return _over(request, job, now.imported)
    asked = request.GET.get("page", "")
    bad = now.counts.get("refused", 0)
    pages = max(1, -(-bad // _BAD))
    page = min(max(1, int(asked)), pages) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    context = {
        "job": mine,
        "name": of_reader(access(request), mine.unit),
        "now": now,
        "running": now.state is State.RUNNING,
        "stage": STAGES.get(now.stage, ""),
        "fault": _FAULTS.get(now.fault, _FAULTS["failed"]) if now.state is State.FAILED else "",
        "bad": jobs.bad_rows(mine, page, _BAD) if bad else [],
        "good": now.counts.get("rows", 0) - bad,
        "page": page,
        "pages": pages,
        "earlier": f"?page={page - 1}" if page > 1 else "",
        "later": f"?page={page + 1}" if page < pages else "",
        "mend": mine.mend.is_file(),
    }
    return render(request, "web/register_check.html", context)


@needs(Right.REGISTER)
@require_safe
def mend(request: HttpRequest, job: str) -> HttpResponseBase:
    """The rows that were not taken, to be mended."""
    mine = _mine(job, access(request))
    if not mine.mend.is_file():
        raise Http404
    what = _("to mend")
    name = f"{Path(mine.name).stem}-{what}.xlsx"
    return FileResponse(mine.mend.open("rb"), as_attachment=True, filename=name, content_type=_SHEET)


@needs(Right.REGISTER)
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """The registers that came in, newest first."""
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    found = listing.imports(access(request).where(Right.REGISTER), before, listing.PAGE + 1)
    names = units.names()
    context = {
        "imports": [(one, names.get(one.unit, one.unit)) for one in found[: listing.PAGE]],
        "older": f"?before={found[listing.PAGE - 1].id}" if len(found) > listing.PAGE else "",
    }
    return render(request, "web/register_imports.html", context)


@needs(Right.REGISTER)
@require_http_methods(["GET", "POST"])
def imported(request: HttpRequest, number: int) -> HttpResponse:
    """One of them: what it did, and the lines that it does not hold any more, which may be withdrawn."""
    known = access(request)
    row = listing.show_import(number)
    name = of_reader(known, row.unit)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        done = withdrawing.withdraw_missing(number, form.cleaned_data["reason"], known.actor, sight(known))
        told = _("Lines withdrawn: {lines}. Left as they are, because their results are digitized: {linked}")
        messages.success(request, told.format(lines=done.lines, linked=done.linked))
        return redirect("register_imported", number)
    page = listing.missing(number, sight(known), request.GET.get("after", ""))
    job = jobs.find(request.GET.get("job", ""), known.actor)
    context = {
        "row": row,
        "name": name,
        "form": form,
        "meanings": [(letter, meaning_name(meaning)) for letter, meaning in row.meanings.items()],
        "lines": shown_lines(known, page.rows),
        "next": f"?after={page.next}" if page.next else "",
        "mend": job.token if job and job.mend.is_file() else "",
    }
    return render(request, "web/register_imported.html", context)


def _over(request: HttpRequest, job: str, imported: int) -> HttpResponse:
    """On to the import; a page that asks for a part of itself goes there as a whole."""
    address = f"{redirect('register_imported', imported)['Location']}?job={job}"
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _mine(token: str, known: Access) -> Job:
    """The reader's own job, while they keep that register; otherwise it does not exist (404)."""
    found = jobs.find(token, known.actor)
    if found is None or not known.may(Right.REGISTER, found.unit):
        raise Http404
    return found


def _put(file: UploadedFile[Any], path: Path) -> None:
    with path.open("wb") as to:
        for chunk in file.chunks():
            to.write(chunk)


def _looked_at(job: Job) -> Table:
    return columns.look(job.file, job.name, job.unit, job.said, job.sheet)


def _told(table: Table | None) -> dict[str, Any]:
    if table is None:
        return {}
    encoding = table.seen.encoding
    return {
        "header": table.seen.header,
        "sheets": table.seen.sheets if len(table.seen.sheets) > 1 else (),
        "sheet": table.seen.sheet,
        "encoding": None if encoding.encoding is Encoding.UNICODE else (ENCODINGS[encoding.encoding], encoding.example),
        "columns": [
            (one, table.meanings.get(one.index, ""), WHY.get(table.why.get(one.index, ""), ""))
            for one in table.seen.header.columns
        ],
        "meanings": [("", "–"), *((name, meaning_name(name)) for name in columns.USED)],
    }
