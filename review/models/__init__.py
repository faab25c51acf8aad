"""The tables of review, by subject. Only this package's own functions (and migrations) look in here."""

from review.models.desk import Aside, Draft, Key, Lease, Policy

__all__ = ["Aside", "Draft", "Key", "Lease", "Policy"]
