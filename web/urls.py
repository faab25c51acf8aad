"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path, register_converter
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from web import files, language, pictures, result, search
from web.converters import Number

register_converter(Number, "number")

# Browsers ask for this name beside a PDF, which names no icon of its own.
_icon = require_safe(RedirectView.as_view(url="/static/web/sohoa.svg", permanent=True))

urlpatterns = [
    path("favicon.ico", _icon),
    path("", search.search, name="search"),
    path("results/<number:number>/", result.result, name="result"),
    path("results/<number:number>/pages/<number:page>.jpg", pictures.picture, name="picture"),
    path("results/<number:number>/archive.pdf", files.archive, name="archive"),
    path("results/<number:number>/words.xml", files.words, name="words"),
    path("results/<number:number>/original", files.original, name="original"),
    path("language/<slug:code>/", language.switch, name="language"),
]

handler400 = "web.errors.bad_request"
handler404 = "web.errors.not_found"
handler500 = "web.errors.failed"
