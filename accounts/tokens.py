"""Tokens: what the one-stop software and other programs prove themselves by.

Threat model: somebody reads the database or a backup of it; somebody finds a token in a file or log; a token outlives
its purpose. So the secret is shown once and only its hash is kept (256 random bits need no salt and no slow hash, and
looking up a hash takes no time that depends on how much of a guess is right); it begins with ``sohoa_``, so that
scanners for secrets know it; every token ends by itself, within two years at most, and can be revoked at once.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import Token
from accounts.rights import Right
from catalog import events, units
from catalog.confidential import Confidential
from catalog.configuration import told_plainly
from core.errors import NotFoundError, UsageError
from core.text import nfc, squeeze

PREFIX = "sohoa_"
MOST_DAYS = 731
DEFAULT_DAYS = 365
_SECRET = re.compile(PREFIX + "[A-Za-z0-9_-]{43}")
_NAME = re.compile(r"\w(?:[\w .()/-]{0,62}[\w)])")
_GRANTED = frozenset(Right) - {Right.MANAGE}
"""What a token may hold: people alone manage people."""


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token, without its secret."""

    id: int
    name: str
    units: tuple[str, ...]
    """Codes; empty: the whole installation."""
    rights: frozenset[Right]
    confidential: tuple[str, ...]
    created: datetime
    created_by: str
    expires: datetime
    revoked: datetime | None
    last_used: datetime | None
    """To the minute; None: never."""

    def good(self, time: datetime) -> bool:
        """Whether it opens anything at `time`."""
        return self.revoked is None and time < self.expires


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token is for."""

    units: tuple[str, ...] = ()
    """Codes; empty: the whole installation."""
    rights: frozenset[Right] = frozenset()
    """Seeing is always one of them."""
    confidential: tuple[str, ...] = ()


@told_plainly()
def add(name: str, scope: Scope, actor: str, days: int = DEFAULT_DAYS) -> tuple[TokenRow, str]:
    """Make a token that ends after `days`, and give it with its secret, which cannot be had again.

    Raises UsageError: no name or one that is taken (revoked ones too), an unknown unit, right or kind, too many days.
    """
    name, scope = _name(name), _checked(scope)
    if not 0 < days <= MOST_DAYS:
        raise UsageError(f"a token is good for 1 to {MOST_DAYS} days")
    secret, now = PREFIX + secrets.token_urlsafe(32), _now()
    try:
        with transaction.atomic():
            token = Token.objects.create(
                name=name,
                hash=_hash(secret),
                units=list(scope.units),
                rights=sorted(scope.rights),
                confidential=list(scope.confidential),
                created=now,
                created_by=actor[:200],
                expires=now + timedelta(days=days),
            )
            told = {"rights": token.rights, "units": token.units, "confidential": token.confidential, "days": days}
            _tell(token, "token.added", told, actor)
    except IntegrityError as error:
        raise UsageError(f"there is, or was, a token called {name} already: choose another name") from error
    return _row(token), secret


@told_plainly()
def revoke(id: int, actor: str) -> None:
    """Let a token open nothing from now on; a second time changes nothing. Raises NotFoundError."""
    with transaction.atomic():
        token = Token.objects.select_for_update().filter(pk=id).first()
        if token is None:
            raise NotFoundError(f"there is no token {id}")
        if token.revoked is None:
            token.revoked, token.revoked_by = _now(), actor[:200]
            token.save(update_fields=["revoked", "revoked_by"])
            _tell(token, "token.revoked", {}, actor)


@told_plainly()
def of_secret(text: str) -> TokenRow | None:
    """The token whose secret `text` is, if it is good now."""
    if not _SECRET.fullmatch(text):
        return None
    found = Token.objects.filter(hash=_hash(text)).first()
    row = _row(found) if found else None
    return row if row and row.good(_now()) else None


@told_plainly()
def show(id: int) -> TokenRow:
    """One token; NotFoundError where there is none."""
    found = Token.objects.filter(pk=id).first()
    if found is None:
        raise NotFoundError(f"there is no token {id}")
    return _row(found)


@told_plainly()
def find(name: str) -> TokenRow:
    """The token of this name; NotFoundError where there is none."""
    found = Token.objects.filter(name=squeeze(nfc(name))).first()
    if found is None:
        raise NotFoundError(f"there is no token called {name}")
    return _row(found)


@told_plainly()
def listing() -> tuple[TokenRow, ...]:
    """All tokens by name, those that are good no longer too."""
    return tuple(map(_row, Token.objects.order_by("name")))


def _name(text: str) -> str:
    name = squeeze(nfc(text))
    if not _NAME.fullmatch(name):
        raise UsageError("the name of a token has 2 to 64 letters, digits, spaces and dashes (like: một cửa điện tử)")
    return name


def _checked(scope: Scope) -> Scope:
    for unit in scope.units:
        units.require(unit)
    if bad := [right for right in scope.rights if right not in _GRANTED]:
        raise UsageError(f"a token cannot hold the right {', '.join(sorted(bad))}")
    kinds = sorted(set(scope.confidential))
    if not set(kinds) <= {kind.value for kind in Confidential if kind}:
        raise UsageError("unknown confidential kind")
    return Scope(tuple(sorted(set(scope.units))), scope.rights | {Right.SEE}, tuple(kinds))


def _tell(token: Token, kind: str, data: dict[str, object], actor: str) -> None:
    """The event, in the chain of each unit; what is for the whole installation goes to the first unit, if any."""
    chains: Iterable[str] = token.units or [row.code for row in units.listing() if row.parent is None][:1]
    with events.acting(actor):
        for unit in sorted(chains):
            events.append(unit, kind, f"token:{token.name}", data)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)


def _row(token: Token) -> TokenRow:
    return TokenRow(
        id=token.pk,
        name=token.name,
        units=tuple(token.units),
        rights=frozenset(map(Right, token.rights)),
        confidential=tuple(token.confidential),
        created=token.created.astimezone(UTC),
        created_by=token.created_by,
        expires=token.expires.astimezone(UTC),
        revoked=token.revoked.astimezone(UTC) if token.revoked else None,
        last_used=token.last_used.astimezone(UTC) if token.last_used else None,
    )
