"""Options that say what a batch is: those of ``sohoa batch open`` and of ``sohoa watch``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from cli.paths import SplitName
from cli.texts import _

SidesName = Literal["front", "both", "two_stacks"]
"""The values of `staging.states.Sides`, said again because importing them loads the catalog."""
StateName = Literal["open", "closed", "handed_on"]
"""The values of `staging.states.BatchState`."""

Unit = Annotated[str, typer.Option(metavar="CODE", help=_("Unit that the papers belong to."))]
Procedure = Annotated[str | None, typer.Option(metavar="CODE", help=_("Procedure of all papers; none: mixed."))]
Box = Annotated[str, typer.Option(metavar="TEXT", help=_("Box that the paper lies in."))]
Shelf = Annotated[str, typer.Option(metavar="TEXT", help=_("Shelf that the box stands on."))]
Operator = Annotated[str, typer.Option(metavar="USER", help=_("User name of the person at the scanner."))]
Split = Annotated[
    SplitName, typer.Option(help=_("Where a document ends: at separator sheets, or at blank pages as well."))
]
SidesOption = Annotated[SidesName, typer.Option(help=_("Which sides of the paper are scanned."))]
Name = Annotated[str, typer.Argument(metavar="BATCH", help=_("Name of the batch."))]
UnitOf = Annotated[
    str | None, typer.Option(metavar="CODE", help=_("Unit of the batch, where two units have one of that name."))
]
Json = Annotated[bool, typer.Option("--json", help=_("Print JSON only."))]
