"""The one-stop software tells of dossiers and issued results; twice is once, and what is wrong is named."""

from __future__ import annotations

import json
from typing import Any

from registers.models import Component, Line
from tests.web.api.support import BASE, Program, problem

CODE = "H61.12-261101-0001"
LINE = {
    "number": "577/GPXD",
    "document_type": "Giấy phép xây dựng",
    "issue_date": "2026-11-05",
    "holder": "Nguyễn Văn Ất",
    "holder_id": "087185001234",
    "validity": "12 tháng",
}
DOSSIER = {
    "unit": "H61.12",
    "procedure": "1.004873",
    "received": "2026-11-01",
    "resolved": "2026-11-05",
    "applicant": "Nguyễn Văn Ất",
    "components": [{"name": "Đơn đề nghị", "state": "digitized"}, {"name": "Giấy khai sinh", "state": "none"}],
    "lines": [LINE],
}


def put(program: Program, body: Any, code: str = CODE, key: str = "") -> Any:
    headers = {"Authorization": f"Bearer {program.secret}"} | ({"Idempotency-Key": key} if key else {})
    return program._client.put(f"{BASE}/dossiers/{code}", json.dumps(body), "application/json", headers=headers)


def test_a_dossier_is_told_again_and_changed(one_stop: Program) -> None:
    told = put(one_stop, DOSSIER, key="a").json()
    assert [one["state"] for one in told["components"]] == ["digitized", "none"]
    assert told["lines"][0]["number"] == "577/GPXD"
    line = Line.objects.get()
    assert (line.dossier, line.procedure, str(line.valid_to)) == (CODE, "1.004873", "2027-11-05")
    assert put(one_stop, DOSSIER, key="a").headers["Idempotent-Replayed"] == "true"
    assert put(one_stop, DOSSIER).json() == told
    fewer = put(one_stop, DOSSIER | {"components": [], "lines": []}).json()
    assert fewer["components"] == [] and len(fewer["lines"]) == 1
    assert not Component.objects.exists()
    assert one_stop.get(f"/dossiers/{CODE}").json() == fewer
    assert Line.objects.count() == 1


def test_what_is_wrong_is_named_and_nothing_is_written(one_stop: Program, permit: int, criminal_record: int) -> None:
    for change, code, field in (
        ({"resolved": "2026-10-01"}, "days", "resolved"),
        ({"received": "2027-01-01"}, "days", "received"),
        ({"lines": [LINE | {"holder_id": "12345"}]}, "value", "lines.0.holder_id"),
        ({"lines": [LINE | {"issue_date": "2030-01-01"}]}, "days", "lines.0.issue_date"),
        ({"components": [{"name": "x", "state": "reused", "result": 999999}]}, "result", "components.0.result"),
        (
            {"components": [{"name": "x", "state": "reused", "result": criminal_record}]},
            "result",
            "components.0.result",
        ),
    ):
        answer = put(one_stop, DOSSIER | change)
        assert problem(answer, 422, code)["field"] == field, change
        assert "12345" not in answer.content.decode()
        assert not Line.objects.exists(), change
    problem(put(one_stop, DOSSIER, "khong phai ma"), 422, "dossier")


def test_other_units_do_not_exist_and_their_dossiers_are_not_taken(one_stop: Program, elsewhere: Program) -> None:
    put(one_stop, DOSSIER)
    problem(elsewhere.get(f"/dossiers/{CODE}"), 404, "not-found")
    problem(put(elsewhere, DOSSIER), 404, "not-found")
    problem(put(elsewhere, DOSSIER | {"unit": "H61.13"}), 409, "other-unit")


def test_lines_come_in_by_the_thousand_and_twice_is_once(one_stop: Program) -> None:
    body = {"lines": [LINE | {"number": f"{number}/GPXD"} for number in range(1, 1001)]}
    assert one_stop.post("/registers/H61.12/lines", body).json() == {"new": 1000, "changed": 0, "same": 0}
    assert one_stop.post("/registers/H61.12/lines", body).json() == {"new": 0, "changed": 0, "same": 1000}
    problem(one_stop.post("/registers/H61.12/lines", {"lines": [{"subject": "x"}]}), 422, "line")
    problem(one_stop.post("/registers/H61.12/lines", {"lines": [*body["lines"], LINE]}), 422, "invalid")
    problem(one_stop.post("/registers/H99/lines", body), 404, "not-found")


def test_a_register_does_not_undo_what_the_software_told(one_stop: Program, tmp_path: Any) -> None:
    from registers import dossiers
    from tests.registers.support import HEADER, take
    from tests.spreadsheets import making

    put(one_stop, DOSSIER | {"applicant_id": "087185001234"})
    header = (*HEADER, "Mã hồ sơ", "Ngày tiếp nhận")
    row = (1, "577/GPXD", "05/11/2026", "Nguyễn Văn Ất", "087185001234", "Giấy phép xây dựng", "", CODE, "02/11/2026")
    done = take(making.xlsx(tmp_path / "a.xlsx", [header, row]))
    assert (done.counts.new, done.counts.changed, done.counts.dossiers) == (0, 0, 0)
    found = dossiers.show(CODE)
    assert (len(found.components), str(found.received)) == (2, "2026-11-01")
    line = Line.objects.get()
    assert (line.values["validity"], str(line.valid_to)) == ("12 tháng", "2027-11-05")  # the file has no such column
