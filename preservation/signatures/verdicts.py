"""What is said of an electronic signature: three questions that are answered apart, and who, when and how.

*Intact*: are the bytes those that were signed? *Valid*: is it what the holder of the certificate made, and was the
certificate good at the time that counts? *Trusted*: does the certificate come from somebody whom the office trusts?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class Intact(StrEnum):
    """Are the bytes those that were signed?"""

    INTACT = "intact"
    """Yes, and nothing was added that the signature does not permit."""
    ALTERED = "altered"
    """Signed bytes were changed."""
    CHANGED_AFTER = "changed_after"
    """The signed bytes are as they were, and a later addition to the file changes what it shows."""
    PARTIAL = "partial"
    """The signature covers a part of the file only; what else it shows, nobody signed."""
    UNREADABLE = "unreadable"
    """There is a signature, and what it says cannot be understood."""


class Coverage(StrEnum):
    """How much of the file the signature covers."""

    FILE = "file"
    """All of it."""
    REVISION = "revision"
    """All that was there when it was made; something was added later."""
    PART = "part"
    NONE = "none"
    """Not known: it could not be read."""


class Later(StrEnum):
    """What was added to the file after it was signed."""

    NOTHING = "nothing"
    PROOFS = "proofs"
    """Time stamps and certificates alone."""
    FORMS = "forms"
    """Form fields were filled, or more signatures were made."""
    NOTES = "notes"
    """Notes on pages, permitted by the signature."""
    FORBIDDEN = "forbidden"
    """Something that changes what the file shows, or that the signature does not permit."""


class Valid(StrEnum):
    """Was it made with the certificate, and was that good at the time that counts?"""

    VALID = "valid"
    FORGED = "forged"
    """What is signed does not fit the certificate: it was not made with its key, or was changed."""
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    """The certificate was not valid yet."""
    REVOKED = "revoked"
    WEAK = "weak"
    """Made with a method that can be forged by now (MD5, SHA-1, a short key)."""
    UNPROVEN = "unproven"
    """The certificate says where to ask whether it was revoked, and no such answer of the right time is at hand."""
    UNKNOWN = "unknown"
    """The certificate itself cannot be looked at, or its chain is against the rules."""


class Trusted(StrEnum):
    """Does the certificate come from somebody whom the office trusts?"""

    TRUSTED = "trusted"
    NO_ANCHORS = "no_anchors"
    """The office has not said yet whom it trusts."""
    UNKNOWN_ROOT = "unknown_root"
    SELF_SIGNED = "self_signed"
    """Its holder made the certificate alone."""
    UNFIT = "unfit"
    """It comes from a trusted root, and not for signing documents, or not by the rules of its chain."""


class Level(StrEnum):
    """How long it can be proved (ETSI EN 319 142)."""

    B_B = "B-B"
    B_T = "B-T"
    """With a time stamp."""
    B_LT = "B-LT"
    """And with all that is needed to look at it later."""
    B_LTA = "B-LTA"
    """And with time stamps over that."""
    OLDER = "PKCS#7"
    """A form before PAdES, without a time stamp."""
    OLDER_T = "PKCS#7-T"
    """The same, with a time stamp."""
    STAMP = "time stamp"
    """A time stamp over the whole file, nobody's signature."""
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One signature of a file."""

    field: str
    """Name of its field; unique in the file where the file is sound."""
    intact: Intact
    valid: Valid
    trusted: Trusted
    coverage: Coverage = Coverage.NONE
    later: Later = Later.NOTHING
    level: Level = Level.UNKNOWN
    signer: str = ""
    """Name in the certificate."""
    organisation: str = ""
    serial: str = ""
    """Number of the certificate (hex)."""
    issuer: str = ""
    """Who issued it."""
    fingerprint: str = ""
    """SHA-256 of the certificate (hex)."""
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    claimed: datetime | None = None
    """When its maker says that it was made."""
    stamped: datetime | None = None
    """When a trusted time stamp says that it was there at the latest."""
    revoked: datetime | None = None
    reason: str = ""
    """Of a fault: a line from the library, for those who look into it. No value of the file."""

    @property
    def good(self) -> bool:
        """Whether all three answers are yes."""
        return (self.intact, self.valid, self.trusted) == (Intact.INTACT, Valid.VALID, Trusted.TRUSTED)

    def answers(self) -> dict[str, str]:
        """The three answers, for events and logs: nothing personal."""
        return {"intact": self.intact.value, "valid": self.valid.value, "trusted": self.trusted.value}

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in asdict(self).items()}

    def line(self) -> str:
        """Who, when, how and what of it, in one line for metadata."""
        at = self.stamped or self.claimed
        told = (self.signer or "?", self.organisation, at.isoformat(timespec="seconds") if at else "", self.level.value)
        answers = "/".join(self.answers().values())
        return "; ".join(filter(None, (*told, answers)))


_TIMES = ("valid_from", "valid_to", "claimed", "stamped", "revoked")
_KINDS: Mapping[str, type[StrEnum]] = {
    "intact": Intact,
    "valid": Valid,
    "trusted": Trusted,
    "coverage": Coverage,
    "later": Later,
    "level": Level,
}


def of_dict(data: Mapping[str, Any]) -> Verdict:
    """What `Verdict.as_dict` gave. Raises ValueError, TypeError or KeyError for anything else."""
    values = dict(data)
    for name in _TIMES:
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    for name, kind in _KINDS.items():
        values[name] = kind(values[name])
    return Verdict(**values)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that has to be fetched to know whether a certificate was revoked."""

    url: str
    request: str = ""
    """Body of the request (base64 of DER); empty: a list that is fetched as it is."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a file."""

    verdicts: tuple[Verdict, ...] = ()
    """In the order in which they were made."""
    wanted: tuple[Wanted, ...] = ()
    fault: str = ""
    """Why it could not be looked at (a code): ``too-slow``, ``too-big``, ``broken``; empty: it was."""

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "verdicts": [one.as_dict() for one in self.verdicts],
            "wanted": [asdict(one) for one in self.wanted],
            "fault": self.fault,
        }


def looked(data: Mapping[str, Any]) -> Looked:
    """What `Looked.as_dict` gave."""
    verdicts = tuple(map(of_dict, data["verdicts"]))
    return Looked(verdicts, tuple(Wanted(**one) for one in data["wanted"]), data["fault"])


def worst_first(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that are not good before those that are."""
    return sorted(verdicts, key=lambda one: one.good)


def without_reason(verdict: Verdict) -> Verdict:
    """`verdict` without the library's line, to compare two of them."""
    return replace(verdict, reason="")
