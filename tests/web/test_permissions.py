"""Every address as every role: one table says who may call what, and the pages are held against it.

A new address fails these tests until it has its row.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.rights import ROLES, Right, Role
from tests.catalog.support import queries
from tests.web import access_page, library
from tests.web.access_table import TABLE
from tests.web.furnished import patterns
from web.rights import PUBLIC, SIGNED_IN, need_of

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")

OF_A_RESULT = {"result": (), "picture": (1,), "thumbnail": (), "archive": (), "words": (), "original": ()}
"""Addresses that are about one result, with what their path needs besides its number."""


def test_every_address_says_who_may_call_it_as_the_table_does() -> None:
    assert {pattern.name: need_of(pattern.callback) for pattern in patterns()} == TABLE


def path_of(name: str) -> str:
    """The path of an address, with 1 for each number and a word for each word in it."""
    pattern = next(p for p in patterns() if p.name == name)
    values = {
        key: "vi" if name == "language" else "1" if "Number" in type(converter).__name__ else "word"
        for key, converter in pattern.pattern.converters.items()
    }
    return reverse(name, kwargs=values)


def test_who_is_not_signed_in_is_led_to_the_form_whatever_they_send(anonymous: Client, permit: int) -> None:
    opened = []
    for name in (name for name, need in TABLE.items() if need != PUBLIC):
        for method in METHODS:
            response = getattr(anonymous, method)(path_of(name))
            if response.status_code != 302 or not response["Location"].startswith("/sign-in/"):
                opened.append((name, method, response.status_code))
    assert opened == []


def test_who_was_suspended_or_has_no_role_finds_nothing(sign_in: Callable[[str], Client], permit: int) -> None:
    from accounts import people

    people.add("chua.co.quyen", "Chưa Có Quyền")
    newcomer, gone = sign_in("chua.co.quyen"), sign_in("mot.cua")
    people.suspend(next(p.id for p in people.listing() if p.name == "mot.cua"), "test")
    for name, need in TABLE.items():
        if need == PUBLIC:
            continue
        for method in METHODS:
            assert getattr(gone, method)(path_of(name)).status_code == 302, (name, method)
            if need != SIGNED_IN:
                assert getattr(newcomer, method)(path_of(name)).status_code == 404, (name, method)


@pytest.mark.parametrize("person", list(library.PEOPLE))
def test_what_no_role_of_theirs_opens_is_not_there(sign_in: Callable[[str], Client], permit: int, person: str) -> None:
    client = sign_in(person)
    held = {right.value for right in ROLES[Role(library.PEOPLE[person][0])]}
    for name, need in TABLE.items():
        if need not in {PUBLIC, SIGNED_IN} and need not in held:
            for method in METHODS:
                assert getattr(client, method)(path_of(name)).status_code == 404, (name, method)


def test_the_page_about_access_tells_the_present_truth() -> None:
    assert access_page.PAGE.read_text("utf-8") == access_page.rendered(), "python -m tests.web.access_page writes it"


@pytest.mark.parametrize(
    ("person", "open_one", "secret_one"),
    [
        ("quan.tri", True, True),
        ("quan.tri.huyen", True, False),
        ("van.thu", True, False),
        ("mot.cua", True, False),
        ("tu.phap", True, True),
        ("noi.khac", False, False),
    ],
)
def test_results_are_seen_in_the_own_units_and_confidential_ones_by_kind(
    sign_in: Callable[[str], Client], permit: int, record: int, person: str, open_one: bool, secret_one: bool
) -> None:
    client = sign_in(person)
    for result, there in ((permit, open_one), (record, secret_one)):
        for name, more in OF_A_RESULT.items():
            found = client.get(reverse(name, args=[result, *more])).status_code != 404
            assert found == there, (name, result)
        assert (f"/results/{result}/" in client.get("/").content.decode()) == there


def test_a_view_that_says_nothing_stays_closed(client: Client, monkeypatch: pytest.MonkeyPatch, permit: int) -> None:
    pattern = next(p for p in patterns() if p.name == "me")
    assert client.get("/me/").status_code == 200
    monkeypatch.setattr(pattern, "callback", pattern.callback.__wrapped__)  # type: ignore[attr-defined]
    assert client.get("/me/").status_code == 404


def test_a_right_that_is_taken_away_is_gone_at_the_next_request(sign_in: Callable[[str], Client], permit: int) -> None:
    from accounts import people

    client = sign_in("mot.cua")
    path = reverse("result", args=[permit])
    assert client.get(path).status_code == 200
    row = next(p for p in people.listing() if p.name == "mot.cua")
    people.withdraw(row.id, row.memberships[0].id, "test")
    assert client.get(path).status_code == 404


def test_the_administrator_of_a_district_manages_nobody_elsewhere(sign_in: Callable[[str], Client], site: Path) -> None:
    from accounts import people

    ids = {p.name: p.id for p in people.listing()}
    client = sign_in("quan.tri.huyen")
    listed = client.get("/people/").content.decode()
    assert "mot.cua" in listed
    assert "noi.khac" not in listed
    for other in ("noi.khac", "quan.tri"):
        assert client.get(reverse("person", args=[ids[other]])).status_code == 404
        assert client.post(reverse("person_invite", args=[ids[other]])).status_code == 404
        assert client.post(reverse("person_suspend", args=[ids[other]])).status_code == 404
    assert client.post(reverse("person", args=[ids["mot.cua"]]), {"role": "clerk", "unit": "H61.13"}).status_code == 200
    given = {"role": "clerk", "unit": "H61.12", "confidential": ["criminal_record"]}
    assert client.post(reverse("person", args=[ids["mot.cua"]]), given).status_code == 200
    assert people.show(ids["mot.cua"]).memberships[0].confidential == ()


def test_a_file_of_which_not_all_is_known_yet_is_handed_to_those_alone_who_may_see_every_kind(
    sign_in: Callable[[str], Client], site: Path, tmp_path: Path
) -> None:
    started = library.put(library.PERMIT, tmp_path / "started", finish=False)
    path = reverse("original", args=[started])
    assert sign_in("mot.cua").get(path).status_code == 404
    assert sign_in("quan.tri").get(path).status_code == 200
    assert sign_in("mot.cua").get(reverse("archive", args=[started])).status_code == 200


def test_lists_tell_of_a_confidential_result_no_more_than_its_number_before_it_was_opened_with_a_reason(
    sign_in: Callable[[str], Client], record: int
) -> None:
    from catalog import openings
    from catalog.models import Opening
    from paper import places
    from paper.places import Target
    from reuse import ledger
    from reuse.records import Person

    box = places.put([record], Target("H61.12", "Hộp 1"), "quan.tri").box.id
    person = Person("Ai Đó")
    ledger.use(ledger.Wish(record, "H61.12-261101-0001", "H61.12", person, reason="đã xem"), "quan.tri")
    reader = sign_in("quan.tri")
    lists = ("/?q=ly+lich", f"/paper/boxes/{box}/", "/reuse/")
    for path in lists:
        html = reader.get(path).content.decode()
        assert "1203/STP-LLTP" in html, path
        assert "Trần Văn Kín" not in html and 'class="snippet"' not in html and "thumbnail" not in html, path
    openings.open_for(record, "quan.tri", "đối chiếu")
    for path in lists:
        assert "Trần Văn Kín" in reader.get(path).content.decode(), path
    html = reader.get(lists[0]).content.decode()
    assert 'class="snippet"' in html and "thumbnail" in html
    openings.open_for(record, "tu.phap", "đối chiếu")
    Opening.objects.filter(actor="tu.phap").update(time=datetime.now(UTC) - timedelta(days=1))
    assert "Trần Văn Kín" not in sign_in("tu.phap").get(lists[0]).content.decode(), "it was another day"


def test_what_search_still_shows_but_the_catalog_no_more_is_left_out(
    sign_in: Callable[[str], Client], permit: int
) -> None:
    from catalog.models import Result

    client = sign_in("mot.cua")
    assert f"/results/{permit}/" in client.get("/").content.decode()
    Result.objects.filter(pk=permit).update(confidential="secret")  # search has not heard of it yet
    assert f"/results/{permit}/" not in client.get("/").content.decode()


def test_what_somebody_may_do_in_many_units_is_asked_for_with_as_many_queries_as_in_one(site: Path) -> None:
    from accounts import access, people, tokens
    from accounts.models import User
    from accounts.rights import Role
    from catalog import units

    codes = [units.add(f"H61.12.9{number}", f"Xã {number}", parent="H61.12").code for number in range(20)]
    person = people.add("nhieu.don.vi", "Nhiều Đơn Vị")
    for code in codes:
        people.grant(person, Role.CLERK, code, "test")
    scope = tokens.Scope(tuple(codes), frozenset({Right.SEE}), ())
    token = tokens.add("nhiều đơn vị", scope, "test")[0]
    with queries(2):
        assert access.of_token(token).where(Right.SEE) == frozenset(codes)
    user = User.objects.get(username="nhieu.don.vi")
    with queries(3):
        assert access.of_user(user).where(Right.SEE) == frozenset(codes)
