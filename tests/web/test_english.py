"""In English, nothing but what people and papers say is Vietnamese: headings, labels, buttons and hints are not."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import CharField, JSONField, TextField
from django.test import Client
from lxml.html import HtmlElement, fromstring

from tests.bought_in.support import HEADER
from tests.registers.support import HEADER as REGISTER_HEADER
from tests.web import furnished, library

CHROME = "title|h1|h2|h3|h4|label|legend|button|summary|caption|th|dt|nav//a|p|li|small|figcaption|kbd"
"""Elements that our own words stand in; what papers say stands in the midst of some."""
TOLD = ("placeholder", "aria-label", "title", "alt")
_DATA = "//option|//code|//mark|//*[@class='snippet']|//body//*[@lang='vi']"
_EXAMPLES = ("Nguyễn Văn A", "giấy khai sinh", "đất đai", "12 tháng", "5 năm", "không thời hạn")
"""Vietnamese words in English hints, to show how one types them."""


def vietnamese(text: str) -> bool:
    """Whether a letter has a mark that English does not know."""
    return any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", text)) or bool(re.search("[đĐ]", text))


def said_by_people() -> list[str]:
    """All that the tables hold: names, values, reasons. The longest first."""
    texts: set[str] = set()
    for model in apps.get_models():
        names = [f.attname for f in model._meta.fields if isinstance(f, (CharField, TextField, JSONField))]
        for row in model._default_manager.values_list(*names) if names else ():
            texts.update(text for value in row for text in _texts(value))
    return sorted((text for text in texts if vietnamese(text)), key=len, reverse=True)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str) and value.startswith("{"):
        value = json.loads(value)  # what an event tells
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif value is not None:
        yield " ".join(str(value).split())


def chrome(page: HtmlElement) -> Iterator[str]:
    """The texts of a page that are not a paper's or a person's place."""
    for data in page.xpath(_DATA):
        data.drop_tree()
    for one in page.xpath("|".join(f"//{name}" for name in CHROME.split("|"))):
        yield " ".join(one.text_content().split())
    for name in TOLD:
        yield from (" ".join(text.split()) for text in page.xpath(f"//@{name}"))


def untranslated(html: str, data: list[str]) -> list[str]:
    """Texts of the page that are Vietnamese and are no data."""
    found = []
    for text in chrome(fromstring(html)):
        ours = text
        for said in (*data, *_EXAMPLES):
            ours = ours.replace(said, "")
        if vietnamese(ours):
            found.append(ours)
    return found


def test_no_page_in_english_speaks_vietnamese(client: Client, site: Path, tmp_path: Path) -> None:
    things = furnished.furnish(tmp_path)
    client.cookies["sohoa_language"] = "en"
    paths = [*furnished.pages(things, client), "/?q=khongcogi", "/?q=hoa+n%C4%83m:1999", "/no/such/page/"]
    data = [*said_by_people(), *HEADER, *REGISTER_HEADER, "năm:1999"]
    found = {}
    for path in paths:
        response = client.get(path)
        assert response["Content-Language"] == "en", path
        if wrong := untranslated(response.content.decode(), data):
            found[path] = wrong
    assert not found, "\n".join(f"{path}: {wrong}" for path, wrong in found.items())


@pytest.mark.parametrize("path", ["/sign-in/", "/genuine/x/", "/invitations/1/x-y/", "/first/"])
def test_no_page_for_everybody_does(anonymous: Client, path: str) -> None:
    anonymous.cookies["sohoa_language"] = "en"
    assert untranslated(anonymous.get(path).content.decode(), []) == []


def test_what_is_looked_for_would_be_found(client: Client, permit: int) -> None:
    told = untranslated(client.get(f"/results/{permit}/").content.decode(), said_by_people())
    assert any("Còn hiệu lực" in text for text in told), "in Vietnamese there is a lot of it"
    assert library.PERMIT.values["holder"] not in " ".join(told)
