"""The tables of staging, by subject. Only this package's own functions (and migrations) look in here."""

from staging.models.batches import Arrival, SlipLine, StagedBatch

__all__ = ["Arrival", "SlipLine", "StagedBatch"]
