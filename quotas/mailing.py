"""Who gets which report by e-mail, and sending it: once for each mailing and period.

A sending is written down before the message is handed to the server. If the program ends in between, or the connection
breaks while the server takes it, nobody knows whether it arrived: the sending is then *in doubt*, is shown so, and
is not tried again by itself. So the risk that we take is that a report does not arrive until a person sends it again;
none is sent twice unasked. Whatever surely failed is tried again after growing pauses (`PAUSES`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from catalog import events, units
from catalog.configuration import told_plainly
from catalog.values import HERE, clip, day_of, now
from core.errors import NotFoundError, SohoaError, UsageError
from quotas import letters, periods, reports, smtp
from quotas.models import Mailing, Sending
from quotas.periods import Period, Span

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720, 1440))
"""How long after a failure it is tried again; the last one again and again, until the next period's report is due."""
MOST = 50
"""Recipients of a mailing at most."""
IN_DOUBT = "in doubt"
"""Fault of a sending that was begun and of which nobody knows whether it arrived."""
UNDER_WAY = "being sent"
"""Fault of a sending that was begun; when it is so for longer than any takes, nobody knows whether it arrived."""
_LONGEST = timedelta(minutes=30)
"""No sending takes longer: `smtp.TIMEOUT` for each of `MOST` recipients, and the report's making."""
_ACTOR = "mailing"
_LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class SendingRow:
    """The sending of one report."""

    period: Period
    report: int | None
    attempts: int
    sent: datetime | None
    fault: str
    """Why it could not be sent last, or whom the server refused; empty: no fault."""
    tried: datetime

    @property
    def in_doubt(self) -> bool:
        """Whether nobody knows if it arrived."""
        return self.sent is None and (self.fault == IN_DOUBT or (self._begun and not self.under_way))

    @property
    def under_way(self) -> bool:
        """Whether it is being sent just now."""
        return self._begun and now() - self.tried < _LONGEST

    @property
    def _begun(self) -> bool:
        return self.sent is None and self.fault == UNDER_WAY


@dataclass(frozen=True, slots=True)
class MailingRow:
    """Who gets which report."""

    id: int
    unit: str
    span: Span
    day: int
    """Of the month after the period's end, 1–28."""
    recipients: tuple[str, ...]
    language: str
    actor: str
    time: datetime
    ended: datetime | None
    last: SendingRow | None
    """The newest sending; None: nothing was sent yet."""


@dataclass(frozen=True, slots=True)
class Due:
    """A report that is to be sent now."""

    mailing: MailingRow
    period: Period


@told_plainly()
def add(unit: str, span: Span, day: int, recipients: Sequence[str], actor: str, language: str = "vi") -> int:
    """Send reports of `unit` to `recipients` from now on, on `day` of the month after each period; gives its id.

    Raises UsageError: an unknown unit, a day that some months lack, no or too many recipients, one that is no address.
    """
    units.require(unit)
    addresses = list(dict.fromkeys(smtp.checked(one) for one in recipients))
    if not 1 <= day <= 28:
        raise UsageError("the day is one from 1 to 28: every month has these")
    if not 0 < len(addresses) <= MOST:
        raise UsageError(f"a mailing has 1 to {MOST} recipients")
    if language not in _LANGUAGES:
        raise UsageError(f"the language is one of {', '.join(_LANGUAGES)}")
    with transaction.atomic(), events.acting(actor):
        made = Mailing.objects.create(
            unit_id=unit, period=span.value, day=day, recipients=addresses, language=language, actor=actor, time=now()
        )
        told = {"period": span.value, "day": day, "recipients": len(addresses)}
        events.append(unit, "report.mailing_set", f"mailing:{made.pk}", told)
    return int(made.pk)


@told_plainly()
def end(id: int, actor: str) -> None:
    """Send no more; a second time changes nothing. Raises NotFoundError."""
    row = show(id)
    with transaction.atomic(), events.acting(actor):
        if Mailing.objects.filter(pk=id, ended=None).update(ended=now(), ended_by=actor):
            events.append(row.unit, "report.mailing_ended", f"mailing:{id}", {"period": row.span.value})


@told_plainly()
def show(id: int) -> MailingRow:
    """One mailing; raises NotFoundError."""
    found = _rows(Mailing.objects.filter(pk=id))
    if not found:
        raise NotFoundError(f"there is no mailing {id}")
    return found[0]


@told_plainly()
def listing(covered: Collection[str] | None) -> tuple[MailingRow, ...]:
    """The mailings of these units (None: all) that hold, oldest first."""
    found = Mailing.objects.filter(ended=None).order_by("pk")
    return _rows(found if covered is None else found.filter(unit__in=list(covered)))


@told_plainly()
def due(at: datetime) -> tuple[Due, ...]:
    """What is to be sent at `at`: reports of the newest period that ended, whose day has come since the mailing was set
    up, that were not sent, are not in doubt, and did not fail a short while ago.
    """
    today, found = day_of(at), []
    for mailing in listing(None):
        period = periods.ended_before(today, mailing.span)
        day = _day(period, mailing.day)
        if day_of(mailing.time) <= day <= today and _open(_sending(mailing.id, period), at):
            found.append(Due(mailing, period))
    return tuple(found)


@told_plainly()
def send(asked: Due, *, again: bool = False) -> SendingRow:
    """Send a report, given out before if there is none of that period yet. What fails is written into the sending.

    `again`: a person wants one that is in doubt to be sent once more. Nothing is sent that was, or that somebody else
    is about to send.
    """
    sending, _new = Sending.objects.get_or_create(
        mailing_id=asked.mailing.id,
        first=asked.period.first,
        last=asked.period.last,
        defaults={"tried": now()},
    )
    if not _claimed(sending, again):
        return _sent_row(Sending.objects.get(pk=sending.pk))
    try:
        issued = reports.newest(asked.mailing.unit, asked.period)
        if issued is None or issued.row.time < _over(asked.period):
            issued = reports.issue(asked.mailing.unit, asked.period, _ACTOR)
        message = letters.of_report(issued, asked.mailing.recipients, asked.mailing.language, sending.pk)
        taken = smtp.send(message, asked.mailing.recipients)
    except smtp.InDoubtError:
        Sending.objects.filter(pk=sending.pk).update(fault=IN_DOUBT, tried=now())
    except SohoaError as error:
        Sending.objects.filter(pk=sending.pk).update(fault=clip(str(error), 1000), tried=now())
    else:
        _note_sent(sending, asked, issued, taken)
    return _sent_row(Sending.objects.get(pk=sending.pk))


@told_plainly()
def try_out(id: int) -> smtp.Taken:
    """Send a message that says no more than that it arrived. Raises NotFoundError, ServiceError, SettingsError."""
    row = show(id)
    return smtp.send(letters.trial(units.require(row.unit).name, row.recipients, row.language), row.recipients)


@told_plainly()
def catch_up(at: datetime | None = None) -> int:
    """Send all that is due; gives how many were sent. Nothing, where no mail server is set up."""
    if not smtp.configured():
        return 0
    return sum(send(one).sent is not None for one in due(at or now()))


def _claimed(sending: Sending, again: bool) -> bool:
    """Whether this sending is ours to do: one of several that want to gets it, and it is under way from here."""
    row = _sent_row(sending)
    if row.under_way or (row.in_doubt and not again):
        return False
    mine = Sending.objects.filter(pk=sending.pk, sent=None, attempts=sending.attempts, fault=sending.fault)
    return bool(mine.update(attempts=sending.attempts + 1, fault=UNDER_WAY, tried=now()))


def _note_sent(sending: Sending, asked: Due, issued: reports.Issued, taken: smtp.Taken) -> None:
    fault = f"the mail server refused {', '.join(taken.refused)}" if taken.refused else ""
    with transaction.atomic(), events.acting(_ACTOR):
        Sending.objects.filter(pk=sending.pk).update(report_id=issued.row.id, sent=now(), fault=fault, tried=now())
        told = {
            "mailing": asked.mailing.id,
            "period": asked.period.code,
            "digest": issued.row.digest,
            "recipients": len(asked.mailing.recipients) - len(taken.refused),
            "refused": len(taken.refused),
        }
        events.append(asked.mailing.unit, "report.sent", f"report:{issued.row.id}", told)


def _day(period: Period, day: int) -> date:
    """The day on which the report of `period` is sent."""
    return (period.last + timedelta(days=1)).replace(day=day)


def _over(period: Period) -> datetime:
    """The moment at which `period` is over: a report that was given out before does not hold all of it."""
    after = period.last + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=HERE)


def _open(sending: SendingRow | None, at: datetime) -> bool:
    if sending is None:
        return True
    if sending.sent is not None or sending.in_doubt or sending.under_way:
        return False
    pause = PAUSES[min(sending.attempts, len(PAUSES)) - 1]
    return at >= sending.tried + pause


def _sending(mailing: int, period: Period) -> SendingRow | None:
    row = Sending.objects.filter(mailing=mailing, first=period.first, last=period.last).first()
    return _sent_row(row) if row else None


def _rows(found: QuerySet[Mailing]) -> tuple[MailingRow, ...]:
    rows = list(found)
    sendings = Sending.objects.filter(mailing__in=rows).order_by("first", "pk").select_related("mailing")
    newest = {row.mailing_id: _sent_row(row) for row in sendings}
    return tuple(
        MailingRow(
            row.pk,
            row.unit_id,
            Span(row.period),
            row.day,
            tuple(row.recipients),
            row.language,
            row.actor,
            row.time,
            row.ended,
            newest.get(row.pk),
        )
        for row in rows
    )


def _sent_row(row: Sending) -> SendingRow:
    period = Period(row.first, row.last, Span(row.mailing.period))
    return SendingRow(period, row.report_id, row.attempts, row.sent, row.fault, row.tried)
