"""Objects leave a store only where somebody decided so, and never one that the store is bound to keep."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from minio import Minio
from minio.commonconfig import GOVERNANCE
from minio.deleteobjects import DeleteObject
from minio.retention import Retention

from core.errors import LockedError, NotFoundError
from storage import ObjectStore, open_store


@pytest.fixture
def locking(s3_url: str) -> Iterator[tuple[Minio, str, str]]:
    """A bucket that can lock objects: client, its name, its address; all in it is removed afterwards."""
    url = urlsplit(s3_url)
    client = Minio(url.netloc.rpartition("@")[2], access_key=url.username, secret_key=url.password, secure=False)
    bucket = f"{url.path.lstrip('/')}-lock"
    client.make_bucket(bucket, object_lock=True)
    yield client, bucket, urlunsplit(url._replace(path=f"/{bucket}"))
    doomed = [
        DeleteObject(str(one.object_name), one.version_id)
        for one in client.list_objects(bucket, recursive=True, include_version=True)
    ]
    assert not list(client.remove_objects(bucket, doomed, bypass_governance_mode=True))
    client.remove_bucket(bucket)


def _put(store: ObjectStore, folder: Path, content: bytes) -> str:
    path = folder / "bytes"
    path.write_bytes(content)
    return store.put(path, hashlib.sha256(content).hexdigest(), "application/pdf")


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_what_is_removed_is_gone_alone(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = (tmp_path / "objects").as_uri() if kind == "folder" else request.getfixturevalue("s3_url")
    store = open_store(url)
    gone, kept = _put(store, tmp_path, b"mot"), _put(store, tmp_path, b"hai")
    store.remove(gone)
    assert list(store.keys()) == [kept]
    with pytest.raises(NotFoundError):
        store.remove(gone)
    assert _put(store, tmp_path, b"mot") == gone and store.exists(gone)


def test_all_versions_go_and_a_locked_one_stays_and_says_until_when(
    locking: tuple[Minio, str, str], tmp_path: Path
) -> None:
    client, bucket, url = locking
    store = open_store(url)
    key = _put(store, tmp_path, b"mot")
    client.remove_object(bucket, key)  # hides it behind a marker
    assert _put(store, tmp_path, b"mot") == key
    store.remove(key)
    assert not [one for one in client.list_objects(bucket, recursive=True, include_version=True)]

    _put(store, tmp_path, b"mot")
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    client.set_object_retention(bucket, key, Retention(GOVERNANCE, until))
    with pytest.raises(LockedError) as refused:
        store.remove(key)
    assert refused.value.until == until and store.exists(key)
