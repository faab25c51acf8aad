"""What somebody does behind the program's back, in either set of services."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.db import connection

from storage import ObjectStore, hash_of


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def one(sql: str, *values: object) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def flip_a_byte(store: ObjectStore, key: str) -> None:
    """The bytes under `key` change, and neither their number nor what the store notes of them does."""
    with store.open(key) as source:
        content = bytearray(source.read())
    content[len(content) // 2] ^= 1
    root = getattr(store, "root", None)
    if root is not None:
        (Path(root) / key).write_bytes(content)
        return
    import io

    with store.speaking(key) as (client, bucket):  # type: ignore[attr-defined]
        notes = {"sha256": hash_of(key)}
        client.put_object(bucket, key, io.BytesIO(bytes(content)), len(content), metadata=notes)


def stray(store: ObjectStore) -> str:
    """An object that no row names."""
    import hashlib

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stray"
        path.write_bytes(b"nobody knows me")
        return store.put(path, hashlib.sha256(path.read_bytes()).hexdigest(), "text/plain")
