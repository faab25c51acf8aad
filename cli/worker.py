"""``sohoa worker``: read what waits, on this machine, beside workers on others."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.services import open_catalog
from cli.terminal import note
from cli.texts import _


def worker(
    queue: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help=_("Queue to take from; without one, from all of them."))
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=64, help=_("Chunks that are worked on at once."))] = 1,
) -> None:
    """Take up chunks of scans until Ctrl-C; what is in hand then is given back."""
    open_catalog()
    from flows import pool_worker

    note(_("Working. Ctrl-C stops it."))
    pool_worker.run(queue or [], limit)
