"""The pages of people: what an administrator sees and does there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import people
from accounts.rights import Role
from catalog import events, units


def person_of(name: str) -> int:
    """The id of somebody in the library."""
    found = people.find(name)
    assert found is not None
    return found.id


@pytest.mark.parametrize("reader", ["quan.tri", "quan.tri.huyen"])
def test_the_number_of_queries_grows_neither_with_the_people_nor_with_the_units(
    sign_in: Callable[[str], Client], site: Path, reader: str
) -> None:
    client = sign_in(reader)
    someone = person_of("mot.cua")

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    paths = ("/people/", "/people/add/", reverse("person", args=[someone]))
    few = [queries(path) for path in paths]
    for number in range(20):
        units.add(f"H61.12.9{number}", f"Ủy ban nhân dân xã {number}", parent="H61.12")
        people.grant(people.add(f"nguoi.{number}", f"Người {number}"), Role.CLERK, f"H61.12.9{number}", "test")
    assert [queries(path) for path in paths] == few


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
    client.post(reverse("person_suspend", args=[me.id]), {"suspended": "1"})
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


def test_sight_of_a_confidential_kind_is_passed_on_only_where_the_giver_has_it(
    sign_in: Callable[[str], Client], site: Path
) -> None:
    giver, person = people.add("hai.huyen", "Quản trị hai huyện"), people.add("do.thi.ha", "Đỗ Thị Hà")
    people.grant(giver, Role.ADMINISTRATOR, "H61.12", "test")
    people.grant(giver, Role.ADMINISTRATOR, "H61.13", "test", ["adoption"])
    people.grant(person, Role.STAFF, "H61.12.3", "test")
    client, page = sign_in("hai.huyen"), reverse("person", args=[person])
    for unit in ("H61.12", "H61.12.3"):
        refused = client.post(page, {"role": "clerk", "unit": unit, "confidential": ["adoption"]})
        assert "Không ai giao nhiều quyền hơn mình có" in refused.content.decode()
    new = {"name": "nguoi.moi", "full_name": "Người Mới", "role": "clerk", "unit": "H61.12", "confidential": "adoption"}
    assert client.post("/people/add/", new).status_code == 200
    assert people.find("nguoi.moi") is None
    assert client.post(page, {"role": "clerk", "unit": "H61.13", "confidential": ["adoption"]}).status_code == 302
    assert client.post(page, {"role": "clerk", "unit": "H61.12"}).status_code == 302
    given = {(m.unit, m.role): m.confidential for m in people.show(person).memberships}
    assert given == {
        ("H61.12.3", Role.STAFF): (),
        ("H61.13", Role.CLERK): ("adoption",),
        ("H61.12", Role.CLERK): (),
    }


def test_who_took_over_a_part_of_an_ended_unit_gives_no_role_in_all_of_it(
    sign_in: Callable[[str], Client], site: Path
) -> None:
    ended = date(2025, 6, 30)
    units.add("H61.N1", "Ủy ban nhân dân phường Một")
    units.add("H61.D3", "Ủy ban nhân dân huyện cũ", valid_to=ended, successors=("H61.N1",))
    units.add("H61.D3.5", "Ủy ban nhân dân xã vẫn còn", parent="H61.D3")
    units.add("H61.D4", "Ủy ban nhân dân xã cũ", valid_to=ended, successors=("H61.N1",))
    giver, elsewhere = people.add("phuong.mot", "Quản trị phường"), people.add("huyen.cu", "Người Huyện Cũ")
    people.grant(giver, Role.ADMINISTRATOR, "H61.N1", "test")
    people.grant(elsewhere, Role.CLERK, "H61.D3", "test")
    client = sign_in("phuong.mot")
    form = client.get("/people/add/").content.decode()
    assert ('value="H61.N1"' in form, 'value="H61.D4"' in form, 'value="H61.D3"' in form) == (True, True, False)
    page = reverse("person", args=[giver])
    assert client.post(page, {"role": "clerk", "unit": "H61.D3"}).status_code == 200
    assert len(people.show(giver).memberships) == 1
    assert client.post(page, {"role": "clerk", "unit": "H61.D4"}).status_code == 302
    for path in ("person", "person_invite", "person_suspend"):
        assert client.post(reverse(path, args=[elsewhere]), {"suspended": "1"}).status_code == 404
    assert "huyen.cu" not in client.get("/people/").content.decode()


def test_the_list_has_pages_and_holds_only_ones_own(
    sign_in: Callable[[str], Client], site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        people.grant(people.add(f"aa.{number}"), Role.CLERK, "H61.13", "test")
        people.grant(people.add(f"zz.{number}"), Role.CLERK, "H61.12.3", "test")
    monkeypatch.setattr("web.people.PAGE_SIZE", 2)
    client, seen, page = sign_in("quan.tri.huyen"), set[str](), "1"
    while page:
        html = client.get("/people/", {"page": page}).content.decode()
        names = re.findall(r"<small>([^<]*)</small></th>", html)
        assert 0 < len(names) <= 2
        assert not seen & set(names)
        seen |= set(names)
        page = "".join(re.findall(r'href="\?page=(\d+)" rel="next"', html))
    own = {p.name for p in people.listing() if any(m.unit.startswith("H61.12") for m in p.memberships)}
    assert seen == own >= {"zz.0", "zz.1", "zz.2"}
    first = client.get("/people/").content.decode()
    for odd in ("", "0", "-1", "x", "9" * 30, "²"):
        assert re.findall("<small>.*", client.get("/people/", {"page": odd}).content.decode()) == re.findall(
            "<small>.*", first
        )
    assert client.get("/people/", {"page": "999999"}).status_code == 200


def test_somebody_is_found_by_name_however_many_there_are(site: Path) -> None:
    person = people.add("zz.cuoi")
    found = people.find(" ZZ.Cuoi ")
    assert found is not None
    assert found.id == person
    assert people.find("khong.co") is None


def test_invitations_and_the_passwords_chosen_by_them_are_told(client: Client, anonymous: Client, site: Path) -> None:
    person = people.add("do.thi.ha", "Đỗ Thị Hà")
    people.grant(person, Role.CLERK, "H61.12.3", "test")
    page = client.post(reverse("person_invite", args=[person])).content.decode()
    address = page[page.index("/invitations/") :].split("<")[0]
    word = "mưa rơi trên mái ngói cũ"
    assert anonymous.post(address, {"password": word, "again": word}).status_code == 302
    told = [(event.kind, event.subject, event.actor) for event in events.listing("H61.12.3", 2)]
    assert told == [
        ("person.password_set", "person:do.thi.ha", "do.thi.ha"),
        ("person.invited", "person:do.thi.ha", "quan.tri"),
    ]
    assert events.verify("H61.12.3").sound


def test_suspending_who_is_nothing_yet_is_told_too(client: Client, site: Path) -> None:
    person = people.add("do.thi.ha", "Đỗ Thị Hà")
    client.post(reverse("person_suspend", args=[person]), {"suspended": "1"})
    newest = events.listing(units.listing()[0].code, 1)[0]
    assert (newest.kind, newest.subject, newest.actor) == ("person.suspended", "person:do.thi.ha", "quan.tri")


def test_suspending_twice_lets_nobody_in_again(client: Client, site: Path) -> None:
    person = person_of("mot.cua")
    page = reverse("person_suspend", args=[person])
    assert 'name="suspended" value="1"' in client.get(reverse("person", args=[person])).content.decode()
    for _click in range(2):
        assert client.post(page, {"suspended": "1"}).status_code == 302
        assert not people.show(person).active
    assert 'name="suspended" value="0"' in client.get(reverse("person", args=[person])).content.decode()
    for _click in range(2):
        assert client.post(page, {"suspended": "0"}).status_code == 302
        assert people.show(person).active
    for odd in ({}, {"suspended": "2"}):
        assert client.post(page, odd).status_code == 400
    assert people.show(person).active
