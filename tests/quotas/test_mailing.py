"""Reports by e-mail, with a real mail server: once for each period, whatever goes wrong."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from catalog import events, units
from core.errors import ServiceError, UsageError
from core.settings import settings
from quotas import letters, mailing, periods, reports, smtp
from quotas.models import IssuedReport, Mailing, Sending
from quotas.periods import Span
from tests.catalog.support import at_once

UNIT = "H61"
SET_UP = datetime(2026, 8, 20, tzinfo=UTC)
DUE = datetime(2026, 9, 5, 2, tzinfo=UTC)


class Box:
    """Takes messages, refuses recipients at ``nowhere``, and does as it is told while it is handed one."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.answer = "250 taken"
        self.breaks = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.endswith("@nowhere.vn"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.letters.append((list(envelope.rcpt_tos), email.message_from_bytes(envelope.content, policy=default)))
        if self.breaks:
            server.transport.abort()
        return self.answer


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch, home: Any) -> Iterator[Box]:
    box = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    set_up(monkeypatch, port)
    yield box
    controller.stop()


def set_up(monkeypatch: pytest.MonkeyPatch, port: int, security: str = "none") -> None:
    monkeypatch.setenv("SOHOA_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("SOHOA_SMTP_PORT", str(port))
    monkeypatch.setenv("SOHOA_SMTP_SECURITY", security)
    monkeypatch.setenv("SOHOA_SMTP_FROM", "sohoa@example.gov.vn")
    settings.cache_clear()


@pytest.fixture
def monthly(database: str) -> int:
    """A mailing of each month's report on the fifth, set up in August 2026."""
    units.add(UNIT, "Ủy ban nhân dân tỉnh Đồng Tháp")
    made = mailing.add(UNIT, Span.MONTH, 5, ["an@example.gov.vn", "binh@example.gov.vn"], "quan.tri")
    Mailing.objects.update(time=SET_UP)
    return made


def test_a_report_goes_out_once_on_its_day_as_workbook_and_pdf(monthly: int, box: Box) -> None:
    assert mailing.catch_up(DUE - timedelta(days=1)) == 0
    assert mailing.catch_up(DUE) == 1
    assert mailing.catch_up(DUE + timedelta(days=3)) == 0
    ((recipients, letter),) = box.letters
    assert recipients == ["an@example.gov.vn", "binh@example.gov.vn"]
    assert "Tháng 8 năm 2026" in letter["Subject"] and letter["From"] == "sohoa@example.gov.vn"
    files = {part.get_filename(): part.get_content() for part in letter.iter_attachments()}
    assert sorted(files) == ["bao-cao-so-hoa-h61-2026-08.pdf", "bao-cao-so-hoa-h61-2026-08.xlsx"]
    assert files["bao-cao-so-hoa-h61-2026-08.pdf"].startswith(b"%PDF")
    issued = reports.newest(UNIT, periods.parse("2026-08"))
    assert issued and issued.row.digest in letter.get_body().get_content()
    last = mailing.show(monthly).last
    assert last and last.sent and last.report == issued.row.id and not last.fault
    assert [event.kind for event in events.listing(UNIT)][:2] == ["report.sent", "report.issued"]


def test_a_report_that_was_given_out_after_its_period_is_sent_as_it_is(monthly: int, box: Box) -> None:
    before = reports.issue(UNIT, periods.parse("2026-08"), "quan.tri")
    mailing.catch_up(DUE)
    last = mailing.show(monthly).last
    assert last and last.report == before.row.id and IssuedReport.objects.count() == 1


def test_a_report_that_was_given_out_within_its_period_is_counted_anew(monthly: int, box: Box) -> None:
    reports.issue(UNIT, periods.parse("2026-08"), "quan.tri")
    IssuedReport.objects.update(time=SET_UP)
    mailing.catch_up(DUE)
    assert IssuedReport.objects.count() == 2


def test_reports_that_were_due_before_the_mailing_was_set_up_are_not_sent(monthly: int, box: Box) -> None:
    assert mailing.due(datetime(2026, 8, 25, tzinfo=UTC)) == ()


def test_a_refused_recipient_is_told_and_the_others_get_the_report_once(monthly: int, box: Box) -> None:
    Mailing.objects.update(recipients=["an@example.gov.vn", "ai@nowhere.vn"])
    assert mailing.catch_up(DUE) == 1
    last = mailing.show(monthly).last
    assert last and last.sent and "ai@nowhere.vn" in last.fault
    assert mailing.catch_up(DUE + timedelta(days=2)) == 0 and len(box.letters) == 1


def test_what_surely_failed_is_tried_again_after_growing_pauses(monthly: int, box: Box) -> None:
    box.answer = "451 later"
    at = datetime.now(UTC)
    Mailing.objects.update(time=at - timedelta(days=300), day=1)
    for number, pause in enumerate(mailing.PAUSES[:3], 1):
        assert mailing.catch_up(at) == 0
        last = mailing.show(monthly).last
        assert last and last.attempts == number and "451 later" in last.fault
        assert mailing.due(last.tried + pause - timedelta(seconds=1)) == ()
        at = last.tried + pause
    box.answer = "250 taken"
    assert mailing.catch_up(at) == 1
    assert len(box.letters) == 1


def test_all_recipients_refused_is_a_failure(monthly: int, box: Box) -> None:
    Mailing.objects.update(recipients=["ai@nowhere.vn"])
    assert mailing.catch_up(DUE) == 0
    last = mailing.show(monthly).last
    assert last and last.sent is None and "550 no such person" in last.fault and not last.in_doubt


def test_a_connection_that_breaks_while_the_server_takes_it_leaves_the_sending_in_doubt(monthly: int, box: Box) -> None:
    box.breaks = True
    assert mailing.catch_up(DUE) == 0
    last = mailing.show(monthly).last
    assert last and last.in_doubt
    box.breaks = False
    assert mailing.catch_up(DUE + timedelta(days=20)) == 0 and len(box.letters) == 1, "never twice by itself"
    (asked,) = [mailing.Due(mailing.show(monthly), last.period)]
    assert mailing.send(asked, again=True).sent and len(box.letters) == 2


def test_a_program_that_ends_before_it_writes_down_that_it_sent_does_not_send_again(monthly: int, box: Box) -> None:
    (asked,) = mailing.due(DUE)
    Sending.objects.create(
        mailing_id=monthly, first=asked.period.first, last=asked.period.last, attempts=1, fault=mailing.IN_DOUBT,
        tried=DUE,
    )  # fmt: skip
    assert mailing.due(DUE + timedelta(days=9)) == () and mailing.send(asked).sent is None and not box.letters


def test_what_is_being_sent_is_not_sent_again_by_whoever_asks(monthly: int, box: Box) -> None:
    (asked,) = mailing.due(DUE)
    Sending.objects.create(
        mailing_id=monthly, first=asked.period.first, last=asked.period.last, attempts=1, fault=mailing.UNDER_WAY,
        tried=datetime.now(UTC),
    )  # fmt: skip
    last = mailing.show(monthly).last
    assert last and last.under_way and not last.in_doubt and mailing.due(DUE) == ()
    assert mailing.send(asked, again=True).sent is None and not box.letters
    Sending.objects.update(tried=datetime.now(UTC) - timedelta(hours=1))  # whoever sent it ended half-way
    last = mailing.show(monthly).last
    assert last and last.in_doubt and mailing.due(DUE) == ()
    assert mailing.send(asked).sent is None and not box.letters
    assert mailing.send(asked, again=True).sent and len(box.letters) == 1


def test_two_programs_at_once_send_one_report(monthly: int, box: Box) -> None:
    (asked,) = mailing.due(DUE)
    at_once(3, lambda _number: mailing.send(asked))
    assert len(box.letters) == 1


def test_a_server_that_is_away_is_told(monthly: int, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch, 1)
    assert mailing.catch_up(DUE) == 0
    last = mailing.show(monthly).last
    assert last and "127.0.0.1:1 cannot be reached" in last.fault
    with pytest.raises(ServiceError, match="cannot be reached"):
        mailing.try_out(monthly)


def test_a_name_of_a_server_that_can_be_none_is_a_failure_and_no_doubt(
    monthly: int, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_SMTP_HOST", f"{'m' * 70}.gov.vn")
    settings.cache_clear()
    assert mailing.catch_up(DUE) == 0
    last = mailing.show(monthly).last
    assert last and not last.in_doubt and "SOHOA_SMTP_HOST" in last.fault


def test_a_server_that_knows_no_starttls_gets_nothing_where_that_is_asked_for(
    monthly: int, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(monkeypatch, settings().smtp_port, "starttls")
    assert mailing.catch_up(DUE) == 0 and not box.letters
    last = mailing.show(monthly).last
    assert last and "STARTTLS" in last.fault


def test_nothing_is_sent_and_nothing_written_where_no_server_is_set_up(monthly: int) -> None:
    assert not smtp.configured() and mailing.catch_up(DUE) == 0 and not Sending.objects.exists()


def test_no_name_and_no_address_adds_a_header(monthly: int, box: Box) -> None:
    from catalog.models import Unit

    Unit.objects.update(name="Xã\r\nBcc: ke.trom@example.com\nX: y")
    mailing.catch_up(DUE)
    ((recipients, letter),) = box.letters
    assert len(recipients) == 2 and letter["Bcc"] is None and letter["X"] is None
    for bad in ("an@example.vn\nBcc: x@y.vn", "an", "an@", "an@example.vn, b@c.vn", "<an@example.vn>", "ân@example.vn"):
        with pytest.raises(UsageError, match="no e-mail address"):
            mailing.add(UNIT, Span.YEAR, 5, [bad], "quan.tri")


def test_a_mailing_that_ended_sends_nothing_and_a_trial_says_that_it_is_one(monthly: int, box: Box) -> None:
    assert mailing.try_out(monthly).refused == ()
    assert "Thư thử" in box.letters[0][1]["Subject"]
    mailing.end(monthly, "quan.tri")
    mailing.end(monthly, "quan.tri")
    assert mailing.due(DUE) == () and mailing.listing(None) == ()
    assert [event.kind for event in events.listing(UNIT)].count("report.mailing_ended") == 1
    told = "".join(str(event.data) for event in events.listing(UNIT))
    assert "@" not in told, "addresses are of people, and do not belong into events"


def test_a_mailing_needs_a_day_that_each_month_has_and_somebody_to_go_to(database: str) -> None:
    units.add(UNIT, "Tỉnh")
    for day, recipients in ((0, ["a@b.vn"]), (29, ["a@b.vn"]), (5, []), (5, [f"a{n}@b.vn" for n in range(51)])):
        with pytest.raises(UsageError):
            mailing.add(UNIT, Span.MONTH, day, recipients, "quan.tri")
    assert letters.file_stem("H61.12", "2026-q3") == "bao-cao-so-hoa-h61-12-2026-q3"
