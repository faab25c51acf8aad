"""Accept a value, or ask a person: the decision that keeps wrong values from going unseen."""

from __future__ import annotations

from dataclasses import replace

from pipeline.calibration import chance
from pipeline.extract import Extraction
from pipeline.records import FIELD_NAMES, Assessment


def assess(extraction: Extraction, threshold: float) -> Assessment:
    """The fields with their chance of being right as confidence; those under `threshold` (0–1), and what is
    missing, go to a person.
    """
    fields = tuple(replace(f, confidence=round(chance(f.confidence), 4)) for f in extraction.fields)
    doubtful = {f.name for f in fields if f.confidence < threshold} | set(extraction.missing)
    return Assessment(fields, tuple(name for name in FIELD_NAMES if name in doubtful))
