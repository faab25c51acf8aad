"""New results from the counter: a signed PDF or a scan with its dossier's code, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Access
from accounts.rights import Right
from catalog import arrivals, procedures, results, units
from catalog.arrivals import Arrival, Stage
from catalog.dossiers import DossierCodeError
from catalog.states import Origin
from core.errors import StorageError, UsageError
from pipeline.intake import RefusedFile
from web import wording, wording_intake
from web.bodies import MOST_FILES
from web.rights import access, needs
from web.taking_in import OnDeskError, Taken, Upload, take_in
from web.wording_intake import REFUSALS, STAGES, UNREADABLE

_SHOWN = 30


class Files(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of files."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Each of them; empty ones are for the door to refuse."""
        given = data if isinstance(data, list) else [data]
        if len(given) > MOST_FILES:
            raise forms.ValidationError(_("Not more than 20 files at once."))
        return [super(FilesField, self).clean(one, initial) for one in given]


class IntakeForm(forms.Form):
    """What is handed in."""

    papers = FilesField(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy(
            "The signed PDF, or a scan: PDF, TIFF, JPEG or PNG. Several files of one dossier at once."
        ),
        widget=Files(attrs={"accept": ".pdf,.tif,.tiff,.jpg,.jpeg,.png"}),
        allow_empty_file=True,
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    dossier = forms.CharField(
        label=gettext_lazy("Dossier code"),
        max_length=200,
        help_text=gettext_lazy("Of the dossier that ended in this result, like H61.12.3-230420-0001"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    procedure = forms.ChoiceField(label=gettext_lazy("Procedure"), required=False)

    def __init__(
        self,
        known: Access,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, UploadedFile[Any]] | None = None,
    ) -> None:
        super().__init__(data, files)
        held = [unit for unit in units.listing() if known.may(Right.ADD, unit.code)]
        self._offer("unit", [(unit.code, f"{unit.name} ({unit.code})") for unit in held])
        named = [(row.code, f"{row.code} {row.name}".strip()) for row in procedures.listing()]
        self._offer("procedure", [("", _("another one")), *named])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


@dataclass(frozen=True, slots=True)
class Row:
    """A file on the page."""

    arrival: Arrival
    stage: str
    going_on: bool
    """Whether something is still to come."""
    results: tuple[tuple[int, str], ...]
    """Id and title of what the reader may see of it."""


@needs(Right.ADD)
@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """The form, and what came in last."""
    known = access(request)
    sent = request.method == "POST"
    form = IntakeForm(known, request.POST, request.FILES) if sent else IntakeForm(known)
    if sent and form.is_valid():
        taken = _take(form, known)
        if len(taken) == 1 and not form.errors:
            return redirect("intake_one", taken[0].arrival.id)
        if taken and not form.errors:
            return redirect("intake")
    rows = _rows(arrivals.listing(known.where(Right.ADD), _SHOWN), known)
    context = {"form": form, "rows": rows, "going_on": any(row.going_on for row in rows)}
    return render(request, "web/intake.html", context)


@needs(Right.ADD)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """What became of one file; asked for again every two seconds while something is to come."""
    known = access(request)
    arrival = arrivals.show(number)
    if not known.may(Right.ADD, arrival.unit):
        raise Http404
    row = _rows((arrival,), known)[0]
    return render(request, "web/intake_one.html", {"row": row, "going_on": row.going_on})


def _take(form: IntakeForm, known: Access) -> list[Taken]:
    """Take each file in; what is wrong with one is said in the form, and the others are kept."""
    given, taken = form.cleaned_data, []
    for file in given["papers"]:
        upload = Upload(file, given["unit"], given["dossier"], given["procedure"], Origin.COUNTER)
        try:
            taken.append(take_in(upload, known.actor))
        except DossierCodeError:
            form.add_error("dossier", _("This is no code of a dossier, or its day is still to come."))
            break
        except RefusedFile as error:
            form.add_error("papers", f"{file.name}: {REFUSALS.get(error.reason, UNREADABLE)}")
        except StorageError:
            form.add_error("papers", f"{file.name}: {REFUSALS['not-stored']}")
        except OnDeskError as error:
            form.add_error("papers", wording_intake.on_desk(str(file.name), error.batch))
        except UsageError:
            form.add_error(None, wording_intake.not_fitting(str(file.name)))
    return taken


def _rows(found: tuple[Arrival, ...], known: Access) -> list[Row]:
    rows = results.rows({id for arrival in found for id in arrival.results})
    seen = {id: row for id, row in rows.items() if known.may(Right.SEE, row.unit, row.confidential)}
    return [
        Row(
            arrival=arrival,
            stage=str(STAGES[arrival.stage]),
            going_on=arrival.stage in {Stage.RECEIVING, Stage.WAITING, Stage.WORKING},
            results=tuple(
                (id, wording.result_name(seen[id].document_type, seen[id].number))
                for id in arrival.results
                if id in seen
            ),
        )
        for arrival in found
    ]
