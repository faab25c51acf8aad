"""What was told of a batch is mended on its page while it is open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from catalog import events
from paper import boxes, places
from staging import batches
from tests.web.test_batches import opened


@pytest.fixture
def staff(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("van.thu")


def test_what_was_told_of_a_batch_is_mended_until_it_is_closed(staff: Client, sign_in: Callable[[str], Client]) -> None:
    address = opened(staff, expected_documents="3", slip="1/2015\n2/2015")
    number = int(address.rstrip("/").rpartition("/")[2])
    form = staff.get(f"{address}change/").content.decode()
    assert "2/2015" in form and 'value="3"' in form and 'name="unit"' not in form
    given = {"box": "13", "shelf": "A3", "operator": "van.thu", "expected_documents": "2", "slip": "1/2015\r\n3/2015"}
    told = staff.post(f"{address}change/", given, follow=True).content.decode()
    assert "Đã sửa thông tin đợt quét" in told
    now = batches.show(number)
    assert (now.box, now.expected_documents, now.expected_pages, now.slip) == ("13", 2, None, ("1/2015", "3/2015"))
    assert boxes.find("H61.12", "13") is not None, "the paper follows"
    [event] = [event for event in events.listing("H61.12") if event.kind == "batch.changed"]
    assert set(event.data) == {"box", "expected_documents", "slip"}
    assert "Không có gì thay đổi" in staff.post(f"{address}change/", given, follow=True).content.decode()
    wrong = staff.post(f"{address}change/", given | {"slip": "x" * 5000}).content.decode()
    assert 'id="id_slip_error"' in wrong
    assert sign_in("noi.khac").post(f"{address}change/", given).status_code == 404
    batches.close(number, "van.thu", "trống")
    closed = staff.post(f"{address}change/", given | {"box": "14"}).content.decode()
    assert 'role="alert"' in closed and batches.show(number).box == "13"


def test_a_box_that_was_renamed_stays_and_gets_the_new_shelf_and_none_is_none(staff: Client, client: Client) -> None:
    address = opened(staff, box="12", shelf="A1")
    number = int(address.rstrip("/").rpartition("/")[2])
    client.get("/paper/")
    box = boxes.find("H61.12", "12")
    assert box
    boxes.change(box.id, "12A", "A1", "van.thu")
    given = {"box": "12", "shelf": "A2", "operator": "van.thu"}
    staff.post(f"{address}change/", given)
    assert boxes.find("H61.12", "12") is None, "no second box under the old name"
    assert (boxes.show(box.id).name, boxes.show(box.id).shelf) == ("12A", "A2")
    staff.post(f"{address}change/", given | {"box": ""})
    assert places.box_of_batch(number) is None
