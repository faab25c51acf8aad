"""Which set is the set: its seed and size."""

from __future__ import annotations

SEED = 20261121
COUNTS = {"open": 36, "back": 18}
"""Documents a part."""
