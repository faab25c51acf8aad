"""``sohoa batch sheets``: sheets to lay between the papers, as a PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.services import open_catalog
from cli.terminal import say
from cli.texts import _
from core.errors import UsageError


def sheets(
    to: Annotated[Path, typer.Argument(metavar="FILE", help=_("PDF to write."))],
    separators: Annotated[int, typer.Option(metavar="COUNT", help=_("Write so many separator sheets."))] = 0,
    unit: Annotated[str, typer.Option(metavar="CODE", help=_("Unit that the papers belong to."))] = "",
    procedure: Annotated[str, typer.Option(metavar="CODE", help=_("Procedure of all papers; none: mixed."))] = "",
    lines: Annotated[
        Path | None,
        typer.Option("--list", metavar="FILE", help=_("Text file: a cover for the code on each line.")),
    ] = None,
    batch: Annotated[str, typer.Option(metavar="NAME", help=_("Cover sheets for the slip of this batch."))] = "",
) -> None:
    """Write separators, or covers for a list or for the slip of a batch."""
    from staging import sheets as drawn

    if sum(map(bool, (separators, lines, batch))) != 1:
        raise UsageError(_("say what to print: --separators COUNT, --list FILE or --batch NAME"))
    if separators:
        content = drawn.separators(separators)
    else:
        open_catalog()
        content = _covers(unit, procedure, lines_of(lines) if lines else (), batch)
    to.write_bytes(content)
    say(_("Written: {path}").format(path=to))


def lines_of(path: Path) -> tuple[str, ...]:
    """The lines of a text file that are not empty; raises UsageError where it is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(_("{path} is no text in UTF-8: save it as one").format(path=path)) from error
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _covers(unit: str, procedure: str, lines: tuple[str, ...], batch: str) -> bytes:
    from catalog import procedures, units
    from staging import batches, codes
    from staging import sheets as drawn

    if batch:
        found = batches.find(batch, unit or None)
        unit, procedure, lines = found.unit, procedure or found.procedure or "", found.slip
    if not unit:
        raise UsageError(_("cover sheets need a unit: --unit CODE"))
    if not lines:
        raise UsageError(_("there is nothing to make cover sheets of: the list or the slip is empty"))
    names = {unit: units.require(unit).name}
    if procedure:
        names[procedure] = procedures.require(procedure).name
    return drawn.covers(codes.covers(unit, procedure, lines), names)
