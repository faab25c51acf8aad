"""What was said of the signatures in a file goes when all that was in it is disposed of."""

from __future__ import annotations

from collections.abc import Collection

from preservation.signatures.models import Check


def forget(results: Collection[int], scans: Collection[int]) -> None:
    """Erase what was said of these files, which names who signed; inside the transaction in which they go."""
    Check.objects.filter(scan__in=list(scans)).delete()
