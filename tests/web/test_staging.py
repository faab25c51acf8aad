"""The desk before reading, at the keyboard alone: nothing is lost by closing the window, and all can be undone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Page, expect

from staging import looking, operations
from staging.arrangement import PageRef, PageState
from tests.cli.support import Sohoa, pages_of
from tests.staging import desk as before
from tests.web.browsing import Desk

UNIT = "H61"
Box = tuple[int, int, int]
"""A batch and its two files."""
Inside = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def inside(two_results: Sohoa) -> Iterator[Inside]:
    """Does something in the served home, on a thread of its own: Playwright keeps this one for itself."""
    with ThreadPoolExecutor(1) as pool:
        opened = pages_of(two_results.home)
        pool.submit(opened.__enter__).result()
        yield lambda work: pool.submit(work).result()
        pool.submit(opened.__exit__, None, None, None).result()


@pytest.fixture
def box(inside: Inside, seated: str, tmp_path: Path, request: pytest.FixtureRequest) -> Box:
    """A batch in the served home with two files: documents 1–2 and 4, and 1–2; looked at, here or by the desk there."""
    mark = request.node.name

    def fill() -> Box:
        batch = before.batch(UNIT, f"Hộp {mark}")
        first = before.bring(before.stack(tmp_path / f"{mark} a.pdf", "tt-t"), batch)
        second = before.bring(before.stack(tmp_path / f"{mark} b.pdf", "tt"), batch)
        while looking.left_of(batch):
            before.look()
            threading.Event().wait(0.2)  # the desk of the served home may be at one of them
        return batch, first, second

    return cast("Box", inside(fill))


def opened(desk: Desk, batch: int) -> Page:
    page = desk.page("van.thu")
    page.goto(f"{desk.address}/batches/{batch}/desk/")
    expect(page.locator(".leaf")).to_have_count(6)
    expect(page.locator(".leaf input").first).to_be_focused()
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def told(page: Page, text: str) -> None:
    expect(page.locator("#desk-told")).to_contain_text(text)


def documents(inside: Inside, batch: int) -> list[str]:
    """The documents as they lie now: the pages of each, with the file's number where it is another one."""
    plan = inside(lambda: operations.plan(batch))
    return [" ".join(str(p.ref.page) for p in d.pages) for d in plan.documents]


def test_a_missed_split_a_turn_and_undo(desk: Desk, inside: Inside, box: Box) -> None:
    batch, first, _second = box
    page = opened(desk, batch)
    press(page, "ArrowRight", "r")
    told(page, "đã xoay")
    expect(page.locator(f"#page-{first}-2 img")).to_have_class("turn-90")
    expect(page.locator(f"#page-{first}-2 input")).to_be_focused()
    press(page, "End", "s")
    told(page, "đã tách")
    expect(page.locator("legend")).to_have_count(4)
    assert documents(inside, batch) == ["1 2", "4", "1", "2"]
    page.reload()
    expect(page.locator(f"#page-{first}-2 img")).to_have_class("turn-90")
    press(page, "u")
    told(page, "Đã hoàn tác")
    expect(page.locator("legend")).to_have_count(3)
    press(page, "u")
    expect(page.locator(f"#page-{first}-2 img")).to_have_class("turn-0")
    press(page, "u")
    told(page, "Không có gì để hoàn tác")
    press(page, "U")
    told(page, "Đã làm lại")
    page.context.close()  # the browser is killed: what was done is there
    page = opened(desk, batch)
    expect(page.locator(f"#page-{first}-2 img")).to_have_class("turn-90")
    press(page, "End", "j")
    told(page, "đã ghép")
    assert documents(inside, batch) == ["1 2", "4 1 2"]


def test_choosing_binning_and_taking_out(desk: Desk, inside: Inside, box: Box) -> None:
    batch, _first, second = box
    page = opened(desk, batch)
    press(page, "End", "Shift+ArrowLeft")
    expect(page.locator(".leaf input:checked")).to_have_count(2)
    press(page, "Delete")
    told(page, "đã bỏ vào thùng")
    expect(page.locator(".leaf")).to_have_count(4)
    assert documents(inside, batch) == ["1 2", "4"]
    page.goto(f"{desk.address}/batches/{batch}/desk/?bin=1")
    expect(page.locator(".leaf")).to_have_count(2)
    expect(page.locator(f"#page-{second}-1")).to_contain_text("giữ ít nhất đến")
    press(page, "Delete")
    told(page, "đã lấy ra")
    expect(page.locator(".leaf")).to_have_count(1)
    assert documents(inside, batch) == ["1 2", "4", "1"]


def test_moving_pages_and_letting_go(desk: Desk, inside: Inside, box: Box) -> None:
    batch, _first, second = box
    page = opened(desk, batch)
    press(page, "End", "m")
    expect(page.locator(f"#page-{second}-2")).to_have_class("leaf kept text picked")
    press(page, "Escape")
    expect(page.locator(".picked")).to_have_count(0)
    press(page, "m", "Home", "m")
    told(page, "đã chuyển")
    assert documents(inside, batch)[0] == "1 2 2"
    assert inside(lambda: operations.plan(batch).documents[0].pages[1].ref) == PageRef(second, 2)
    press(page, "m", "End", "o")
    told(page, "đã chuyển")
    assert len(documents(inside, batch)) == 4


def test_asking_for_another_scan_bars_closing_and_names_the_page(desk: Desk, inside: Inside, box: Box) -> None:
    batch, first, _second = box
    page = opened(desk, batch)
    press(page, "ArrowRight", "a")
    told(page, "đã yêu cầu quét lại")
    again = page.locator(f"#page-{first}-2 a.again")
    assert (again.get_attribute("href") or "").endswith(f"/batches/{batch}/?replaces={first}:2")
    page.locator(".desk-ends a").focus()
    press(page, "Enter")
    page.wait_for_url("**/close/")
    fault = page.locator(f"a[href$='#page-{first}-2']")
    fault.focus()
    press(page, "Enter")
    expect(page.locator(f"#page-{first}-2 input")).to_be_focused()
    press(page, "a")
    told(page, "không cần quét lại")
    assert inside(lambda: operations.plan(batch).page(PageRef(first, 2)).state) is PageState.KEPT


def test_a_page_that_came_with_the_next_file_takes_the_place_of_the_one_asked_for(
    desk: Desk, inside: Inside, box: Box
) -> None:
    batch, first, second = box
    page = opened(desk, batch)
    press(page, "a")
    told(page, "yêu cầu quét lại")
    press(page, "p")
    told(page, "nhặt một trang mới")
    press(page, "End", "m", "Home", "p")
    told(page, "đã thay bằng bản quét mới")
    plan = inside(lambda: operations.plan(batch))
    assert plan.page(PageRef(first, 1)).state is PageState.REPLACED
    assert plan.page(PageRef(first, 1)).replaced_by == PageRef(second, 2)
    assert documents(inside, batch) == ["2 2", "4", "1"]
    press(page, "u")
    told(page, "Đã hoàn tác")
    assert inside(lambda: operations.plan(batch)).page(PageRef(first, 1)).state is PageState.AWAITING_RESCAN


def test_a_sheet_that_was_not_known_is_marked_as_a_separator_and_back(desk: Desk, inside: Inside, box: Box) -> None:
    batch, first, _second = box
    page = opened(desk, batch)
    press(page, "ArrowRight", "t")
    told(page, "đánh dấu")
    assert inside(lambda: operations.plan(batch)).page(PageRef(first, 2)).kind.value == "separator"
    expect(page.locator(".leaf.separator")).to_have_count(2)
    press(page, "t")
    told(page, "đánh dấu")
    expect(page.locator(".leaf.separator")).to_have_count(1)


def test_a_look_closely_and_the_list_of_keys(desk: Desk, inside: Inside, box: Box) -> None:
    batch, first, _second = box
    page = opened(desk, batch)
    press(page, "Enter")
    image = page.locator("#desk-large img")
    expect(image).to_be_visible()
    expect(image).to_have_attribute("src", f"/batches/{batch}/desk/{first}/1.jpg")
    press(page, "ArrowRight", "r")
    expect(image).to_have_attribute("src", f"/batches/{batch}/desk/{first}/2.jpg")
    expect(image).to_have_class("turn-90")
    press(page, "Escape")
    expect(page.locator("#desk-large")).to_be_hidden()
    expect(page.locator(f"#page-{first}-2 input")).to_be_focused()
    press(page, "?")
    expect(page.locator("#desk-help")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("#desk-help")).to_be_hidden()


def test_two_windows_at_once_see_what_the_other_did(desk: Desk, inside: Inside, box: Box) -> None:
    batch, _first, _second = box
    one, other = opened(desk, batch), opened(desk, batch)
    press(one, "r")
    told(one, "đã xoay")
    press(other, "ArrowRight", "r")
    told(other, "đã xoay")
    expect(other.locator("img.turn-90")).to_have_count(2)
    press(one, "u")
    expect(one.locator("img.turn-90")).to_have_count(1)


# From here on without a browser: what the server answers.
