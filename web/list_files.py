"""An uploaded list on its way from one page to the next: kept in the store, named by a signature."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy

from storage import key_of
from web.services import store

_DAY = 24 * 3600


class ListForm(forms.Form):
    """Which list."""

    list = forms.FileField(
        label=gettext_lazy("The list"),
        help_text=gettext_lazy("A file that ends in .xlsx, .xls, .ods or .csv."),
        allow_empty_file=True,
    )


def keep(file: UploadedFile[Any], salt: str) -> str:
    """Put the list into the store; gives what names it on the next page, for a day."""
    with tempfile.TemporaryDirectory(prefix="sohoa-list-") as folder:
        path = Path(folder) / "list"
        digest = hashlib.sha256()
        with path.open("wb") as to:
            for chunk in file.chunks():
                digest.update(chunk)
                to.write(chunk)
        store().put(path, digest.hexdigest(), "application/octet-stream")
    return signing.dumps([digest.hexdigest(), str(file.name)[:200]], salt=salt, compress=True)


@contextmanager
def fetched(text: str, salt: str) -> Iterator[tuple[Path, str]]:
    """The list that `keep` named, with its own name, for as long as the block lasts; Http404 for anything else."""
    try:
        sha256, name = signing.loads(text, salt=salt, max_age=_DAY)
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    with tempfile.TemporaryDirectory(prefix="sohoa-list-") as folder:
        path = Path(folder) / "list"
        store().fetch(key_of(str(sha256)), path)
        yield path, str(name)


def said(data: QueryDict) -> Mapping[str, str]:
    """Letter of a column → meaning, as chosen on the page."""
    return {name[2:]: str(value) for name, value in data.items() if name.startswith("c-")}
