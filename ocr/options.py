"""What can be set for the reading of pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EngineName = Literal["auto", "tesserocr", "tesseract"]
"""``tesserocr``: Tesseract's library; ``tesseract``: its program; ``auto``: the library where it works."""


@dataclass(frozen=True, slots=True)
class OcrSettings:
    """How pages are cleaned and read. Chosen on the development corpus (docs/measurements.md)."""

    language: str = "vie"
    """Tesseract's language data."""
    engine: EngineName = "auto"
    """What reads the pages."""
    dpi: float = 250.0
    """Pages of a higher resolution are scaled down to this before recognition."""
    low_dpi: float = 200.0
    """Pages of a lower resolution are scaled up to this."""
    timeout: float = 120.0
    """Seconds for one call of the engine; then it is killed and EngineError is raised."""
    poor_confidence: float = 0.60
    """Mean word confidence (0–1) below which a page is tried the other way up."""
    second_look_confidence: float = 0.70
    """Confidence of a word below which it is read again."""
