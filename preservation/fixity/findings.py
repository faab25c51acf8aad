"""What is found when all is looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """What is wrong, for scripts and lists."""

    MISSING = "object-missing"
    """A row names an object that is not in the store."""
    ALTERED = "object-altered"
    """The bytes of an object are not those that were kept."""
    STRAY = "object-stray"
    """No row names an object that is in the store."""
    ROW = "row-altered"
    """A row does not say what its events say that it does."""
    CHAIN = "events-broken"
    """Events of a unit were changed, removed or inserted."""
    ANCHOR = "anchor-broken"
    """A chain is whole, and not the one that was sealed before."""
    UNINDEXED = "index-lacks"
    """Search does not know a result, and is not about to learn of it."""
    STALE = "index-stale"
    """Search knows another version of a result than the catalog."""
    FOREIGN = "index-foreign"
    """Search finds a result that the catalog does not have."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was kept."""

    code: Code
    subject: str
    """What it is about, as events name things: ``result:7``, ``scan:12``, ``object:sha256/…``, ``unit:H61``."""
    text: str
    """A line for people: what, where, and what to do."""
    key: str = ""
    """The object, where it is about one."""
    unit: str = ""
    """Code of the unit whose it is; empty: of none, or not known."""
