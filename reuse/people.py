"""Whether the person in a dossier is one whom a result was granted to.

Names are compared without accents, case, forms of address and order of their words: registers and forms write
``Nguyễn Thị Hòa``, ``NGUYEN THI HOA`` and ``Hòa Nguyễn Thị`` for one person. Two people of one name are told apart
by identity numbers only, where both sides know one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from catalog.values import holder_number
from core.text import fold_words
from reuse.records import Finding, Found, Person

_ADDRESS = frozenset("ong ba anh chi co chu em chau be".split())
_BETWEEN = (" va ", " cung ")
"""Between two names in one field."""


def compare(person: Person, names: Sequence[str], ids: Collection[str], linked: Collection[str]) -> list[Finding]:
    """What speaks against `person` being one of the holders with these names and identity numbers.

    `linked` are other numbers of the holders, such as the old one of an identity card.
    """
    given = _name(person.name)
    held = {name for text in names for name in _names(text)}
    if not given:
        return [Finding(Found.NO_PERSON)]
    findings = []
    if not held:
        findings.append(Finding(Found.NO_HOLDER))
    elif given not in held:
        findings.append(Finding(Found.OTHER_NAME))
    theirs = {number for text in person.ids if (number := holder_number(text))}
    known = {number for text in (*ids, *linked) if (number := holder_number(text))}
    if theirs and known and not theirs & known:
        findings.append(Finding(Found.OTHER_ID))
    return findings


def _names(text: str) -> set[tuple[str, ...]]:
    """The names that a holder's field may stand for: the whole of it, and its parts around an "and"."""
    parts = [fold_words(text)]
    for word in _BETWEEN:
        parts = [piece for part in parts for piece in part.split(word)]
    return {name for part in (text, *parts) if (name := _name(part))}


def _name(text: str) -> tuple[str, ...]:
    """The words of a name in the order of the alphabet, without a form of address in front."""
    words = fold_words(text).split()
    while len(words) > 1 and words[0] in _ADDRESS:
        words = words[1:]
    return tuple(sorted(words))
