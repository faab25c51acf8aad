"""The one place where the desk and the samples meet: documents drawn for a sample are handed out and judged like those
of the queue, after them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalog.queue import Sight


def first(sight: Sight, actor: str, without: Sequence[int] = (), limit: int = 1) -> tuple[int, ...]:
    """The documents drawn for a sample that `actor` may be handed next, by id."""
    return ()


def count(sight: Sight) -> int:
    """How many documents drawn for a sample wait to be judged."""
    return 0


def drawn(result: int) -> bool:
    """Whether the result was drawn for a sample and is not judged yet."""
    return False


def judged(result: int, values: Mapping[str, str], actor: str) -> None:
    """`actor` looked these fields of a sampled document up; to be called before they are put into the catalog."""


def undone(result: int, actor: str) -> None:
    """`actor` took back what they settled about a result; a sampled one waits to be judged again."""
