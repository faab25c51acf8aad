"""The set of papers that no rule was written for: its truth is what is printed, and it comes out the same again."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from stdnum.vn import mst

from benchmarks.unseen import corpus, people, places
from benchmarks.unseen.browser import Printer, printer
from benchmarks.unseen.documents import HERE, PARTS, Kind, draw, kinds
from benchmarks.unseen.paper import PROFILES, age
from benchmarks.unseen.plan import COUNTS
from core.text import fold_words
from pipeline.records import FIELD_NAMES

DATES = ("issue_date", "expiry_date", "holder_birth_date")
NEEDED = {"document_type", "number", "issuer", "issue_date", "subject", "holder", "signer"}
AS_PRINTED = ("document_type", "number", "holder", "holder_id", "register_number", "subject", "signer")


@pytest.fixture(scope="module")
def browser() -> Iterator[Printer]:
    with printer() as running:
        yield running


def test_every_template_is_a_kind_and_no_kind_is_in_both_parts() -> None:
    templates = {path.stem for path in (HERE / "templates").glob("*.html")} - {"paper", "parts"}
    assert [kind.name for kind in kinds()] == list(dict.fromkeys(kind.name for kind in kinds()))
    assert {kind.name for kind in kinds()} == templates
    assert {kind.part for kind in kinds()} == set(PARTS)
    assert Counter(kind.part for kind in kinds()) == {"open": 23, "back": 8}
    assert {part: 3 * sum(kind.part == part for kind in kinds()) for part in PARTS} == COUNTS


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_the_truth_is_printed_on_the_paper(kind: Kind, browser: Printer) -> None:
    drawn = draw(kind, "test")
    assert drawn == draw(kind, "test") and drawn.html != draw(kind, "another").html
    assert drawn.fields.keys() <= set(FIELD_NAMES)
    assert drawn.fields.keys() | set(drawn.unscored) >= NEEDED
    assert not drawn.fields.keys() & set(drawn.unscored)
    assert all(date.fromisoformat(drawn.fields[name]) for name in DATES if name in drawn.fields)
    printed = browser.print(drawn.html)
    words = f" {fold_words(printed.text)} "
    for name in set(AS_PRINTED) - set(drawn.handwritten):
        value = drawn.fields.get(name, "")
        assert value == "Công văn" or f" {fold_words(value)} ".replace("  ", " ") in words, f"{name}: {value}"
    with pypdfium2.PdfDocument(printed.pdf) as pdf:
        layer = Counter(fold_words(" ".join(page.get_textpage().get_text_bounded() for page in pdf)).split())
    missing = Counter(words.split()) - layer
    assert missing.total() <= 0.02 * len(words.split()), missing


def test_a_part_comes_out_the_same_again(tmp_path: Path, browser: Printer) -> None:
    truths = [corpus.write(browser, tmp_path / name, "back", 2, seed=7) for name in ("first", "second")]
    assert truths[0].read_bytes() == truths[1].read_bytes()
    first, second = (sorted((tmp_path / name / "docs").iterdir()) for name in ("first", "second"))
    assert len(first) == 2 and [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    with pytest.raises(FileExistsError):
        corpus.write(browser, tmp_path / "first", "back", 2, seed=7)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_an_aged_page_keeps_its_size_and_its_ink(profile: object) -> None:
    page = np.full((935, 661, 3), 255, np.uint8)
    page[200:700:40, 100:560] = 0
    scan = age(page, page, next(p for p in PROFILES if p is profile), np.random.default_rng(1))
    assert scan.shape[:2] == page.shape[:2] and scan.dtype == np.uint8
    assert int(scan[150:750, 100:560].min()) < 130 < int(np.median(scan))


@pytest.mark.parametrize("on", [date(1995, 5, 4), date(2019, 5, 3), date(2026, 1, 5)], ids=str)
def test_people_and_places_agree_with_their_time(on: date) -> None:
    lots = random.Random(3)
    for _ in range(200):
        place = places.place(lots, on)
        assert bool(place.district) == (on < places.REFORM) and place.province.startswith(("tỉnh", "thành phố"))
        who = people.person(lots, on, place.code, (20, 70))
        assert len(who.id) in ({9} if on < people.FIRST_CCCD else {9, 12} if on < people.LAST_CMND else {12})
        if len(who.id) == 12:
            assert who.id[4:6] == f"{who.born.year % 100:02}" and int(who.id[3]) % 2 == who.female
        assert mst.is_valid(people.enterprise_code(lots))
