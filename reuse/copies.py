"""Certified copies: the archive PDF with a page of provenance and a QR code that tells whether it is genuine.

Threat model. A copy travels on paper and by e-mail; whoever holds it may ask, without an account, whether it is
genuine. Somebody without a copy must learn nothing: its address holds 160 random bits, which cannot be guessed, and
the catalog keeps only their SHA-256, so one who reads the database cannot make addresses that answer. Looking up a
hash takes no time that depends on how much of a guess is right. Somebody with a copy learns what stands on it anyway
(number, issuer, date) and whether it is valid today: no holder, no subject, no file. Accepted risk: a genuine address
can be printed on a forged paper; what the page shows is then not what the paper says, so the page asks to compare.

A copy is of what people can rely on: number, issuer and date must be known, and not wait for a person to look at
them. None is made of what was revoked or replaced; of what has expired there may be (the page says so). A copy of an
earlier edition stays genuine, and the page says whether one of the three was corrected since.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from datetime import UTC, date
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import pikepdf
from django.db import transaction

from catalog import dossiers, events, results
from catalog.configuration import told_plainly
from catalog.records import Shown
from catalog.states import Standing
from catalog.validity import Validity
from catalog.values import clean, clip, now
from core.errors import NotFoundError, StorageError, UsageError
from core.files import sha256_of
from core.settings import settings
from core.text import squeeze
from pipeline import pdfa
from reuse import facts, models, provenance, sheet
from reuse.records import Copy, Genuine, Vouched

LOCAL_ADDRESS = "http://127.0.0.1:8000"
"""Where the pages are when no `public_url` is set: then a copy can be checked on this machine alone."""
_TOKEN_BYTES = 20
_TOKEN = re.compile(r"[a-z2-7]{32}")
_CERTAIN = ("number", "issuer", "issue_date")
_CHUNK = 1 << 20
_LONGEST_REASON = 2000


class Lack(StrEnum):
    """Why no certified copy can be made of a result."""

    REVOKED = "revoked"
    REPLACED = "replaced"
    UNKNOWN = "unknown"
    """Its number, issuer or date is not known."""
    IN_REVIEW = "in_review"
    """A person must still look at its number, issuer or date."""


_LINES = {
    Lack.REVOKED: "no copy is made of a result that was revoked",
    Lack.REPLACED: "no copy is made of a result that was replaced: copy the one that took its place",
    Lack.UNKNOWN: "no copy can be made before number, issuer and date of the result are known",
    Lack.IN_REVIEW: "no copy can be made before a person has looked at number, issuer and date of the result",
}


class NoCopyError(UsageError):
    """No certified copy can be made of the result; `lack` says why."""

    def __init__(self, lack: Lack) -> None:
        super().__init__(_LINES[lack])
        self.lack = lack


def lack_of(shown: Shown) -> Lack | None:
    """Why no copy can be made of the result; None: one can."""
    status = {Standing.REVOKED: Lack.REVOKED, Standing.REPLACED: Lack.REPLACED}.get(shown.row.status)
    if status is not None:
        return status
    if not (shown.row.number and shown.row.issuer and shown.row.issue_date):
        return Lack.UNKNOWN
    return Lack.IN_REVIEW if set(_CERTAIN) & set(shown.review) else None


@told_plainly()
def issue(result_id: int, archive: BinaryIO, to: Path, actor: str) -> Copy:
    """Write a certified copy of a result to `to`, its archive file read from `archive`, and note it with an event.

    Every call makes a copy with an address of its own. Memory does not grow with the file. Raises NotFoundError,
    NoCopyError, StorageError where the bytes are not those of the result or cannot be written; `to` is not there then.
    """
    shown = results.show(result_id)
    lack = lack_of(shown)
    if lack is not None:
        raise NoCopyError(lack)
    what, token, time = facts.vouched(shown), _new_token(), now()
    assert what.issue_date is not None, "lack_of has looked"
    page = provenance.of_copy(what, serial(_hash(token)), actor, time, address(token))
    try:
        _write(what, archive, page, to, f"copy:{serial(_hash(token))}")
        with transaction.atomic(), events.acting(actor):
            copy = models.Copy.objects.create(
                result_id=result_id,
                edition=what.edition,
                token_hash=_hash(token),
                number=what.number,
                issuer=what.issuer,
                issue_date=what.issue_date,
                archive_sha256=what.archive_sha256,
                sha256=sha256_of(to),
                actor=clip(actor, 200),
                time=time,
            )
            told = {"copy": copy.pk, "edition": copy.edition, "archive": copy.archive_sha256, "file": copy.sha256}
            events.append(what.unit, "copy.issued", f"result:{result_id}", told)
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    return _row(copy)


@told_plainly()
def withdraw(id: int, actor: str, reason: str) -> Copy:
    """A copy counts no longer; a second time changes nothing. Raises NotFoundError, UsageError without a reason."""
    reason = squeeze(clean(reason))
    if not 0 < len(reason) <= _LONGEST_REASON:
        raise UsageError(f"say in at most {_LONGEST_REASON} characters why the copy is withdrawn")
    with transaction.atomic(), events.acting(actor):
        copy = models.Copy.objects.select_for_update().filter(pk=id).first()
        if copy is None:
            raise NotFoundError(f"there is no certified copy {id}")
        if copy.withdrawn is None:
            copy.withdrawn, copy.withdrawn_by, copy.withdraw_reason = now(), clip(actor, 200), reason
            copy.save(update_fields=["withdrawn", "withdrawn_by", "withdraw_reason"])
            unit, _kind = results.place(copy.result_id)
            events.append(unit, "copy.withdrawn", f"result:{copy.result_id}", {"copy": copy.pk})
        return _row(copy)


@told_plainly()
def copy(id: int) -> Copy:
    """One copy; raises NotFoundError."""
    found = models.Copy.objects.filter(pk=id).first()
    if found is None:
        raise NotFoundError(f"there is no certified copy {id}")
    return _row(found)


@told_plainly()
def of_result(id: int, limit: int = 100) -> tuple[Copy, ...]:
    """The copies made of a result, newest first."""
    return tuple(map(_row, models.Copy.objects.filter(result_id=id).order_by("-pk")[:limit]))


@told_plainly()
def genuine(token: str, today: date | None = None) -> Genuine | None:
    """What whoever holds a copy may know of it by the secret in its address; None: there is no such copy."""
    token = token.lower()
    if not _TOKEN.fullmatch(token):
        return None
    copy = models.Copy.objects.filter(token_hash=_hash(token)).first()
    if copy is None:
        return None
    now = results.rows([copy.result_id])[copy.result_id]
    validity = now.validity(today or dossiers.local_day())
    printed, known = (copy.number, copy.issuer, copy.issue_date), (now.number, now.issuer, now.issue_date)
    return Genuine(
        *printed,
        valid=None if validity is Validity.UNKNOWN else validity is Validity.VALID,
        withdrawn=copy.withdrawn is not None,
        corrected=printed != known,
    )


def address(token: str) -> str:
    """Where a copy's page is."""
    return f"{settings().public_url.rstrip('/') or LOCAL_ADDRESS}/genuine/{token}/"


def serial(token_hash: str) -> str:
    """The number printed on a copy, by the hash of its secret: forty of its bits, of no help in guessing it."""
    return "-".join((token_hash[:4], token_hash[4:7], token_hash[7:10])).upper()


def _write(what: Vouched, archive: BinaryIO, page: sheet.Sheet, to: Path, identifier: str) -> None:
    """The archive file, looked at whether it is the right one, with `page` behind its own pages."""
    title = squeeze(f"Bản sao {what.document_type} {what.number}")
    try:
        with TemporaryDirectory(dir=to.parent, prefix="copy-") as aside:
            path = Path(aside) / "archive.pdf"
            if _fetch(archive, path) != what.archive_sha256:
                raise StorageError(f"the archive file of result {what.result} is not the one that was recorded")
            with (
                pikepdf.open(path, access_mode=pikepdf.AccessMode.stream) as pdf,
                pikepdf.open(BytesIO(sheet.drawn(page))) as behind,
            ):
                pdf.pages.extend(behind.pages)
                pdfa.make_conformant(pdf, title, identifier)
                pdfa.save(pdf, to)
    except OSError as error:
        raise StorageError(f"{to.name} cannot be written ({error.strerror or error}): free some room") from error


def _fetch(source: BinaryIO, to: Path) -> str:
    """Put the bytes of `source` into a file; gives their SHA-256 (hex)."""
    digest = hashlib.sha256()
    with to.open("wb") as file:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _new_token() -> str:
    """160 random bits as 32 small letters and digits, none of which looks like another."""
    return base64.b32encode(secrets.token_bytes(_TOKEN_BYTES)).decode("ascii").lower()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _row(copy: models.Copy) -> Copy:
    return Copy(
        id=copy.pk,
        result=copy.result_id,
        serial=serial(copy.token_hash),
        number=copy.number,
        issuer=copy.issuer,
        issue_date=copy.issue_date,
        sha256=copy.sha256,
        actor=copy.actor,
        time=copy.time.astimezone(UTC),
        withdrawn=copy.withdrawn.astimezone(UTC) if copy.withdrawn else None,
        withdrawn_by=copy.withdrawn_by,
        withdraw_reason=copy.withdraw_reason,
    )
