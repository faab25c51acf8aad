"""The pages of people: what an administrator sees and does there."""

from __future__ import annotations

from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import people
from accounts.rights import Role
from catalog import events


def test_the_number_of_queries_does_not_grow_with_the_people(client: Client, site: Path) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/people/").status_code == 200
        return len(captured)

    few = queries()
    for number in range(20):
        people.grant(people.add(f"nguoi.{number}", f"Người {number}"), Role.CLERK, "H61.12", "test")
    assert queries() == few


def test_a_role_is_given_and_taken_back_and_events_tell(client: Client, site: Path) -> None:
    person = people.add("do.thi.ha", "Đỗ Thị Hà")
    page = reverse("person", args=[person])
    given = {"role": "clerk", "unit": "H61.12", "confidential": ["adoption"]}
    assert "Đã giao vai trò" in client.post(page, given, follow=True).content.decode()
    row = people.show(person).memberships[0]
    assert (row.role, row.unit, row.confidential) == (Role.CLERK, "H61.12", ("adoption",))
    client.post(reverse("person_withdraw", args=[person, row.id]))
    assert people.show(person).memberships == ()
    kinds = [event.kind for event in events.listing("H61.12", 2)]
    assert kinds == ["person.withdrawn", "person.granted"]
    assert events.verify("H61.12").sound


def test_nobody_locks_themselves_out(client: Client, site: Path) -> None:
    me = next(row for row in people.listing() if row.name == "quan.tri")
    client.post(reverse("person_suspend", args=[me.id]))
    client.post(reverse("person_withdraw", args=[me.id, me.memberships[0].id]))
    assert people.show(me.id) == me


def test_a_name_that_is_taken_or_none_is_said_in_the_form(client: Client, site: Path) -> None:
    for name in ("mot.cua", "Tên Có Dấu", "x", "../x"):
        given = {"name": name, "full_name": "Ai Đó", "role": "clerk", "unit": "H61.12"}
        response = client.post("/people/add/", given)
        assert response.status_code == 200
        assert 'class="fault"' in response.content.decode()


def test_names_are_shown_as_text(client: Client, site: Path) -> None:
    people.add("xau", "<script>alert(1)</script>")
    html = client.get("/people/").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
