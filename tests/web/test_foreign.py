"""What belongs to other units is not there: each address that names something by its number, and each call."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.rights import Right, Role
from tests.web import furnished
from tests.web.api.support import DOSSIER, Program
from tests.web.furnished import Things

FOREIGN = "H61.13"
NO_SUCH = {"result_source"}
"""The furnished result is a file of its own: it was put together from no other."""
BODIES: dict[str, object] = {
    "/results/{id}/deliveries": {"manner": "counter", "day": "2026-11-01"},
    "/reuses/{id}/undo": {"reason": "nhầm"},
}


@pytest.fixture
def things(site: Path, tmp_path: Path) -> Things:
    """One of everything, in one district."""
    return furnished.furnish(tmp_path)


@pytest.fixture
def stranger(things: Things, sign_in: Callable[[str], Client]) -> Client:
    """Somebody who may do everything, and see every kind, in another district."""
    from accounts import people

    person = people.add("khac.huyen", "Khác Huyện")
    for role in Role:
        people.grant(person, role, FOREIGN, "test", ("criminal_record", "adoption", "secret"))
    return sign_in("khac.huyen")


@pytest.fixture
def events() -> Callable[[], int]:
    """How many events there are."""
    from catalog.models import Event

    return Event.objects.count


def test_no_address_knows_what_other_units_have(
    stranger: Client, things: Things, client: Client, events: Callable[[], int]
) -> None:
    before, wrong = events(), []
    for pattern in furnished.about_things():
        path = furnished.path_of(pattern, things)
        for method in ("get", "head", "post", "put", "patch", "delete"):
            status = getattr(stranger, method)(path).status_code
            # 405: the address takes no such call from anybody, whatever its number.
            if status != 404 and not (status == 405 and _alike(stranger, method, path, things)):
                wrong.append(f"{method} {path}: {status}")
    assert wrong == []
    assert events() == before
    for pattern in furnished.about_things():
        if pattern.name not in NO_SUCH:
            path = furnished.path_of(pattern, things)
            assert client.get(path).status_code in {200, 302, 405}, f"{path} is there for whom it belongs to"


def _alike(stranger: Client, method: str, path: str, things: Things) -> bool:
    """Whether the answer is the one for numbers that nothing has."""
    nothing = "/".join("999999" if part.isdecimal() else part for part in path.split("/"))
    return bool(getattr(stranger, method)(nothing).status_code == 405)


def test_no_form_takes_what_other_units_have(stranger: Client, things: Things, events: Callable[[], int]) -> None:
    before = events()
    paper = {"results": str(things.result), "box": "HT-01", "shelf": "", "unit": FOREIGN, "position": ""}
    stranger.post("/paper/put/", paper)
    loan = {"results": str(things.result), "who": "ai đó", "why": "xem", "until": "31/12/2099"}
    stranger.post("/paper/lend/", loan)
    stranger.post("/intake/", {"unit": furnished.UNIT, "dossier": DOSSIER})
    stranger.post("/batches/open/", {"unit": furnished.UNIT, "name": "đợt lạ"})
    stranger.post("/bought-in/new/", {"batch": str(things.batch), "contractor": "Công ty B"})
    stranger.post("/people/add/", {"name": "a.b", "full_name": "A B", "role": "clerk", "unit": furnished.UNIT})
    stranger.post("/tokens/add/", {"name": "lạ", "unit": furnished.UNIT, "days": "10"})
    stranger.post("/samples/", {"unit": furnished.UNIT, "share": "1", "put": "1"})
    assert events() == before


@pytest.mark.parametrize("path", ["/", "/reuse/", "/paper/", "/paper/lent/", "/batches/", "/bought-in/", "/intake/"])
def test_no_list_names_what_other_units_have(stranger: Client, client: Client, path: str) -> None:
    theirs = {line for line in client.get(path).content.decode().split('"') if _names_something(line)}
    assert theirs, "to whom it belongs it is listed"
    assert not theirs & set(stranger.get(path).content.decode().split('"'))


def _names_something(address: str) -> bool:
    return address.startswith("/") and any(part.isdecimal() for part in address.split("/"))


def calls() -> Iterator[tuple[str, str]]:
    """Method and path of each call whose path names something."""
    from web.api.v1 import api

    for path, methods in api.get_openapi_schema()["paths"].items():
        if "{id}" in path:
            yield from ((method, path.removeprefix("/api/v1")) for method in methods)


def test_no_call_of_a_program_knows_what_other_units_have(things: Things, events: Callable[[], int]) -> None:
    from accounts import tokens

    everything = tokens.Scope((FOREIGN,), frozenset(Right) - {Right.MANAGE}, ("criminal_record", "adoption", "secret"))
    stranger, owner = Program(tokens.add("lạ", everything, "test")[1]), Program(things.secret)
    numbers = {"results": things.result, "intakes": things.intake, "reuses": things.reuse, "webhooks": things.webhook}
    before, asked = events(), list(calls())
    assert len(asked) >= 10
    for method, template in asked:
        path = template.replace("{id}", str(numbers[template.split("/")[1]]))
        more: dict[str, Any] = {"body": BODIES.get(template)} if method == "post" else {}
        if method == "get":
            assert owner.get(path).status_code == 200, path
        answered = getattr(stranger, method)(path, **more)
        assert answered.status_code == 404, (method, path, answered.content)
        assert json.loads(answered.content)["code"] == "not-found"
    person = {"name": "Nguyễn Thị Hòa", "ids": ["087185001234"]}
    wish = {"result": things.result, "dossier": DOSSIER, "person": person}
    assert stranger.post("/reuses/check", wish).status_code == 404
    assert stranger.post("/reuses", wish | {"unit": FOREIGN, "reason": "x"}).status_code == 404
    assert stranger.post("/reuses", wish | {"unit": furnished.UNIT, "reason": "x"}).status_code in {403, 404}
    assert stranger.get("/webhooks").json() == []
    assert stranger.get("/search?q=hoa").json()["total"] == 0
    assert events() == before
