"""Units as registers name them: by their code, or by a name that they have or had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.configuration import told_plainly
from catalog.models import Unit, UnitName
from core.text import fold_number, fold_words


@dataclass(frozen=True, slots=True)
class Places:
    """All units."""

    ids: Mapping[str, int]
    """Code → row id."""
    _codes: Mapping[str, str]
    """Folded code → code."""
    _names: Mapping[str, str]
    """Folded name → code, where only one unit has or had it."""

    def find(self, text: str) -> str:
        """The code of the unit that is meant; empty: none, or any of several."""
        return self._codes.get(fold_number(text), "") or self._names.get(fold_words(text), "")


@told_plainly()
def known() -> Places:
    """All units as they stand now."""
    rows = list(Unit.objects.values_list("pk", "code", "name"))
    former = list(UnitName.objects.values_list("unit__code", "name"))
    names = {(fold_words(name), code) for _pk, code, name in rows} | {(fold_words(name), code) for code, name in former}
    often = Counter(name for name, _code in names)
    return Places(
        ids={code: pk for pk, code, _name in rows},
        _codes={fold_number(code): code for _pk, code, _name in rows},
        _names={name: code for name, code in names if often[name] == 1},
    )
