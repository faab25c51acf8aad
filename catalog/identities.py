"""Which identity numbers are one person's: links between numbers, followed to their ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q

from catalog.models import PersonLink
from catalog.values import holder_number

_AT_ONCE = 400
"""Numbers in one query."""


def others(numbers: Iterable[str]) -> frozenset[str]:
    """The other numbers of the persons whose numbers these are."""
    return others_each([list(numbers)])[0]


def others_each(groups: Sequence[Iterable[str]]) -> list[frozenset[str]]:
    """`others` for each of many groups, in a handful of queries whatever their number."""
    wanted = [frozenset(map(holder_number, group)) for group in groups]
    links = _links(frozenset().union(*wanted))
    return [_reached(group, links) - group for group in wanted]


def _links(numbers: frozenset[str]) -> dict[str, set[str]]:
    """Number → numbers linked to it, for `numbers` and all that can be reached from them."""
    links: dict[str, set[str]] = {}
    seen, new = set[str](), set(numbers)
    while new:
        seen |= new
        for first, second in _touching(sorted(new)):
            links.setdefault(first, set()).add(second)
            links.setdefault(second, set()).add(first)
        new = links.keys() - seen
    return links


def _touching(numbers: list[str]) -> Iterable[tuple[str, str]]:
    for start in range(0, len(numbers), _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        either = Q(first__in=part) | Q(second__in=part)
        yield from PersonLink.objects.filter(either, ended__isnull=True).values_list("first", "second")


def _reached(numbers: frozenset[str], links: dict[str, set[str]]) -> frozenset[str]:
    reached, waiting = set(numbers), list(numbers)
    while waiting:
        new = links.get(waiting.pop(), set()) - reached
        reached |= new
        waiting.extend(new)
    return frozenset(reached)
