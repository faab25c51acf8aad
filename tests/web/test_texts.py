"""Every text of the pages has a Vietnamese translation, and the compiled catalog is the one of the source."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

WEB = Path(__file__).parents[2] / "web"
CATALOG = WEB / "locale" / "vi" / "LC_MESSAGES" / "django.po"
_MARKED = re.compile(r"""gettext\(u?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\)""")


def used() -> set[str]:
    """All texts that templates and code ask to translate."""
    keywords = {"_": None, "gettext": None, "gettext_lazy": None}
    found = {str(m[2]) for m in extract_from_dir(WEB, [("**.py", "python")], keywords=keywords)}
    for template in WEB.glob("templates/**/*.html"):
        for double, single in _MARKED.findall(templatize(template.read_text(encoding="utf-8"))):
            found.add(double or single)
    return found


def test_no_text_lacks_a_translation_and_no_translation_a_text() -> None:
    with CATALOG.open("rb") as po:
        translated = {str(m.id): m for m in read_po(po) if m.id}
    assert used() == set(translated)
    assert not [text for text, message in translated.items() if not message.string or message.fuzzy]


def test_translations_name_the_same_values() -> None:
    with CATALOG.open("rb") as po:
        for message in read_po(po):
            if message.id:
                names = [sorted(re.findall(r"%\(\w+\)s", str(text))) for text in (message.id, message.string)]
                assert names[0] == names[1], message.id


def test_the_compiled_catalog_is_the_one_of_the_source() -> None:
    with CATALOG.open("rb") as po, CATALOG.with_suffix(".mo").open("rb") as mo:
        source, compiled = ({str(m.id): m.string for m in part if m.id} for part in (read_po(po), read_mo(mo)))
    assert compiled == source, "run: python -m cli.texts"
