"""The two kinds of store under one name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import ObjectStore, open_store

Write = Callable[[bytes], tuple[Path, str]]


@pytest.fixture(params=["folder", "s3"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where objects of this test alone are kept."""
    if request.param == "folder":
        return (tmp_path / "kho lưu#1").as_uri()
    return str(request.getfixturevalue("s3_url"))


@pytest.fixture
def store(store_url: str) -> ObjectStore:
    return open_store(store_url)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file and tells its path and hash."""

    def _write(content: bytes) -> tuple[Path, str]:
        sha256 = hashlib.sha256(content).hexdigest()
        path = tmp_path / f"{sha256[:12]}.pdf"
        path.write_bytes(content)
        return path, sha256

    return _write
