"""Accept a value, or ask a person: the decision that keeps wrong values from going unseen."""

from __future__ import annotations

from pipeline.extract import Extraction
from pipeline.records import FIELD_NAMES, Assessment


def assess(extraction: Extraction, threshold: float) -> Assessment:
    """Fields under `threshold` (0–1), and what is missing, go to a person."""
    doubtful = {f.name for f in extraction.fields if f.confidence < threshold} | set(extraction.missing)
    return Assessment(extraction.fields, tuple(name for name in FIELD_NAMES if name in doubtful))
