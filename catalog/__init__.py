"""The system of record. Nothing outside this package touches the ORM for its tables.

Call `setup()` once before importing the modules with functions (`catalog.units`, `catalog.batches`,
`catalog.scans`, `catalog.results`, `catalog.readings`, `catalog.events`, `catalog.outbox`): they
import Django models. All of them may be called from any thread; a thread of a pool that ends before
the process does calls `close()` at its end.
"""

from __future__ import annotations

from catalog.configuration import close, migrate, ready, setup

__all__ = ["close", "migrate", "ready", "setup"]
