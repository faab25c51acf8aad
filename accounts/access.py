"""Who may see and do what. Every page, search and call of the interface asks here, and nowhere else.

A result can be seen by whoever may do so in the unit that keeps it, or in one above that; a confidential one by those
who were given its kind there, besides. Units that ended are seen from the unit that took over from them.
What a person may not see does not exist for them (404).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.rights import ROLES, Right, Role
from catalog import units

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.tokens import TokenRow

Units = frozenset[str] | None
"""Codes of units; None: all there are."""
NOWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody may do, and where."""

    actor: str
    """Name that events keep; empty: nobody."""
    units: Mapping[Right, Units]
    """Right → units. A right that is missing is held nowhere."""
    confidential: Mapping[str, Units]
    """Kind → units in which results of that kind may be seen."""

    def where(self, right: Right) -> Units:
        """The units in which `right` is held."""
        return self.units.get(right, NOWHERE)

    def anywhere(self, right: Right) -> bool:
        """Whether `right` is held in any unit."""
        return self.where(right) != NOWHERE

    def may(self, right: Right, unit: str, confidential: str = "") -> bool:
        """Whether `right` is held for a result of `unit`, of the confidential kind `confidential` (empty: open)."""
        if confidential and not _within(unit, self.confidential.get(confidential, NOWHERE)):
            return False
        return _within(unit, self.where(Right.SEE)) and _within(unit, self.where(right))

    def may_all(self, right: Right, unit: str, kinds: Iterable[str]) -> bool:
        """Whether `right` is held for results of `unit` of each of these kinds."""
        return all(self.may(right, unit, kind) for kind in kinds)


NOBODY = Access("", {}, {})


def of_user(user: User | None) -> Access:
    """What `user` may do: the sum of their memberships. Nobody, where they are suspended or not signed in."""
    if user is None or not user.is_active:
        return NOBODY
    rights: dict[Right, Units] = {}
    confidential: dict[str, Units] = {}
    memberships = list(user.memberships.all())
    seen = units.visible_from_each(membership.unit for membership in memberships if membership.unit)
    for membership in memberships:
        covered = seen[membership.unit] if membership.unit else None
        for right in ROLES[Role(membership.role)]:
            rights[right] = _joined(rights.get(right, NOWHERE), covered)
        for kind in membership.confidential:
            confidential[kind] = _joined(confidential.get(kind, NOWHERE), covered)
    return Access(user.username, rights, confidential)


def of_token(token: TokenRow) -> Access:
    """What the program that holds `token` may do; its owner has looked whether the token is good."""
    covered: Units = None
    if token.units:
        covered = units.visible_from_all(token.units)
    return Access(
        f"token:{token.name}",
        dict.fromkeys(token.rights, covered),
        dict.fromkeys(token.confidential, covered),
    )


def _within(unit: str, covered: Units) -> bool:
    return covered is None or unit in covered


def _joined(one: Units, other: Units) -> Units:
    return None if one is None or other is None else one | other
