"""Where a page of hits ended, as a text that the next request brings back.

It is opaque, not secret: what it says can be changed by whoever holds it, so it holds no rights, only a place.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass, replace
from math import isfinite
from typing import Self

from core.errors import UsageError
from indexing.ranking import Step
from indexing.records import Query

_MAX_CHARS = 8_000
_ASKED = (
    "text",
    "units",
    "document_type",
    "sector",
    "date_from",
    "date_to",
    "states",
    "validity",
    "day",
    "delivered",
    "near",
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the answer to a query."""

    step: Step
    """The way of looking that gave the answer."""
    near_only: bool
    """`Hits.near` of that answer."""
    score: float
    id: int
    view: str = ""
    """The server's own name for the state of the index that the pages are cut from."""
    broad: bool = False
    """Whether the answer is one of very many results, ranked as such."""

    def written(self, query: Query) -> str:
        """As `Hits.cursor`."""
        said = [_mark(query), self.step.value, int(self.near_only), self.score, self.id, self.view, int(self.broad)]
        packed = json.dumps(said, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")

    @classmethod
    def read(cls, query: Query) -> Self:
        """Of `query`; UsageError if it is none of ours or of another query."""
        text = query.cursor or ""
        try:
            if len(text) > _MAX_CHARS:
                raise ValueError
            mark, step, near_only, score, id_, view, broad = json.loads(
                base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            )
            if mark != _mark(query) or not (isinstance(view, str) and view.isascii()):
                raise ValueError
            if type(id_) is not int or not 0 <= id_ < 1 << 63 or not isfinite(score):
                raise ValueError
            return cls(Step(step), bool(near_only), float(score), id_, view, bool(broad))
        except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error, UnicodeError):
            raise foreign() from None


def foreign() -> UsageError:
    """What a cursor is answered with that cannot be ours."""
    return UsageError("this cursor belongs to another search: start that one anew")


def _mark(query: Query) -> str:
    """Tells queries apart; pages of one query may differ in size and facets."""
    asked = replace(query, cursor=None, limit=0, offset=0, facets=())
    parts = [
        sorted(value) if isinstance(value, frozenset) else str(value)
        for name in _ASKED
        for value in [getattr(asked, name)]
    ]
    return hashlib.sha256(json.dumps(parts).encode(errors="replace")).hexdigest()[:16]
