"""Pages come out of the bin of a batch that went on, over a page that asks once more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from catalog import events, scans
from staging import batches, release
from staging.arrangement import Act
from tests.staging import desk as before


@pytest.fixture
def binned(site: Path, tmp_path: Path) -> tuple[int, int]:
    """A batch that is closed, and its file of four pages, the second of which is in the bin."""
    batch = before.batch("H61.12")
    scan = before.bring(before.stack(tmp_path / "hộp.pdf", "tt-t"), batch)
    before.look()
    before.do(batch, Act.BIN, (scan, 2))
    batches.close(batch, before.ACTOR)
    return batch, scan


def test_a_page_is_taken_out_after_it_was_asked_once_more(
    binned: tuple[int, int], sign_in: Callable[[str], Client]
) -> None:
    batch, scan = binned
    staff, desk = sign_in("van.thu"), f"/batches/{batch}/desk/"
    told = staff.post(f"{desk}take-out/", {"pages": f"{scan}:2", "sure": "1"}, follow=True).content.decode()
    assert "Đợt quét chưa được chuyển đi" in told and 'id="take-out"' not in told, "not before it went on"
    release.release(batch, before.store())
    assert 'id="take-out"' in staff.get(f"{desk}?bin=1").content.decode()
    assert 'id="take-out"' not in staff.get(desk).content.decode()
    files = len(scans.of_batch(batch))
    asked = staff.post(f"{desk}take-out/", {"pages": f"{scan}:2"})
    assert "hộp.pdf, trang 2" in asked.content.decode() and len(scans.of_batch(batch)) == files, "nothing is done yet"
    done = staff.post(f"{desk}take-out/", {"pages": f"{scan}:2", "sure": "1"}, follow=True).content.decode()
    [made] = [row for row in scans.of_batch(batch) if row.name == "hộp.pdf [2]"]
    assert made.id in {waiting.id for waiting in release.waiting()}
    assert "đã lấy khỏi thùng" in done
    assert {event.actor for event in events.listing("H61.12", 100) if event.subject == f"scan:{made.id}"} == {"van.thu"}


def test_senseless_choices_are_told_and_others_do_not_know_the_page(
    binned: tuple[int, int], sign_in: Callable[[str], Client]
) -> None:
    batch, scan = binned
    release.release(batch, before.store())
    address, staff = f"/batches/{batch}/desk/take-out/", sign_in("van.thu")
    for pages in ([], ["x"], [f"{scan}:1"], [f"{scan}:9"]):
        answered = staff.post(address, {"pages": pages, "sure": "1"}, follow=True)
        assert answered.redirect_chain and 'class="told-warning"' in answered.content.decode(), pages
    assert len(scans.of_batch(batch)) == 3
    assert sign_in("mot.cua").post(address, {"pages": f"{scan}:2", "sure": "1"}).status_code == 404
    assert staff.get(address).status_code == 405
