"""What all that draw pages with reportlab hold while they do."""

from __future__ import annotations

import threading
from typing import Final

DRAWING: Final = threading.RLock()
"""reportlab reads paragraphs with one parser for the whole process, so one thread draws at a time."""
