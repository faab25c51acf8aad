"""Who calls: the bearer token, what it opens, and how often it may call."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Annotated, Any
from urllib.parse import unquote

from django.http import HttpRequest
from ninja import Header
from ninja.security import HttpBearer

from accounts import looks, tokens
from accounts.access import Access, of_token
from accounts.looks import What
from accounts.rates import Rates
from accounts.rights import Right
from accounts.tokens import TokenRow
from catalog import openings, results
from catalog.confidential import Confidential
from core.settings import settings
from web.api.problems import ProblemError, not_there
from web.whole_files import original_open

_rates = Rates()

_ABOUT_REASON = "Why a confidential result is looked into, percent-encoded UTF-8; asked for once a day, and kept"
Reason = Annotated[str, Header("", alias="Sohoa-Reason", max_length=6000, description=_ABOUT_REASON)]
"""The header ``Sohoa-Reason``."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The program that calls."""

    token: TokenRow
    access: Access

    @property
    def actor(self) -> str:
        """The name that events keep."""
        return self.access.actor

    def require(self, right: Right, result: int) -> Confidential:
        """The confidential kind of a result for which `right` is held; otherwise it is not there (404)."""
        unit, confidential = results.place(result)
        if not self.access.may(right, unit, confidential):
            raise not_there()
        return confidential

    def require_in(self, right: Right, unit: str) -> None:
        """Return if `right` is held in `unit`; otherwise there is no such unit (404)."""
        if not self.access.may(right, unit):
            raise not_there()

    def open(self, result: int, reason: str, right: Right = Right.SEE, what: What = What.RECORD) -> None:
        """Look into a result, or do more with it: a confidential one once a day with a reason, which is kept (403)."""
        unit, confidential = results.place(result)
        if not self.access.may(right, unit, confidential):
            raise not_there()
        if confidential and not openings.opened(result, self.actor):
            self._give_reason(result, reason)
        looks.note(self.actor, unit, result, what)

    def _give_reason(self, result: int, reason: str) -> None:
        if not reason:
            detail = "this result is confidential: say why it is looked into (header Sohoa-Reason)"
            raise ProblemError(403, "reason-needed", detail)
        openings.open_for(result, self.actor, unquote(reason))  # headers hold ASCII alone

    def require_whole_file(self, result: int) -> None:
        """Return if the file that a result came in holds nothing that is closed to the caller (404)."""
        if not original_open(self.access, result):
            raise not_there()


class Bearer(HttpBearer):
    """A token in the header ``Authorization: Bearer sohoa_…``, and nowhere else."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller; None: no token that is good. Raises ProblemError (429) for one that calls too often."""
        row = tokens.of_secret(token)
        if row is None:
            return None
        wait = _rates.take(row.id, settings().api_rate)
        if wait:
            detail = f"more than {settings().api_rate} calls a minute: wait"
            raise ProblemError(429, "too-often", detail, {"Retry-After": str(ceil(wait))})
        return Caller(row, of_token(row))


def caller(request: HttpRequest) -> Caller:
    """Who calls; `Bearer` has looked."""
    found: Any = getattr(request, "auth", None)
    assert isinstance(found, Caller), "every operation asks for a token"
    return found
