"""Which set is the set: its seed and size."""

from __future__ import annotations

SEED = 20261121
COUNTS = {"open": 69, "back": 24}
"""Documents a part."""
