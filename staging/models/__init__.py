"""The tables of staging, by subject. Only this package's own functions (and migrations) look in here."""

from staging.models.batches import Arrival, SlipLine, StagedBatch
from staging.models.pages import Look, StagedPage, Step
from staging.models.uploads import Upload

__all__ = ["Arrival", "Look", "SlipLine", "StagedBatch", "StagedPage", "Step", "Upload"]
