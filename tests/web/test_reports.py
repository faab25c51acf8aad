"""Reports on the pages: figures with the lists behind them, giving out, files, what changed since, e-mail, flags."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog import events
from catalog.values import digest
from quotas import dossier_lists, mailing, periods, reports
from quotas.dossier_facts import Figure
from quotas.models import IssuedReport
from registers.models import Dossier
from tests.quotas import province

YEAR = str(province.YEAR)


def text(answer: Any) -> str:
    """The page that was answered."""
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def reader(home: Path, site: Path) -> Iterator[Client]:
    """An administrator of one commune of the made-up province."""
    from accounts import people
    from accounts.models import User
    from accounts.rights import Role

    province.build(200)
    person = people.add("xa.truong", "Chủ tịch xã")
    people.grant(person, Role.ADMINISTRATOR, "H61.50", "quan.tri")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username="xa.truong"), "django.contrib.auth.backends.ModelBackend")
    yield client


def test_a_report_is_read_given_out_fetched_and_held_against_today(reader: Client) -> None:
    asked = {"unit": "H61.50", "period": YEAR}
    assert "Kết quả điện tử" in text(reader.get(reverse("reports"), asked))
    told = reader.post(reverse("report_issue"), asked)
    (row,) = reports.listing(None)
    assert told["Location"] == reverse("report", args=[row.id])
    for name, start in (("report_xlsx", b"PK"), ("report_pdf", b"%PDF"), ("report_json", b"{")):
        file = reader.get(reverse(name, args=[row.id]))
        assert file.content.startswith(start) and "attachment" in file["Content-Disposition"]
    assert digest(json.loads(file.content)) == row.digest
    kinds = [event.kind for event in events.listing("H61.50")]
    assert kinds.count("export.made") == 3 and kinds.count("report.issued") == 1
    assert "<mark>" not in text(reader.get(reverse("report", args=[row.id]), {"now": "1"}))
    gone = Dossier.objects.filter(unit__code="H61.50", withdrawn=None, received__year=2025).values_list(
        "pk", flat=True
    )[:1]
    Dossier.objects.filter(pk__in=list(gone)).delete()
    differs = reader.get(reverse("report", args=[row.id]), {"now": "1"})
    assert "<mark>" in text(differs) and reports.show(row.id).row.digest == row.digest


def test_a_report_that_was_changed_in_the_database_says_so(reader: Client) -> None:
    issued = reports.issue("H61.50", periods.parse(YEAR), "an")
    assert 'role="alert"' not in text(reader.get(reverse("report", args=[issued.row.id])))
    issued.content["units"][0]["all"]["received"] += 1  # type: ignore[index]
    IssuedReport.objects.update(content=issued.content)
    assert 'role="alert"' in text(reader.get(reverse("report", args=[issued.row.id])))


def test_the_list_behind_a_figure_names_dossiers_and_nobody(reader: Client) -> None:
    asked = {"unit": "H61.50", "period": YEAR, "figure": "received"}
    page = text(reader.get(reverse("report_dossiers"), asked))
    wanted = dossier_lists.Wanted("H61.50", periods.parse(YEAR), Figure.RECEIVED)
    rows = dossier_lists.listing(wanted, limit=50)
    assert rows and all(row.code in page for row in rows) and "Bí Mật" not in page
    for wrong in ({"figure": "holders"}, {"period": "2025-13"}, {"unit": "H61"}, {"unit": "H99"}):
        assert reader.get(reverse("report_dossiers"), asked | wrong).status_code == 404


def test_what_one_does_not_answer_for_is_not_there(reader: Client) -> None:
    other = reports.issue("H61", periods.parse(YEAR), "an").row.id
    foreign = mailing.add("H61", periods.Span.YEAR, 5, ["an@example.gov.vn"], "an")
    for name in ("report", "report_xlsx", "report_pdf", "report_json"):
        assert reader.get(reverse(name, args=[other])).status_code == 404
    for name in ("report_mailing_end", "report_mailing_try", "report_mailing_again"):
        assert reader.post(reverse(name, args=[foreign])).status_code == 404
    assert reader.post(reverse("report_issue"), {"unit": "H61", "period": YEAR}).status_code == 404
    assert reverse("report", args=[other]) not in text(reader.get(reverse("reports")))
    page = reader.post(reverse("portal_flags"), {"unit": "H61", "period": YEAR, "form": "csv"})
    assert page["Content-Type"].startswith("text/html") and mailing.show(foreign).ended is None


def test_flags_leave_as_rows_and_that_is_told(reader: Client) -> None:
    asked = {"unit": "H61.50", "period": YEAR, "form": "jsonl"}
    content = b"".join(reader.post(reverse("portal_flags"), asked))  # type: ignore[arg-type]
    rows = [json.loads(line) for line in content.decode().splitlines()]
    assert {row["Loai"] for row in rows} == {"component", "result"} and "Bí Mật" not in content.decode()
    assert {(row["DuocTaiSuDung"], row["DuocLayTuKhoDMQG"]) for row in rows} >= {(0, 0), (1, 0), (2, 1)}
    (told,) = [event for event in events.listing("H61.50") if event.kind == "export.made"]
    assert told.data["rows"] == len(rows)
    table = b"".join(reader.post(reverse("portal_flags"), asked | {"form": "csv"}))  # type: ignore[arg-type]
    assert table.decode("utf-8-sig").count("\r\n") == len(rows) + 1


def test_a_mailing_is_set_up_and_ended_and_says_that_mail_is_not_set_up(reader: Client) -> None:
    asked = {"unit": "H61.50", "span": "month", "day": "5", "recipients": "an@example.gov.vn\nsai", "language": "vi"}
    assert 'role="alert"' in text(reader.post(reverse("report_mailings"), asked)) and mailing.listing(None) == ()
    reader.post(reverse("report_mailings"), asked | {"recipients": "an@example.gov.vn\nbinh@example.gov.vn"})
    (row,) = mailing.listing(None)
    page = reader.get(reverse("report_mailings")).content.decode()
    assert "binh@example.gov.vn" in page and "SOHOA_SMTP_HOST" in page
    reader.post(reverse("report_mailing_end", args=[row.id]))
    assert mailing.listing(None) == ()
