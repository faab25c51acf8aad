"""Integrity on a page: what stands, what was mended and how far the reading is, for administrators alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.test import Client

from accounts import people
from accounts.rights import Role
from preservation.fixity import faults, rounds
from preservation.fixity.faults import End
from preservation.fixity.findings import Code, Finding
from tests.web import library

SignIn = Callable[[str], Client]
HALF = "sha256/80/00/80" + "0" * 62


def _page(client: Client) -> str:
    answer = client.get("/fixity/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_nobody_has_looked_yet(sign_in: SignIn) -> None:
    page = _page(sign_in("quan.tri"))
    assert "sohoa verify" in page and "SOHOA_SECOND_COPY_URL" in page


def test_what_stands_what_was_mended_and_how_far_it_is(sign_in: SignIn, tmp_path: Path) -> None:
    id = library.put(library.PERMIT, tmp_path)
    faults.note(Finding(Code.ROW, f"result:{id}", "x", unit="H61.12"))
    faults.note(Finding(Code.STRAY, f"object:{HALF}", "x", HALF))
    faults.end(Finding(Code.ALTERED, f"scan:{id}", "x", HALF, "H61.12"), End.RESTORED)
    rounds.step(rounds.begin().id, HALF, 7, 7_000_000, 0)
    page = _page(sign_in("quan.tri"))
    assert f'href="/results/{id}/"' in page and "object:sha256/80" in page
    assert "50 %" in page and f"scan:{id}" in page


def test_it_is_told_in_the_readers_language_and_not_to_other_units(sign_in: SignIn) -> None:
    faults.note(Finding(Code.CHAIN, "unit:H61.13", "the program's own words", unit="H61.13"))
    page = _page(sign_in("quan.tri"))
    assert "Sự kiện bị sửa" in page and "the program&#x27;s own words" not in page
    people.grant(people.add("quan.xa", "Quản trị xã"), Role.ADMINISTRATOR, "H61.12.3", "test", ())
    assert "H61.13" not in _page(sign_in("quan.xa"))
