"""An index is put beside a batch whose files came in before: chosen, its columns understood, checked, taken over."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import Access
from accounts.rights import Right
from bought_in import index as indexes
from bought_in import mappings, taking
from bought_in.taking import Checked
from core.errors import NotFoundError, UsageError
from spreadsheets.meant import Table as Index
from spreadsheets.records import Encoding, Refusal, RefusedSheetError
from staging import batches
from staging.records import DeskBatch
from storage import key_of
from web import wording
from web.batch import of_reader
from web.bodies import LARGEST_INDEX
from web.bought_in import TROUBLES
from web.rights import access, needs
from web.services import store

_SALT = "bought-in index"
_DAY = 24 * 3600
_SHOWN = 50
REFUSALS: Mapping[Refusal, object] = {
    Refusal.MISSING: gettext_lazy("The file could not be read."),
    Refusal.EMPTY: gettext_lazy("The file is empty."),
    Refusal.KIND: gettext_lazy("This is no table: give a file that ends in .xlsx, .xls, .ods or .csv."),
    Refusal.BROKEN: gettext_lazy("The file is damaged: open it in its own program and save it as .xlsx."),
    Refusal.ENCRYPTED: gettext_lazy("The file is locked by a password: take it off and save the file again."),
    Refusal.TOO_BIG: gettext_lazy("The table is too big: delete what lies outside of it, or part the file."),
    Refusal.TOO_SLOW: gettext_lazy("The file takes too long to unpack: save it anew as .xlsx, or part it."),
    Refusal.NO_SHEET: gettext_lazy("The file has no sheet with cells."),
    Refusal.NO_HEADER: gettext_lazy("No row with titles of columns was found."),
    Refusal.ENCODING: gettext_lazy("The text is in no encoding that is known: save it as .xlsx."),
}
PLACES: Mapping[str, object] = {
    "file": gettext_lazy("Name of the file"),
    "box": gettext_lazy("Box"),
    "shelf": gettext_lazy("Shelf"),
    "position": gettext_lazy("Position"),
}
ENCODINGS: Mapping[Encoding, object] = {
    Encoding.UNICODE: "Unicode",
    Encoding.TCVN3: "TCVN3 (ABC)",
    Encoding.VNI: "VNI",
}


class IndexForm(forms.Form):
    """Which index, of whom, beside which batch."""

    batch = forms.ChoiceField(label=gettext_lazy("Batch whose files came in"))
    contractor = forms.CharField(
        label=gettext_lazy("Who made the index"),
        help_text=gettext_lazy("What its columns mean is remembered under this name."),
        max_length=200,
    )
    index = forms.FileField(
        label=gettext_lazy("The index"),
        help_text=gettext_lazy("A file that ends in .xlsx, .xls, .ods or .csv."),
        allow_empty_file=True,
    )

    def __init__(self, offered: list[DeskBatch], data: Any = None, files: Any = None, **more: Any) -> None:
        super().__init__(data, files, **more)
        batch = self.fields["batch"]
        assert isinstance(batch, forms.ChoiceField)
        batch.choices = [(str(one.id), f"{one.name} ({one.unit})") for one in offered]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is carried from one page to the next, signed: nobody names other objects of the store."""

    sha256: str
    name: str
    batch: int
    contractor: str

    def signed(self) -> str:
        """As it stands in an address."""
        return signing.dumps([self.sha256, self.name, self.batch, self.contractor], salt=_SALT, compress=True)

    @classmethod
    def of(cls, text: str) -> Wish:
        """What `signed` gave, for a day; 404 for anything else."""
        try:
            sha256, name, batch, contractor = signing.loads(text, salt=_SALT, max_age=_DAY)
        except (signing.BadSignature, ValueError):
            raise Http404 from None
        return cls(str(sha256), str(name), int(batch), str(contractor))


@needs(Right.ARCHIVE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose an index."""
    known = access(request)
    asked = request.POST.get("batch", "") or request.GET.get("batch", "")
    offered = _offered(known, asked)
    form = IndexForm(offered, request.POST or None, request.FILES or None, initial={"batch": asked})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        file: UploadedFile[Any] = given["index"]
        if (file.size or 0) > LARGEST_INDEX:
            form.add_error("index", str(REFUSALS[Refusal.TOO_BIG]))
        else:
            wish = Wish(
                _keep(file), str(file.name)[:200], int(given["batch"]), mappings.contractor(given["contractor"])
            )
            try:
                with _looked_at(wish, known, {}):
                    return redirect(f"{reverse('bought_in_check')}?{urlencode({'index': wish.signed()})}")
            except RefusedSheetError as error:
                form.add_error("index", str(REFUSALS[error.refusal]))
    return render(request, "web/bought_in_new.html", {"form": form, "none": not offered})


@needs(Right.ARCHIVE)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """What the index holds, what its columns mean (changeable), which files its rows mean; and taking it over."""
    known = access(request)
    asked = request.POST if request.method == "POST" else request.GET
    wish = Wish.of(asked.get("index", ""))
    said = {name[2:]: str(value) for name, value in asked.items() if name.startswith("c-")}
    home = _home(wish, known)
    where = taking.names_of_batch(home.id)
    fault, checked = "", None
    try:
        with _looked_at(wish, known, said) as index:
            context = {"columns": _columns(index), "encoding": _encoding(index), "header": index.seen.header}
            try:
                checked = taking.check(index, list(where))
            except UsageError:
                fault = _("None of the columns is understood: say what they mean.")
            if request.method == "POST" and checked is not None:
                delivery = taking.attach(checked, where, home.id, wish.contractor, known.actor)
                messages.success(request, _("The index was taken over. What it states is compared with what is read."))
                return redirect("bought_in_one", delivery)
    except (RefusedSheetError, UsageError):
        raise Http404 from None
    context |= {"batch": home, "wish": wish, "signed": wish.signed(), "fault": fault, "meanings": meanings()}
    if checked is not None:
        context |= _told(checked)
    return render(request, "web/bought_in_check.html", context)


def meanings() -> list[tuple[str, str]]:
    """What a column can mean, for a list to choose from."""
    named = [(n, str(PLACES[n]) if n in PLACES else wording.field_name(n)) for n in indexes.USED]
    return [("", _("left out")), *named]


def _columns(index: Index) -> list[tuple[Any, str, str]]:
    return [(c, index.meanings.get(c.index, ""), index.why.get(c.index, "")) for c in index.seen.header.columns]


def _encoding(index: Index) -> tuple[str, str]:
    """Name and an example, where the letters are not Unicode."""
    found = index.seen.encoding
    return ("", "") if found.encoding is Encoding.UNICODE else (str(ENCODINGS[found.encoding]), found.example)


def _told(checked: Checked) -> dict[str, Any]:
    lines = {line.number: line for line in checked.lines}
    matched = checked.matched
    return {
        "lines": len(lines),
        "pairs": len(matched.pairs),
        "lines_alone": [(n, lines[n].file or "–") for n in matched.lines_alone[:_SHOWN]],
        "lines_alone_many": len(matched.lines_alone),
        "unsure": [(number, files) for number, files in list(matched.lines_unsure.items())[:_SHOWN]],
        "unsure_many": len(matched.lines_unsure),
        "files_alone": matched.files_alone[:_SHOWN],
        "files_alone_many": len(matched.files_alone),
        "troubled": [
            (line.number, wording.field_name(p.name) if p.name else "", p.raw, TROUBLES[p.trouble])
            for line in checked.troubled[:_SHOWN]
            for p in line.problems
        ],
        "troubled_many": len(checked.troubled),
    }


def _home(wish: Wish, known: Access) -> DeskBatch:
    home = batches.show(wish.batch)
    if not known.may(Right.ARCHIVE, home.unit):
        raise Http404
    return home


def _offered(known: Access, asked: str) -> list[DeskBatch]:
    """The newest batches, and before them the one that is asked for, however old it is."""
    newest = list(batches.listing(known.where(Right.ARCHIVE)).rows)
    if not asked.isascii() or not asked.isdigit() or len(asked) > 15 or int(asked) in {one.id for one in newest}:
        return newest
    try:
        return [of_reader(int(asked), known), *newest]
    except (NotFoundError, Http404):
        return newest


@contextmanager
def _looked_at(wish: Wish, known: Access, said: Mapping[str, str]) -> Iterator[Index]:
    """The index, fetched for as long as the block lasts."""
    unit = _home(wish, known).unit
    with tempfile.TemporaryDirectory(prefix="sohoa-index-") as folder:
        path = Path(folder) / "index"
        store().fetch(key_of(wish.sha256), path)
        yield indexes.look(path, wish.name, mappings.saved(unit, wish.contractor), said)


def _keep(file: UploadedFile[Any]) -> str:
    """Put the index into the store; gives its hash."""
    with tempfile.TemporaryDirectory(prefix="sohoa-index-") as folder:
        path = Path(folder) / "index"
        digest = hashlib.sha256()
        with path.open("wb") as to:
            for chunk in file.chunks():
                digest.update(chunk)
                to.write(chunk)
        store().put(path, digest.hexdigest(), "application/octet-stream")
        return digest.hexdigest()
