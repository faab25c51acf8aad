"""Room on the disk: how much is left where a folder is, or will be, and how little is too little."""

from __future__ import annotations

import shutil
from pathlib import Path

TOO_LITTLE = 500 * 1024**2
"""Bytes below which no work is begun: Prefect's server, the catalog and the pages in flight need as much."""


def free(folder: Path) -> int:
    """Bytes that may still be written where `folder` is, or would be if it were made; raises OSError."""
    return shutil.disk_usage(there(folder)).free


def there(folder: Path) -> Path:
    """`folder`, or the nearest folder above it that exists."""
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder
