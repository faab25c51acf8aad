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
from tests.web import library
from tests.web.furnished import patterns
from web.rights import PUBLIC, SIGNED_IN, need_of

ARCHIVE = Right.ARCHIVE.value
SEE, MANAGE = Right.SEE.value, Right.MANAGE.value
REUSE, COPY = Right.REUSE.value, Right.COPY.value
CORRECT, DECIDE, DELIVER = Right.CORRECT.value, Right.DECIDE.value, Right.DELIVER.value

TABLE = {
    "search": SEE,
    "result": SEE,
    "picture": SEE,
    "thumbnail": SEE,
    "archive": SEE,
    "words": SEE,
    "original": SEE,
    "result_source": SEE,
    "result_open": SEE,
    "result_version": SEE,
    "result_undo": SEE,
    "result_correct": CORRECT,
    "result_confirm": CORRECT,
    "result_persons": CORRECT,
    "result_unlink": CORRECT,
    "result_replace": DECIDE,
    "result_revoke": DECIDE,
    "result_deliver": DELIVER,
    "result_delivery_undo": DELIVER,
    "result_use": REUSE,
    "reuse": REUSE,
    "reuse_notices": REUSE,
    "reuse_entry": REUSE,
    "reuse_package": REUSE,
    "reuse_undo": REUSE,
    "reuse_seen": REUSE,
    "result_copies": COPY,
    "result_copy": COPY,
    "copy_withdraw": COPY,
    "genuine": PUBLIC,
    "people": MANAGE,
    "person_add": MANAGE,
    "person": MANAGE,
    "person_invite": MANAGE,
    "person_suspend": MANAGE,
    "person_withdraw": MANAGE,
    "person_deeds": MANAGE,
    "deeds": MANAGE,
    "deeds_table": MANAGE,
    "exports": MANAGE,
    "looks": MANAGE,
    "units": MANAGE,
    "unit_add": MANAGE,
    "unit_import": MANAGE,
    "unit": MANAGE,
    "unit_rename": MANAGE,
    "unit_move": MANAGE,
    "unit_end": MANAGE,
    "unit_reopen": MANAGE,
    "procedures": MANAGE,
    "procedure_add": MANAGE,
    "procedure_import": MANAGE,
    "procedure": MANAGE,
    "bought_in": ARCHIVE,
    "bought_in_new": ARCHIVE,
    "bought_in_check": ARCHIVE,
    "bought_in_one": ARCHIVE,
    "registers": Right.REGISTER.value,
    "register": Right.REGISTER.value,
    "register_line": Right.REGISTER.value,
    "register_withdraw": Right.REGISTER.value,
    "register_restore": Right.REGISTER.value,
    "register_unsure": Right.REGISTER.value,
    "register_unsure_one": Right.REGISTER.value,
    "register_unsure_undo": Right.REGISTER.value,
    "register_unlink": Right.REGISTER.value,
    "register_missing": Right.REGISTER.value,
    "register_missing_table": Right.REGISTER.value,
    "register_missing_csv": Right.REGISTER.value,
    "register_unlisted": Right.REGISTER.value,
    "register_unlisted_table": Right.REGISTER.value,
    "register_unlisted_csv": Right.REGISTER.value,
    "register_import": Right.REGISTER.value,
    "register_columns": Right.REGISTER.value,
    "register_check": Right.REGISTER.value,
    "register_mend": Right.REGISTER.value,
    "register_imports": Right.REGISTER.value,
    "register_imported": Right.REGISTER.value,
    "paper": ARCHIVE,
    "paper_box": ARCHIVE,
    "paper_box_change": ARCHIVE,
    "paper_box_list": ARCHIVE,
    "paper_box_handover": ARCHIVE,
    "paper_box_label": ARCHIVE,
    "paper_put": ARCHIVE,
    "paper_put_undo": ARCHIVE,
    "paper_lend": ARCHIVE,
    "paper_loans": ARCHIVE,
    "paper_return": ARCHIVE,
    "regions": CORRECT,
    "carrier": CORRECT,
    "duplicates": CORRECT,
    "duplicate": CORRECT,
    "duplicate_undo": CORRECT,
    "samples": CORRECT,
    "rates": CORRECT,
    "rates_table": CORRECT,
    "calibration": CORRECT,
    "intake": Right.ADD.value,
    "intake_one": Right.ADD.value,
    "batches": ARCHIVE,
    "batch_open": ARCHIVE,
    "batch": ARCHIVE,
    "batch_change": ARCHIVE,
    "batch_close": ARCHIVE,
    "batch_reopen": ARCHIVE,
    "batch_retry": ARCHIVE,
    "batch_sheets": ARCHIVE,
    "batch_stacks": ARCHIVE,
    "uploads": ARCHIVE,
    "upload": ARCHIVE,
    "upload_finish": ARCHIVE,
    "staging": Right.ARCHIVE.value,
    "staging_act": Right.ARCHIVE.value,
    "staging_take_out": Right.ARCHIVE.value,
    "staging_picture": Right.ARCHIVE.value,
    "staging_thumbnail": Right.ARCHIVE.value,
    "tokens": MANAGE,
    "token_add": MANAGE,
    "token_revoke": MANAGE,
    "review": CORRECT,
    "review_next": CORRECT,
    "review_one": CORRECT,
    "review_typed": CORRECT,
    "review_settle": CORRECT,
    "review_aside": CORRECT,
    "review_leave": CORRECT,
    "review_stay": CORRECT,
    "review_undo": CORRECT,
    "review_crop": CORRECT,
    "review_policy": MANAGE,
    "reports": Right.REPORT.value,
    "report_issue": Right.REPORT.value,
    "report_dossiers": Right.REPORT.value,
    "portal_flags": Right.REPORT.value,
    "report_mailings": Right.REPORT.value,
    "report_mailing_end": Right.REPORT.value,
    "report_mailing_try": Right.REPORT.value,
    "report_mailing_again": Right.REPORT.value,
    "report": Right.REPORT.value,
    "report_xlsx": Right.REPORT.value,
    "report_pdf": Right.REPORT.value,
    "report_json": Right.REPORT.value,
    "quotas": Right.REPORT.value,
    "quota_unit": Right.REPORT.value,
    "quota_chart": Right.REPORT.value,
    "quota_targets": Right.REPORT.value,
    "fixity": MANAGE,
    "retention": MANAGE,
    "retention_set": MANAGE,
    "retention_end": MANAGE,
    "retention_due": MANAGE,
    "retention_due_table": MANAGE,
    "retention_holds": MANAGE,
    "retention_lift": MANAGE,
    "disposals": MANAGE,
    "disposal_propose": MANAGE,
    "disposal": MANAGE,
    "disposal_decide": MANAGE,
    "disposal_withdraw": MANAGE,
    "quota_target_set": MANAGE,
    "quota_target_end": MANAGE,
    "quota_freeze": MANAGE,
    "quota_list": Right.REPORT.value,
    "quota_list_file": Right.REPORT.value,
    "account_login": PUBLIC,
    "mfa_authenticate": PUBLIC,
    "account_inactive": PUBLIC,
    "account_signup": PUBLIC,
    "socialaccount_login_cancelled": PUBLIC,
    "socialaccount_login_error": PUBLIC,
    "socialaccount_signup": PUBLIC,
    "openid_connect_login": PUBLIC,
    "openid_connect_callback": PUBLIC,
    "account_logout": PUBLIC,
    "first": PUBLIC,
    "begin": PUBLIC,
    "invitation": PUBLIC,
    "favicon": PUBLIC,
    "language": PUBLIC,
    "me": SIGNED_IN,
    "me_sign_out": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "account_reauthenticate": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "app_picture": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
}
"""Name of the address → who may call it: anybody, anybody signed in, or who holds this right somewhere."""

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


@pytest.mark.parametrize("name", [name for name, need in TABLE.items() if need != PUBLIC])
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_signed_in_is_led_to_the_form(anonymous: Client, permit: int, name: str, method: str) -> None:
    response = getattr(anonymous, method)(path_of(name))
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("person", list(library.PEOPLE))
def test_what_no_role_of_theirs_opens_is_not_there(sign_in: Callable[[str], Client], permit: int, person: str) -> None:
    client = sign_in(person)
    held = {right.value for right in ROLES[Role(library.PEOPLE[person][0])]}
    for name, need in TABLE.items():
        if need not in {PUBLIC, SIGNED_IN} and need not in held:
            for method in ("get", "post"):
                assert getattr(client, method)(path_of(name)).status_code == 404, name


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
    from accounts.rights import Right, Role
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
