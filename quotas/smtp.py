"""The office's mail server: one message to some people, with everything that can go wrong told.

Threat model: what comes from people (names of units, addresses) tries to add headers or recipients; a server that is
not the one that was meant reads reports. Headers are made by `email`, which refuses line ends; addresses are checked;
the server's certificate is checked unless `smtp_security` is ``none``.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core.errors import ServiceError, SettingsError, UsageError
from core.settings import settings

TIMEOUT = 20.0
"""Seconds that the server may take for each answer."""
_PORTS = {"none": 25, "starttls": 587, "tls": 465}
_LONGEST = 254


class InDoubtError(ServiceError):
    """The message was handed over, and the connection broke before the server said whether it took it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a message that the server took."""

    refused: tuple[str, ...]
    """Recipients that the server refused; it took the message for the others."""


def configured() -> bool:
    """Whether the settings name a server and an address to send from."""
    return bool(settings().smtp_host and settings().smtp_from)


def checked(address: str) -> str:
    """`address` without space around it; raises UsageError where it is none (letters of ASCII alone)."""
    address = address.strip()
    try:
        if len(address) > _LONGEST or not address.isascii():
            raise ValidationError("")
        validate_email(address)
    except ValidationError:
        raise UsageError(f"{address[:_LONGEST]!r} is no e-mail address") from None
    return address


def sender() -> str:
    """The address that messages come from; raises SettingsError."""
    try:
        return checked(settings().smtp_from)
    except UsageError as error:
        raise SettingsError(f"SOHOA_SMTP_FROM: {error}") from error


def send(message: EmailMessage, recipients: Sequence[str]) -> Taken:
    """Hand `message` to the server. Raises ServiceError: nobody got it; InDoubtError: nobody knows."""
    try:
        server = _connected()
        try:
            _sign_in(server)
            refused = _envelope(server, sender(), recipients)
            _hand_over(server, message.as_bytes())
        finally:
            _leave(server)
    except smtplib.SMTPException as error:
        raise ServiceError(f"the mail server refuses: {_said(error)}") from error
    except UnicodeError as error:  # its text may tell of the password
        raise ServiceError(
            "SOHOA_SMTP_HOST is no name of a server, or SOHOA_SMTP_USER or the password has letters besides ASCII"
        ) from error
    except OSError as error:
        where = f"{settings().smtp_host}:{_port()}"
        raise ServiceError(f"the mail server at {where} cannot be reached: {_said(error)}") from error
    return Taken(refused)


def _hand_over(server: smtplib.SMTP, content: bytes) -> None:
    try:
        code, answer = server.data(content)
    except smtplib.SMTPResponseException:  # it said no before it saw the message
        raise
    except OSError as error:  # also what smtplib raises where the connection ends
        raise InDoubtError(f"the connection broke while the message was handed over ({_said(error)})") from error
    if code != 250:
        raise ServiceError(f"the mail server did not take the message: {code} {_text(answer)}")


def _leave(server: smtplib.SMTP) -> None:
    """End the connection; what goes wrong now changes nothing about a message that was taken."""
    with suppress(OSError):
        server.quit()
    server.close()


def _connected() -> smtplib.SMTP:
    host, security = settings().smtp_host, settings().smtp_security
    if security == "tls":
        return smtplib.SMTP_SSL(host, _port(), timeout=TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(host, _port(), timeout=TIMEOUT)
    if security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _sign_in(server: smtplib.SMTP) -> None:
    user, file = settings().smtp_user, settings().smtp_password_file
    if not user:
        return
    try:
        secret = file.expanduser().read_text("utf-8").strip() if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ServiceError(f"SOHOA_SMTP_PASSWORD_FILE: {file} cannot be read ({error})") from error
    server.login(user, secret)


def _envelope(server: smtplib.SMTP, origin: str, recipients: Sequence[str]) -> tuple[str, ...]:
    """Say from whom and to whom; gives the refused ones. Raises ServiceError where all are."""
    server.ehlo_or_helo_if_needed()
    code, answer = server.mail(origin)
    if code != 250:
        raise ServiceError(f"the mail server refuses the sender {origin}: {code} {_text(answer)}")
    refused = {}
    for one in recipients:
        code, answer = server.rcpt(one)
        if code not in (250, 251):
            refused[one] = f"{code} {_text(answer)}"
    if len(refused) == len(recipients):
        raise ServiceError(
            "the mail server refuses all recipients: " + "; ".join(f"{a} ({w})" for a, w in refused.items())
        )
    return tuple(refused)


def _port() -> int:
    return settings().smtp_port or _PORTS[settings().smtp_security]


def _text(answer: bytes) -> str:
    return answer.decode("utf-8", "replace")[:300]


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return f"{error.smtp_code} {_text(answer) if isinstance(answer, bytes) else answer}"
    return str(error) or type(error).__name__
