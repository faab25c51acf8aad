"""What matching kept about a result goes when the result is disposed of. The line stays: it says what was issued."""

from __future__ import annotations

from collections.abc import Collection

from registers.models import Candidate, Sought


def forget(results: Collection[int], scans: Collection[int]) -> None:
    """Erase what these results would be found by, and the lines that they might be; inside the transaction in which
    they go. That a line is one of them stays: it counts as digitized.
    """
    Candidate.objects.filter(result__in=list(results)).delete()
    Sought.objects.filter(result__in=list(results)).delete()
