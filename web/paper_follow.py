"""Lets `paper` learn from `staging` where batches were scanned from: the two do not know each other."""

from __future__ import annotations

from paper import places
from paper.places import BatchBox, Target
from staging import batches


def follow() -> None:
    """Look at the newest batches, and at older ones as long as nothing is known of them."""
    page = 1
    while True:
        found = batches.listing(None, page=page)
        said = [BatchBox(b.id, b.unit, b.box, b.shelf, b.operator) for b in found.rows]
        if places.follow(said) < len(said) or page >= found.pages:
            return
        page += 1


def moved(batch: int, actor: str) -> None:
    """The box of a batch was named anew: its papers lie there, but for those that somebody put elsewhere."""
    follow()
    now = batches.show(batch)
    if now.box:
        places.put_batch(batch, Target(now.unit, now.box, now.shelf), actor)
