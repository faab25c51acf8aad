"""The tables of review, by subject. Only this package's own functions (and migrations) look in here."""

from review.models.desk import Aside, Draft, Key, Lease, Policy
from review.models.duplicates import Pair
from review.models.samples import Draw, Sample, SampleField, SampleShare

__all__ = ["Aside", "Draft", "Draw", "Key", "Lease", "Pair", "Policy", "Sample", "SampleField", "SampleShare"]
