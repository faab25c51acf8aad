"""What goes to the terminal: results on standard output, everything about the work on standard error.

Text out of documents and file names is foreign: control characters and marks that turn the reading
direction are shown as ``�`` (escaped in JSON), so that no scan can steer the reader's terminal.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NEWLINES = re.compile(r"[\t\n]+")


def safe(text: str) -> str:
    """`text` without anything that a terminal obeys; tabs and line ends stay."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """`safe` text on one line."""
    return safe(_NEWLINES.sub(" ", text)).strip()


def to_json(value: object, *, indent: int | None = 2) -> str:
    """`value` as JSON with letters as they are and everything that a terminal obeys escaped."""
    dumped = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", dumped)


def prepare_streams() -> None:
    """Make both streams speak UTF-8 and never fail on a letter that the locale lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def say(text: str = "") -> None:
    """Print a line of result to standard output."""
    print(safe(text))


def note(text: str) -> None:
    """Print a line about the work to standard error."""
    print(one_line(text), file=sys.stderr, flush=True)


def print_json(value: object) -> None:
    """Print `value` as the only thing on standard output."""
    print(to_json(value))


def console(*, stderr: bool = False) -> Console:
    """A rich console that takes text literally (no markup, no emoji, no guessing at numbers)."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[int] = ()) -> Table:
    """A plain table; columns numbered in `right` (from 0) are set to the right."""
    from rich import box
    from rich.table import Table

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(columns):
        drawn.add_column(name, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(one_line(str(cell)) for cell in row))
    return drawn


def print_table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[int] = (), stderr: bool = False
) -> None:
    """Print `table`; where nobody looks (a pipe), lines of values parted by tabs, as scripts like them."""
    stream = sys.stderr if stderr else sys.stdout
    if stream.isatty():
        console(stderr=stderr).print(table(columns, rows, right=right))
        return
    for row in (columns, *rows):
        print("\t".join(one_line(str(cell)) for cell in row), file=stream)


def print_pairs(pairs: Mapping[str, object], *, stderr: bool = False) -> None:
    """Print names and values, one a line, values in one column."""
    width = max((len(name) for name in pairs), default=0)
    stream = sys.stderr if stderr else sys.stdout
    for name, value in pairs.items():
        print(f"{name:<{width}}  {one_line(str(value))}".rstrip(), file=stream)
