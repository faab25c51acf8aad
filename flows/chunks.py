"""Cutting the work into chunks: one task of a flow each, long enough that Prefect's own cost does not matter.

A task costs Prefect 10–90 ms and about a second in the pages of its server; a page costs 0.8 s of a processor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog.records import WaitingScan

PAGES_A_SECOND = 1.2
"""Pages a second of a machine with two processors, to begin with (DESIGN: 0.7–0.9 CPU s a page)."""
SECONDS = (30, 120)
"""A chunk lasts between these."""
FULL = int(80 * PAGES_A_SECOND)
"""Pages of a full chunk."""
_MOST = int(SECONDS[1] * PAGES_A_SECOND)


def chunks(waiting: Iterable[WaitingScan]) -> Iterator[tuple[WaitingScan, ...]]:
    """The scans in order, cut where a chunk is full. A scan is never cut: one with many pages is a chunk by itself."""
    chunk: list[WaitingScan] = []
    pages = 0
    for scan in waiting:
        if chunk and (pages >= FULL or pages + scan.pages > _MOST):
            yield tuple(chunk)
            chunk, pages = [], 0
        chunk.append(scan)
        pages += scan.pages
    if chunk:
        yield tuple(chunk)
