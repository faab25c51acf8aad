"""Lets `paper` learn from `staging` where batches were scanned from: the two do not know each other."""

from __future__ import annotations

from collections.abc import Collection

from paper import boxes, places
from paper.places import BatchBox, Target
from staging import batches


def follow() -> bool:
    """Look at the newest batches, and at older ones as long as nothing is known of them; gives whether any was new."""
    page, news = 1, False
    while True:
        found = batches.listing(None, page=page)
        said = [BatchBox(b.id, b.unit, b.box, b.shelf, b.operator) for b in found.rows]
        new = places.follow(said)
        news = news or new > 0
        if new < len(said) or page >= found.pages:
            return news
        page += 1


def moved(batch: int, actor: str, told: Collection[str]) -> None:
    """What is `told` of a batch (``box``, ``shelf``) changed: its papers lie there, but for those put elsewhere."""
    follow()
    now = batches.show(batch)
    if "box" in told and now.box:
        places.put_batch(batch, Target(now.unit, now.box, now.shelf), actor)
    elif "box" in told:
        places.take_out_batch(batch, actor)
    elif "shelf" in told and (box := places.box_of_batch(batch)):
        boxes.change(box, boxes.show(box).name, now.shelf, actor)
