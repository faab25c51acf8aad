"""What can be permitted, and what each role permits: the one table of the program."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Right(StrEnum):
    """Something that a person may do with the results of a unit."""

    SEE = "see"
    """Find and open results, and fetch their files."""
    ADD = "add"
    """Bring new results in."""
    ARCHIVE = "archive"
    """Open and close batches, put pages in order before they are read, and keep the boxes of paper."""
    CORRECT = "correct"
    """Confirm fields and correct them by a decision."""
    DECIDE = "decide"
    """Replace and revoke results by a decision."""
    REUSE = "reuse"
    """Use a result in a dossier."""
    DELIVER = "deliver"
    """Write down how a result reached the citizen."""
    COPY = "copy"
    """Issue certified copies."""
    REGISTER = "register"
    """Import registers, and say which result is which line of them."""
    REPORT = "report"
    """See how far units are with their targets, and give out reports."""
    MANAGE = "manage"
    """Invite people and say what they may do; set targets, keep units and procedures."""


class Role(StrEnum):
    """What a person is in a unit."""

    STAFF = "staff"
    """Archive staff: scan and check."""
    CLERK = "clerk"
    """Clerk at the counter: finds, re-uses, hands over."""
    ADMINISTRATOR = "administrator"
    """Answers for the unit: all of it, and for who may do what."""


ROLES: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.STAFF: frozenset({Right.SEE, Right.ADD, Right.ARCHIVE, Right.CORRECT, Right.REGISTER}),
        Role.CLERK: frozenset({Right.SEE, Right.ADD, Right.REUSE, Right.DELIVER, Right.COPY}),
        Role.ADMINISTRATOR: frozenset(Right),
    }
)
"""Role → rights. None of them opens a confidential kind: that is given to a person kind by kind."""
