"""Lines that carry what identifies a result: persons, identity numbers, the number and date of the paper.

They are read twice even where the engine is sure: a lost mark makes another person of somebody, and the
engine is often sure of the wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from core.text import fold
from ocr.engine import SeenWord

_BEFORE_A_NAME = re.compile(r"\b(?:ong|ba|ho,? (?:va |chu dem,? (?:va )?)?ten|vo|chong|chu ho|dai dien|giam doc)\b")
_IDENTITY = re.compile(r"\d{9,12}")
_NUMBER_OR_DATE = re.compile(r"^so ?[:;.]|\bngay \S+ thang \S+ nam\b|\d{1,2}/\d{1,2}/\d{4}")
_NAME_WORDS = range(2, 6)
_DATED_WORDS = 12
"""A line of more words is running text, and the dates in it are those of other papers."""


def telling_words(line: Sequence[SeenWord]) -> list[int]:
    """The places in `line` (words in order) of a name, an identity number, a number or a date."""
    capitals = [w.text[0].isupper() for w in line]
    if len(line) in _NAME_WORDS and all(capitals):
        return list(range(len(line)))
    text = fold(" ".join(w.text for w in line))
    figures = [i for i, w in enumerate(line) if any(c.isdigit() for c in w.text)]
    if len(line) <= _DATED_WORDS and _NUMBER_OR_DATE.search(text):
        return figures
    identities = [i for i in figures if _IDENTITY.search(line[i].text)]
    if _BEFORE_A_NAME.search(text):
        pairs = pairwise(enumerate(capitals))
        return identities + [place for (i, a), (j, b) in pairs if a and b and i > 0 for place in (i, j)]
    return identities
