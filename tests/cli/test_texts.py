"""Every text of the command has a Vietnamese translation, and the compiled catalog is the one of the source."""

from __future__ import annotations

import re

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from cli.batch_faults import FAULTS
from cli.refusals import REASONS
from cli.texts import LOCALES
from pipeline import intake
from staging.records import FaultKind

CATALOG = LOCALES / "vi" / "LC_MESSAGES" / "sohoa.po"
_VALUES = re.compile(r"\{[^}]*\}|\[blue\]|\[/\]")


def translations() -> dict[str, str]:
    with CATALOG.open("rb") as po:
        return {str(message.id): str(message.string) for message in read_po(po) if message.id and not message.fuzzy}


def test_no_text_lacks_a_translation_and_no_translation_a_text() -> None:
    found = extract_from_dir(LOCALES.parent, [("**.py", "python")], keywords={"_": None, "N_": None})
    used = {str(message[2]) for message in found}
    assert used == set(translations())
    assert all(translations().values())


def test_translations_name_the_same_values() -> None:
    for text, translated in translations().items():
        assert sorted(_VALUES.findall(text)) == sorted(_VALUES.findall(translated)), text


def test_the_compiled_catalog_is_the_one_of_the_source() -> None:
    with CATALOG.with_suffix(".mo").open("rb") as mo:
        compiled = {str(message.id): str(message.string) for message in read_mo(mo) if message.id}
    assert compiled == translations(), "run: python -m cli.texts"


def test_every_reason_of_the_intake_has_a_text() -> None:
    assert set(REASONS) == set(intake._REMEDY) | {"not-stored"}


def test_every_fault_of_a_batch_has_a_text() -> None:
    assert set(FAULTS) == {kind.value for kind in FaultKind}
