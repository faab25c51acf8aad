"""The objects that deliveries name: their lists, as they came."""

from __future__ import annotations

from collections.abc import Iterator

from bought_in.models import Delivery
from catalog.configuration import told_plainly
from catalog.holdings import Named


def named() -> Iterator[Named]:
    """Each of them, in the order of keys."""
    with told_plainly():
        rows = Delivery.objects.order_by("index_key", "pk").values_list("pk", "index_key", "index_sha256", "unit__code")
        for pk, key, sha256, unit in rows.iterator(chunk_size=500):
            yield Named(key, f"delivery:{pk}", "list", sha256, unit)
