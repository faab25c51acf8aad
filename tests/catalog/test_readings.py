"""Readings of long documents: recorded one after the other, and each in its place."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import transaction

from catalog import readings, results
from ocr.records import Reading
from tests.catalog.support import processed, reading, stored_scan


@pytest.fixture
def scan_id(batch: int) -> int:
    return stored_scan(batch, pages=250)


def test_readings_are_kept_as_they_come_without_gathering_them(scan_id: int) -> None:
    alive: list[weakref.ref[Reading]] = []
    most = 0

    def coming() -> Iterator[Reading]:
        nonlocal most
        for page in range(1, 251):
            made = reading(page, f"Trang {page}")
            alive[:] = [known for known in alive if known() is not None]
            alive.append(weakref.ref(made))
            most = max(most, len(alive))
            yield made
            del made

    with transaction.atomic():
        readings.keep(scan_id, coming())
    assert most <= 2
    kept = readings.of_scan(scan_id)
    assert {page: kept[page].text for page in kept} == {page: f"Trang {page}" for page in range(1, 251)}


def test_what_is_kept_anew_takes_the_place_of_the_old(scan_id: int) -> None:
    for text in ("cũ", "mới"):
        with transaction.atomic():
            readings.keep(scan_id, (reading(page, text) for page in range(1, 131)))
    assert [one.text for one in readings.of_scan(scan_id).values()] == ["mới"] * 130


def test_a_result_of_many_pages_has_them_all(scan_id: int) -> None:
    document = processed(1, 1, 120)
    document = replace(document, readings=tuple(reading(page, f"Trang {page}") for page in range(1, 121)))
    id = results.record(scan_id, document, "key", "words")
    assert [one.text for one in readings.of_result(id)] == [f"Trang {page}" for page in range(1, 121)]
    assert results.show(id).text == "\f".join(f"Trang {page}" for page in range(1, 121))
