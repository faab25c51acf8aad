"""The messages that reports travel with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from core.text import slug, squeeze
from quotas import report_pdf, report_words, report_xlsx, smtp
from quotas.reports import Issued

_XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_REPORT: Mapping[str, tuple[str, str]] = {
    "vi": (
        "Báo cáo số hóa hồ sơ, kết quả giải quyết TTHC – {unit} – {period}",
        "Kính gửi Quý cơ quan,\n\nĐính kèm báo cáo số hóa hồ sơ, kết quả giải quyết thủ tục hành chính của {unit}, "
        "{period} (bản Excel và bản PDF).\n\nMã băm SHA-256 của báo cáo: {digest}\n\n"
        "Thư này do phần mềm sohoa gửi tự động.\n",
    ),
    "en": (
        "Report on digitized dossiers and results – {unit} – {period}",
        "The report on digitized dossiers and results of {unit}, {period}, is attached (workbook and PDF).\n\n"
        "SHA-256 of the report: {digest}\n\nThis message was sent by sohoa.\n",
    ),
}
_TRIAL: Mapping[str, tuple[str, str]] = {
    "vi": (
        "Thư thử – báo cáo của {unit}",
        "Đây là thư thử. Báo cáo của {unit} sẽ được gửi đến địa chỉ này theo lịch.\n",
    ),
    "en": ("Test – reports of {unit}", "This is a test. Reports of {unit} will be sent to this address on schedule.\n"),
}


def of_report(issued: Issued, recipients: Sequence[str], language: str, sending: int) -> EmailMessage:
    """The message that a report travels with, as workbook and PDF; one sending has one Message-ID, however often it is
    tried.
    """
    report, digest = issued.report, issued.row.digest
    period = report_words.period(report.period)
    subject, body = _REPORT[language]
    told = {"unit": squeeze(report.name), "period": period, "digest": digest}
    message = _message(subject.format(**told), body.format(**told), recipients)
    message["Message-ID"] = f"<sohoa.{sending}.{digest[:32]}@{smtp.sender().rpartition('@')[2]}>"
    stem = file_stem(report.root, report.period.code)
    workbook = report_xlsx.workbook(report, digest)
    message.add_attachment(workbook, maintype="application", subtype=_XLSX, filename=f"{stem}.xlsx")
    pdf = report_pdf.document(report, digest)
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=f"{stem}.pdf")
    return message


def trial(unit: str, recipients: Sequence[str], language: str) -> EmailMessage:
    """A message that says no more than that it arrived."""
    subject, body = _TRIAL[language]
    name = squeeze(unit)
    return _message(subject.format(unit=name), body.format(unit=name), recipients)


def file_stem(unit: str, period: str) -> str:
    """What the files of a report are called, without ending."""
    return f"bao-cao-so-hoa-{slug(unit)}-{period}"


def _message(subject: str, body: str, recipients: Sequence[str]) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "".join(c for c in subject if c.isprintable())
    message["From"] = smtp.sender()
    message["To"] = ", ".join(recipients)
    message["Date"] = formatdate(localtime=True)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message
