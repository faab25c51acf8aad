"""What is told of a new batch, checked and brought into the form in which it is kept."""

from __future__ import annotations

from dataclasses import replace

from catalog.checks import typed
from staging.codes import LONGEST_LINE
from staging.records import NewBatch
from staging.refusals import BatchError, BatchRefusal

MOST_EXPECTED = 1_000_000
"""Documents or pages of one batch; more is a slip of the keyboard."""
MOST_LINES = 10_000
_LONGEST_NAME, _LONGEST_PLACE = 200, 100


def checked(new: NewBatch, actor: str) -> NewBatch:
    """`new` with its texts cleaned; a line of the slip that stands there twice counts once. Raises BatchError."""
    name = typed(new.name)
    if not 0 < len(name) <= _LONGEST_NAME:
        raise BatchError(BatchRefusal.NAME, f"a batch needs a name of at most {_LONGEST_NAME} characters")
    for number in (new.expected_documents, new.expected_pages):
        if number is not None and not 0 <= number <= MOST_EXPECTED:
            raise BatchError(BatchRefusal.NUMBER, f"{number} cannot be expected: give a number up to {MOST_EXPECTED}")
    return replace(
        new,
        name=name,
        box=_place(new.box),
        shelf=_place(new.shelf),
        operator=typed(new.operator)[:_LONGEST_NAME] or actor,
        slip=_slip(new.slip),
    )


def _place(text: str) -> str:
    text = typed(text)
    if len(text) > _LONGEST_PLACE:
        raise BatchError(BatchRefusal.TOO_LONG, f"box and shelf have at most {_LONGEST_PLACE} characters")
    return text


def _slip(lines: tuple[str, ...]) -> tuple[str, ...]:
    cleaned = tuple(dict.fromkeys(line for line in map(typed, lines) if line))
    if len(cleaned) > MOST_LINES:
        raise BatchError(BatchRefusal.SLIP, f"a slip has at most {MOST_LINES} lines: open several batches")
    for line in cleaned:
        if len(line) > LONGEST_LINE:
            raise BatchError(
                BatchRefusal.SLIP, f"a line of the slip has at most {LONGEST_LINE} characters: {line[:40]}…"
            )
    return cleaned
