"""Values on their way into the database: what both databases take, hashed and packed the same way everywhere."""

from __future__ import annotations

import hashlib
import json
import math
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from core.text import fold_number, fold_words, nfc

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
"""Where days begin and end."""


def clean(text: str) -> str:
    """`text` in NFC without what PostgreSQL refuses: NUL, and halves of surrogate pairs (they become ``?``)."""
    return nfc(text.replace("\0", "")).encode("utf-8", "replace").decode("utf-8")


def clip(text: str, limit: int) -> str:
    """`clean` of `text`, at most `limit` characters."""
    text = clean(text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def chance(value: float) -> float:
    """`value` held to 0–1; no number at all counts as 0."""
    return 0.0 if math.isnan(value) else min(1.0, max(0.0, float(value)))


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


def day_of(time: datetime) -> date:
    """The day that `time` (aware) falls on here."""
    return time.astimezone(HERE).date()


def today() -> date:
    """The day that it is here."""
    return day_of(now())


def canonical(data: object) -> str:
    """`data` as JSON that is the same for the same data: keys sorted, no spaces, no NaN."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(data: object) -> str:
    """SHA-256 (hex) of `canonical` of `data`."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def iso_date(text: str) -> date | None:
    """The date that `text` (ISO 8601) stands for; None when it stands for none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def identity(issuer: str, kind: str, number: str, issued: date | None) -> str:
    """What makes a result this one and no other, as a hash: issuer, kind, number and year, writing habits aside.

    Every district has a "577/GPXD", and numbers begin anew each year, so less will not do. Empty when
    issuer, number or year is not known: then nothing can be said.
    """
    parts = [fold_words(issuer), fold_words(kind), fold_number(number), str(issued.year) if issued else ""]
    return digest(parts) if parts[0] and parts[2] and parts[3] else ""


def holder_number(text: str) -> str:
    """An identity number as it is looked up by: writing habits aside, at most 64 characters."""
    return fold_number(clean(text))[:64]
