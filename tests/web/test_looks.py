"""Who looked at a result stands in the record of looks, for administrators, and cannot be changed unseen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from accounts import looks, people, tokens
from accounts.looks import Asked, What
from accounts.models import Look, Sheet
from accounts.rights import Right
from catalog import events
from tests.web.api.support import Program


def seen(**asked: object) -> list[tuple[str, int | None, str]]:
    return [(row.actor, row.result, row.what.value) for row in looks.listing(Asked(**asked), 50)]  # type: ignore[arg-type]


def test_each_look_of_a_person_at_a_result_is_kept_once_and_told_to_who_manages_its_unit(
    sign_in: Callable[[str], Client], permit: int
) -> None:
    clerk = sign_in("mot.cua")
    for _again in range(2):
        assert clerk.get(f"/results/{permit}/").status_code == 200
        for part in ("archive.pdf", "words.xml", "original", "pages/1.jpg", "thumbnail.jpg"):
            clerk.get(f"/results/{permit}/{part}")
    clerk.head(f"/results/{permit}/archive.pdf")
    kinds = sorted(what for actor, result, what in seen() if (actor, result) == ("mot.cua", permit))
    assert kinds == ["archive", "original", "page", "picture", "words"]
    told = sign_in("quan.tri.huyen").get(f"/looks/?result={permit}").content.decode()
    assert "mot.cua" in told and "577/GPXD" in told
    assert clerk.get("/looks/").status_code == 404


def test_who_may_not_see_a_result_leaves_no_look_and_is_told_of_none(
    sign_in: Callable[[str], Client], permit: int, record: int
) -> None:
    stranger = sign_in("noi.khac")
    assert stranger.get(f"/results/{permit}/").status_code == 404
    assert sign_in("quan.tri").get(f"/results/{record}/").status_code == 302, "asks why first"
    assert seen(result=permit) == seen(result=record) == []


def test_a_program_and_a_search_leave_looks(client: Client, permit: int) -> None:
    program = Program(tokens.add("một cửa", tokens.Scope((), frozenset({Right.SEE})), "test")[1])
    assert program.get(f"/results/{permit}").status_code == 200
    assert program.get(f"/results/{permit}/archive.pdf").status_code == 200
    assert program.get("/search?q=hoa").status_code == 200
    assert client.get("/?q=hoa").status_code == 200
    assert set(seen()) == {
        ("token:một cửa", permit, "record"),
        ("token:một cửa", permit, "archive"),
        ("token:một cửa", None, "search"),
        ("quan.tri", None, "search"),
    }
    assert "token:một cửa" in client.get("/looks/").content.decode()
    assert client.get("/looks/?result=0").status_code == client.get("/looks/?before=x&actor=a").status_code == 200


def test_what_cannot_be_written_is_not_shown(client: Client, permit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.errors import ServiceError

    def full(*_args: object, **_more: object) -> None:
        raise ServiceError("the disk is full")

    monkeypatch.setattr("accounts.looks.Look.objects.create", full)
    assert client.get(f"/results/{permit}/").status_code == 503


def test_looks_that_were_changed_taken_away_or_added_show(site: Path) -> None:
    for number in range(1, 7):
        looks.note("mot.cua", "H61.12", number, What.PAGE)
        if number % 2 == 0:
            assert looks.seal() == 2
    assert looks.seal() == 0 and looks.verify() == ""
    kinds = [event.kind for event in events.listing("H61.12")] + [event.kind for event in events.listing("H61.13")]
    assert "looks.sealed" in kinds
    row = Look.objects.get(result=3)
    Look.objects.filter(pk=row.pk).update(actor="ai.khac")
    assert "sheet 2" in looks.verify()
    Look.objects.filter(pk=row.pk).update(actor="mot.cua")
    assert looks.verify() == ""
    Look.objects.filter(pk=row.pk).delete()
    assert "sheet 2" in looks.verify()
    Look.objects.filter(sheet__sequence=2).delete()
    Sheet.objects.filter(sequence=2).delete()
    assert "sheet 3" in looks.verify()


def test_old_looks_go_and_the_rest_still_holds(site: Path) -> None:
    from datetime import timedelta

    for number in (11, 12):
        looks.note("mot.cua", "H61.12", number, What.PAGE)
        looks.seal()
    first = Sheet.objects.order_by("sequence").first()
    assert first is not None
    Sheet.objects.filter(pk=first.pk).update(time=first.time - timedelta(days=400))
    assert looks.clear_away(365) == 1
    assert looks.clear_away(365) == 0
    assert [result for _actor, result, _what in seen()] == [12]
    assert looks.verify() == ""


def test_looks_on_both_databases(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from catalog import units

    monkeypatch.setattr(looks, "_remembered", looks._Remembered())

    units.add("H61", "Tỉnh")
    looks.note("a", "H61", 1, What.PAGE)
    looks.note_search("a", 3)
    looks.note_search("b", 0)
    assert looks.seal() == 2
    assert looks.verify() == ""
    assert seen(units=frozenset({"H61"})) == [("a", 1, "page")]


def test_somebody_who_does_nothing_for_long_signs_in_again_and_after_a_shift_in_any_case(
    sign_in: Callable[[str], Client], site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from web import sessions

    moment = [sessions.time.time()]
    monkeypatch.setattr("web.sessions.time.time", lambda: moment[0])
    idle, busy = sign_in("mot.cua"), sign_in("van.thu")
    for _half_hour in range(19):
        moment[0] += 1800
        assert busy.get("/me/").status_code == 200
    assert idle.get("/me/").status_code == 302
    moment[0] += 3000
    assert busy.get("/me/").status_code == 302, "ten hours"


def test_signing_out_everywhere_ends_all_sessions_and_a_suspended_one_does_not_come_back(
    sign_in: Callable[[str], Client], site: Path
) -> None:
    here, there, other = sign_in("mot.cua"), sign_in("mot.cua"), sign_in("van.thu")
    assert there.get("/me/").status_code == 200
    assert here.post("/me/sign-out-everywhere/")["Location"].startswith("/sign-in/")
    assert here.get("/me/").status_code == there.get("/me/").status_code == 302
    assert other.get("/me/").status_code == 200
    row = next(p for p in people.listing() if p.name == "van.thu")
    people.suspend(row.id, "test")
    people.suspend(row.id, "test", suspended=False)
    assert other.get("/me/").status_code == 302, "whoever was suspended signs in anew"


def test_signing_in_makes_a_new_key_for_the_session(anonymous: Client, site: Path) -> None:
    people.add("le.lan", "Lê Lan", "mưa rơi trên mái ngói cũ")
    anonymous.cookies["sohoa_session"] = "x" * 32
    anonymous.get("/sign-in/")
    anonymous.post("/sign-in/", {"login": "le.lan", "password": "mưa rơi trên mái ngói cũ"})
    assert anonymous.cookies["sohoa_session"].value != "x" * 32
    assert anonymous.get("/me/").status_code == 200
