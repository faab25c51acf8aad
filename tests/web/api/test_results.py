"""Finding results, showing one, and its files."""

from __future__ import annotations

import io
from collections.abc import Callable
from urllib.parse import quote

import pikepdf
import pytest

from accounts.rights import Right
from tests.web.api.support import Program, problem

pytestmark = pytest.mark.usefixtures("permit", "birth")


def body_of(response: object) -> bytes:
    return b"".join(response)  # type: ignore[call-overload]


def test_a_search_finds_with_and_without_accents_and_says_what_stands_on_paper(one_stop: Program, permit: int) -> None:
    found = one_stop.get("/search", data={"q": "nguyen thi hoa", "facet": ["unit", "document_type"]}).json()
    assert [row["id"] for row in found["results"]] == [permit]
    row = found["results"][0]
    assert (row["number"], row["issue_date"], row["validity"]) == ("577/GPXD", "2019-03-05", "valid")
    assert {"value": "H61.12", "count": 1} in found["facets"]["unit"]
    assert any(piece["match"] for snippet in row["highlights"] for piece in snippet)


def test_a_cursor_leads_through_all_results_once(one_stop: Program, permit: int, birth: int) -> None:
    first = one_stop.get("/search", data={"limit": 1}).json()
    second = one_stop.get("/search", data={"limit": 1, "cursor": first["cursor"]}).json()
    assert {first["results"][0]["id"], second["results"][0]["id"]} == {permit, birth}
    told = problem(one_stop.get("/search", data={"q": "other", "cursor": first["cursor"]}), 422, "cursor")
    assert told["field"] == "cursor"


def test_filters_hold(one_stop: Program, birth: int) -> None:
    asked = {
        "unit": "H61.12.3",
        "type": "giay khai sinh",
        "issued_from": "2021-01-01",
        "validity": ["valid", "unknown"],
    }
    assert [row["id"] for row in one_stop.get("/search", data=asked).json()["results"]] == [birth]
    assert one_stop.get("/search", data={"unit": "H99"}).json()["total"] == 0
    problem(one_stop.get("/search", data={"limit": 1000}), 422, "invalid")


def test_who_has_no_right_to_a_unit_finds_nothing_there(elsewhere: Program, permit: int) -> None:
    assert elsewhere.get("/search", data={"q": "577/GPXD"}).json()["total"] == 0
    for path in ("", "/archive.pdf", "/original", "/words.xml"):
        problem(elsewhere.get(f"/results/{permit}{path}"), 404, "not-found")
    problem(elsewhere.get("/results/123456"), 404, "not-found")


def test_a_result_is_shown_with_fields_files_and_the_flags_of_the_portal(one_stop: Program, birth: int) -> None:
    from catalog.models import Scan
    from preservation.signatures import checking
    from preservation.signatures.trust import Trust
    from preservation.signatures.verdicts import Intact, Looked, Trusted, Valid, Verdict

    shown = one_stop.get(f"/results/{birth}").json()
    assert shown["fields"]["holder"] == "Trần Văn Đức"
    assert shown["files"]["archive"]["path"] == f"/api/v1/results/{birth}/archive.pdf"
    assert shown["signatures"] is None, "nobody has looked yet"
    scan = Scan.objects.get(document__result=birth)
    sound = Verdict("a", Intact.INTACT, Valid.UNPROVEN, Trusted.TRUSTED, signer="Lê Văn Ký")
    checking._keep(scan, Looked((sound,)), Trust())
    (one,) = one_stop.get(f"/results/{birth}").json()["signatures"]
    assert (one["signer"], one["intact"], one["valid"], one["trusted"]) == (
        "Lê Văn Ký",
        "intact",
        "unproven",
        "trusted",
    )
    assert shown["portal"] == {
        "DuocSoHoa": 1,
        "DuocTaiSuDung": 0,
        "DuocLayTuKhoDMQG": 0,
        "MaKetQuaThayThe": None,
        "MaGiayToKetQua": "KQ.G15.000031",
    }


def test_files_come_whole_and_in_parts(one_stop: Program, permit: int) -> None:
    whole = one_stop.get(f"/results/{permit}/archive.pdf")
    content = body_of(whole)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 2
    part = one_stop.get(f"/results/{permit}/archive.pdf", headers={"Range": "bytes=0-4"})
    assert (part.status_code, body_of(part)) == (206, b"%PDF-")
    assert one_stop.get(f"/results/{permit}/archive.pdf", headers={"Range": "bytes=999999999-"}).status_code == 416
    assert one_stop.head(f"/results/{permit}/archive.pdf").headers["Content-Length"] == str(len(content))
    assert one_stop.get(f"/results/{permit}/original").status_code == 200
    assert b"<alto" in body_of(one_stop.get(f"/results/{permit}/words.xml"))


def test_a_confidential_result_needs_its_kind_and_a_reason_once_a_day(
    program: Callable[..., Program], criminal_record: int
) -> None:
    from catalog import openings

    path = f"/results/{criminal_record}"
    problem(program().get(path), 404, "not-found")
    justice = program(confidential=("criminal_record",))
    for file in ("", "/archive.pdf", "/original", "/words.xml"):
        problem(justice.get(path + file), 403, "reason-needed")
    assert justice.get(path, headers={"Sohoa-Reason": quote("hồ sơ 12")}).json()["confidential"] == "criminal_record"
    assert justice.get(path + "/original").status_code == 200
    assert [(row.actor, row.reason) for row in openings.listing(criminal_record)] == [("token:phần mềm 2", "hồ sơ 12")]


def test_lists_name_neither_holder_nor_subject_of_a_confidential_result_and_the_result_itself_does(
    program: Callable[..., Program], criminal_record: int
) -> None:
    justice = program(confidential=("criminal_record",))
    opened = justice.get(f"/results/{criminal_record}", headers={"Sohoa-Reason": quote("hồ sơ 12")}).json()
    assert opened["holder"] == opened["fields"]["holder"] == "Lê Văn Tám"
    for row in (
        *justice.get("/search", data={"q": "lý lịch tư pháp"}).json()["results"],
        *justice.post("/holders/results", {"id": "087185001234", "types": ["Phiếu lý lịch tư pháp"]}).json()["results"],
    ):
        assert (row["id"], row["number"], row["document_type"]) == (
            criminal_record,
            "12/STP-LLTP",
            "Phiếu lý lịch tư pháp",
        )
        assert (row["holder"], row["subject"], row.get("highlights", [])) == ("", "", [])


def test_a_result_that_took_the_place_of_one_that_may_not_be_seen_does_not_name_it(
    program: Callable[..., Program], permit: int, birth: int
) -> None:
    from datetime import date

    from catalog import decisions
    from catalog.life import Decision

    decisions.replace(permit, birth, Decision("1/QĐ", date(2022, 1, 2), "cấp lại"), "test")
    commune = program("H61.12.3", frozenset({Right.SEE}))
    assert commune.get(f"/results/{birth}").json()["replaces"] == []
    assert program().get(f"/results/{birth}").json()["replaces"] == [permit]
    for asking in (commune, program()):
        flag = asking.get(f"/results/{birth}").json()["portal"]["MaKetQuaThayThe"]
        assert flag is None, "one of another unit does not go by the code of this one"


def test_a_holder_s_valid_results_are_found_by_any_linked_number(one_stop: Program, permit: int) -> None:
    from catalog import persons

    ask = {"id": "087185001234"}
    assert [row["id"] for row in one_stop.post("/holders/results", ask).json()["results"]] == [permit]
    assert one_stop.post("/holders/results", ask | {"day": "2019-03-04"}).json()["results"] == []
    assert one_stop.post("/holders/results", ask | {"types": ["GIAY PHEP XAY DUNG"]}).json()["results"]
    assert one_stop.post("/holders/results", ask | {"types": ["Giấy khai sinh"]}).json()["results"] == []
    assert one_stop.post("/holders/results", {"id": "340123456"}).json()["results"] == []
    persons.link("340123456", "087185001234", "test", "H61.12", "CMND cũ")
    assert [row["id"] for row in one_stop.post("/holders/results", {"id": "340 123 456"}).json()["results"]] == [permit]
    problem(one_stop.post("/holders/results", {"id": "1234 567-8"}), 422, "identity")


def test_a_procedure_says_which_of_a_holder_s_results_are_wanted(one_stop: Program, permit: int) -> None:
    from catalog import procedures

    procedures.add("1.004873", "Cấp giấy phép xây dựng", document_types=["GIẤY PHÉP XÂY DỰNG", "Giấy khai sinh"])
    procedures.add("2.000635", "Cấp bản sao trích lục hộ tịch", document_types=["Giấy khai sinh"])
    procedures.add("1.000001", "Chưa biết cần gì")

    def found(**asked: object) -> list[int]:
        return [
            row["id"] for row in one_stop.post("/holders/results", {"id": "087185001234", **asked}).json()["results"]
        ]

    assert found(procedure="1.004873") == [permit]
    assert found(procedure="2.000635") == []
    assert found(procedure="2.000635", types=["giay phep xay dung"]) == [permit]
    for code in ("9.999999", "1.000001"):
        asked = one_stop.post("/holders/results", {"id": "087185001234", "procedure": code})
        assert problem(asked, 422, "procedure")["field"] == "procedure"


def test_a_holder_s_results_are_those_that_the_token_may_see(
    program: Callable[..., Program], elsewhere: Program, criminal_record: int, permit: int
) -> None:
    ask = {"id": "087185001234"}
    assert elsewhere.post("/holders/results", ask).json()["results"] == []
    assert [row["id"] for row in program().post("/holders/results", ask).json()["results"]] == [permit]
    justice = program(confidential=("criminal_record",))
    assert [r["id"] for r in justice.post("/holders/results", ask).json()["results"]] == [criminal_record, permit]


def test_what_was_revoked_is_not_among_a_holder_s_results(one_stop: Program, permit: int) -> None:
    from datetime import date

    from catalog import decisions
    from catalog.life import Decision

    decisions.revoke(permit, Decision("1/QĐ", date(2022, 1, 2), "sai"), "test")
    assert one_stop.post("/holders/results", {"id": "087185001234"}).json()["results"] == []


def test_a_result_is_handed_over(one_stop: Program, program: Callable[..., Program], permit: int) -> None:
    path = f"/results/{permit}/deliveries"
    body = {"manner": "post", "tracking": "EA123456789VN", "day": "2024-05-06", "to": "Nguyễn Thị Hòa"}
    made = one_stop.post(path, body)
    assert made.status_code == 201
    assert one_stop.get(f"/results/{permit}").json()["deliveries"] == [made.json()]
    assert one_stop.post(path, body).json() == made.json()
    assert problem(one_stop.post(path, body | {"tracking": ""}), 422, "tracking")["field"] == "tracking"
    problem(program(rights=frozenset({Right.SEE})).post(path, body), 404, "not-found")


def test_the_queries_of_a_search_and_of_a_holder_do_not_grow_with_what_is_found(
    one_stop: Program, program: Callable[..., Program], criminal_record: int
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(program: Program) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as search:
            assert program.get("/search").status_code == 200
        with CaptureQueriesContext(connection) as holder:
            assert program.post("/holders/results", {"id": "087185001234"}).status_code == 200
        return len(search), len(holder)

    few, many = program("H61.12.3"), program(confidential=("criminal_record",))
    count(few), count(many)  # the minute's calls are taken by now
    assert count(few) == count(many)
