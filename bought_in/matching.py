"""Which file a row of an index means. Contractors write paths of their own machines, drop endings, lose accents.

A file is taken only where nothing else could be meant: two files that a row could mean equally are shown, not chosen.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from bought_in.records import By, Line, Matched, Pair
from core.text import fold, fold_number, slug

_ENDING = re.compile(r"\.(pdf|tiff?|jpe?g|png)$")
_LEAST_NUMBER = 3
"""Characters of a number before it is looked for in names of files: ``5`` stands in too many."""


def match(lines: Sequence[Line], files: Iterable[str]) -> Matched:
    """Bring rows and files (paths below the folder that was delivered) together."""
    names = sorted(set(files))
    keys = [(By.PATH, _path), (By.NAME, _stem_path), (By.NAME, _name), (By.NAME, _stem), (By.NAME, _loose)]
    tables = [(by, key, _table(names, key)) for by, key in keys]
    pairs: dict[int, Pair] = {}
    unsure: dict[int, tuple[str, ...]] = {}
    for line in lines:
        if line.file:
            _by_name(line, tables, pairs, unsure)
    taken = {pair.file for pair in pairs.values()}
    _by_number(lines, [name for name in names if name not in taken], pairs, unsure)
    taken = {pair.file for pair in pairs.values()}
    return Matched(
        pairs=tuple(pairs[line.number] for line in lines if line.number in pairs),
        lines_alone=tuple(n.number for n in lines if n.number not in pairs and n.number not in unsure),
        lines_unsure=unsure,
        files_alone=tuple(name for name in names if name not in taken),
    )


def _by_name(
    line: Line,
    tables: Sequence[tuple[By, Callable[[str], str], Mapping[str, list[str]]]],
    pairs: dict[int, Pair],
    unsure: dict[int, tuple[str, ...]],
) -> None:
    """The first way of writing a name under which there is a file decides."""
    for by, key, table in tables:
        wanted = key(line.file)
        found = _ending_with(table, wanted) if by is By.PATH else table.get(wanted, []) if wanted else []
        if len(found) == 1:
            pairs[line.number] = Pair(line.number, found[0], by)
            return
        if found:
            unsure[line.number] = tuple(found[:10])
            return


def _by_number(
    lines: Sequence[Line], files: Sequence[str], pairs: dict[int, Pair], unsure: dict[int, tuple[str, ...]]
) -> None:
    """A row that names no file is that of the one file in whose name its number stands, if it is the only such row."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        number = slug(line.values.get("number", ""))
        if not line.file and line.number not in pairs and len(number) >= _LEAST_NUMBER:
            numbers[number].append(line.number)
    words = {name: f"-{_spelt(name)}-" for name in files}
    for number, rows in numbers.items():
        found = [name for name, spelt in words.items() if f"-{number}-" in spelt]
        if len(found) == 1 and len(rows) == 1:
            pairs[rows[0]] = Pair(rows[0], found[0], By.NUMBER)
        elif found:
            unsure.update(dict.fromkeys(rows, tuple(found[:10])))
    several = defaultdict(list)
    for pair in pairs.values():
        if pair.by is By.NUMBER:
            several[pair.file].append(pair.line)
    for file, rows in several.items():
        if len(rows) > 1:
            for row in rows:
                del pairs[row]
                unsure[row] = (file,)


def _table(names: Sequence[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = defaultdict(list)
    for name in names:
        table[key(name)].append(name)
    return table


def _ending_with(table: Mapping[str, list[str]], wanted: str) -> list[str]:
    """Files at this path, or at the end of it: rows carry the contractor's own folders in front."""
    parts = wanted.split("/")
    for start in range(len(parts) - 1):
        if found := table.get("/".join(parts[start:])):
            return found
    return []


def _path(name: str) -> str:
    parts = re.split(r"[\\/]+", fold_number(name))
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def _stem_path(name: str) -> str:
    path = _ENDING.sub("", _path(name))
    return path if "/" in path else ""


def _name(name: str) -> str:
    return _path(name).rpartition("/")[2]


def _stem(name: str) -> str:
    return _ENDING.sub("", _name(name))


def _loose(name: str) -> str:
    """Letters and digits alone: ``12 QĐ-UBND.pdf`` and ``12_QD_UBND``."""
    return re.sub(r"[\W_]+", "", fold(_stem(name)))


def _spelt(name: str) -> str:
    """The last part of a path, without its ending, as words joined by dashes: what numbers are looked for in."""
    return slug(_ENDING.sub("", fold(re.split(r"[\\/]", name)[-1])), 200)
