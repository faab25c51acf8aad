"""Objects in a bucket of any S3 server, through the `minio` client.

Only plain S3 is used (buckets, single and multipart put, ranged get, head, list version 2). What
holds: the client hashes the bytes while it sends them and withholds the last part if the hash is not
the expected one; the server compares each part with the signed SHA-256 (plain HTTP) or MD5 (TLS) of
it; and afterwards size and hash note of the object are read back. A full read-back is what `fetch`
does each time.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast
from xml.etree.ElementTree import ParseError

from minio import Minio
from minio.error import MinioException, S3Error
from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from core.errors import AwayError, FullError, LockedError, NotFoundError, ServiceError, SohoaError, StorageError
from core.files import sha256_of
from storage.protocol import hash_of, is_key, key_of
from storage.transfer import HashedReader, check_range, write_verified

PART_BYTES = 8 << 20
"""Bytes held in memory for each file on its way; files up to this size are sent in one request."""

_CONNECT_SECONDS = 3.0
_READ_SECONDS = 60.0
_RETRIES = 2
_ABSENT = {"NoSuchKey", "NoSuchObject"}
_REFUSED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "XAdminUserNotFound"}
_NO_ROOM = {"XMinioStorageFull", "QuotaExceeded", "InsufficientStorage", "XAdminBucketQuotaExceeded"}
_LOCKED = {"ObjectLocked", "InvalidRetentionPeriod", "WORMProtected"}
"""What servers answer for an object under a lock, besides plain ``AccessDenied``."""
_TOO_MANY, _BUSY = 429, 500
"""Statuses of a server that cannot at the moment: this one, and from this one on."""
_HASH_NOTE = "sha256"


class S3Store:
    """See `ObjectStore`. The bucket is made on first use where it is missing."""

    def __init__(  # one argument for each part of the address
        self, *, endpoint: str, bucket: str, key: str, secret: str, secure: bool = True, region: str | None = None
    ) -> None:
        self._where = f"{endpoint}/{bucket}"
        self._bucket = bucket
        self._ready = threading.Lock()
        self._bucket_seen = False
        self._client = Minio(
            endpoint,
            access_key=key,
            secret_key=secret,
            secure=secure,
            region=region,
            http_client=_http(),
        )

    def __repr__(self) -> str:
        return f"S3Store({self._where!r})"

    def put(self, path: Path, sha256: str, media_type: str, *, anew: bool = False) -> str:
        """See `ObjectStore.put`. An object of another size under the key is replaced."""
        key = key_of(sha256)
        try:
            size = path.stat().st_size
            if not anew and self._has(key, size, sha256):
                if sha256_of(path) != sha256:
                    raise StorageError(f"{path.name!r} does not have the hash {sha256}: nothing was stored")
                return key
            with path.open("rb") as data:
                self._send(key, HashedReader(data, size, sha256), size, sha256, media_type)
        except OSError as error:
            raise StorageError(f"{path.name!r} cannot be read: {error.strerror}") from error
        if not self._has(key, size, sha256):
            raise StorageError(f"{self._where} says that it kept {key} but has not: look at the server's log")
        return key

    def open(self, key: str) -> BinaryIO:
        """See `ObjectStore.open`."""
        hash_of(key)
        return self.open_named(key)

    def open_named(self, name: str) -> BinaryIO:
        """What lies under any name in the bucket, as a stream; `name` is not looked at. Raises NotFoundError."""
        with self._speaking(name):
            response = self._client.get_object(self._bucket, name)
        return cast(BinaryIO, io.BufferedReader(_Body(response, self._where), buffer_size=1 << 16))

    def fetch(self, key: str, to: Path) -> None:
        """See `ObjectStore.fetch`."""
        with self.open(key) as source:
            write_verified(source, to, hash_of(key))

    def read_range(self, key: str, start: int, length: int) -> bytes:
        """See `ObjectStore.read_range`."""
        check_range(start, length)
        size = self.size(key)
        if length == 0 or start >= size:
            return b""
        with self._speaking(key):
            response = self._client.get_object(self._bucket, key, offset=start, length=min(length, size - start))
        with _Body(response, self._where) as body:
            return body.readall()

    def exists(self, key: str) -> bool:
        """See `ObjectStore.exists`."""
        try:
            self.size(key)
        except NotFoundError:
            return False
        return True

    def size(self, key: str) -> int:
        """See `ObjectStore.size`."""
        hash_of(key)
        with self._speaking(key):
            return self._client.stat_object(self._bucket, key).size or 0

    def put_at(self, key: str) -> datetime:
        """See `ObjectStore.put_at`."""
        hash_of(key)
        with self._speaking(key):
            put = self._client.stat_object(self._bucket, key).last_modified
        if put is None:
            raise ServiceError(f"{self._where} does not say when {key} was put there: check storage_url")
        return put.astimezone(UTC)

    def remove(self, key: str) -> None:
        """See `ObjectStore.remove`."""
        versions = self._versions(key)  # also of one that somebody hid behind a marker: its bytes are there
        if not versions:
            raise NotFoundError(f"no object {key} in {self._where}")
        for version in versions:
            with self._speaking(key):
                try:
                    self._client.remove_object(self._bucket, key, version_id=version)
                except S3Error as error:
                    if error.code not in _LOCKED and error.response.status not in (400, 403):
                        raise
                    until = self._locked_until(key, version)
                    if until is None and error.code not in _LOCKED:
                        raise
                    raise LockedError(f"{self._where} is bound to keep {key} for now", until) from error

    def _versions(self, key: str) -> list[str | None]:
        """Ids of the versions of an object, those that hide it too; one of None where the server keeps no versions."""
        hash_of(key)
        try:
            with self._speaking(key):
                found = self._client.list_objects(self._bucket, prefix=key, recursive=True, include_version=True)
                return [one.version_id for one in found if one.object_name == key]
        except ServiceError:  # a server that knows no versions, or is away, which the next line tells
            return [None] if self.exists(key) else []

    def _locked_until(self, key: str, version: str | None) -> datetime | None:
        try:
            kept = self._client.get_object_retention(self._bucket, key, version_id=version)
        except S3Error:
            return None
        return kept.retain_until_date if kept else None

    def keys(self) -> Iterator[str]:
        """See `ObjectStore.keys`."""
        with self._speaking():
            for item in self._client.list_objects(self._bucket, prefix="sha256/", recursive=True):
                if is_key(name := item.object_name or ""):
                    yield name

    def check(self) -> None:
        """See `ObjectStore.check`: makes the bucket if need be and lists it."""
        with self._ready:
            self._bucket_seen = False
        with self._speaking():
            next(iter(self._client.list_objects(self._bucket, prefix="sha256/")), None)

    @property
    def where(self) -> str:
        """Host, port and bucket."""
        return self._where

    @contextmanager
    def speaking(self, name: str = "") -> Iterator[tuple[Minio, str]]:
        """Client and bucket, for what is kept there besides objects (`storage.places`); faults are told as ours are."""
        with self._speaking(name):
            yield self._client, self._bucket

    def _has(self, key: str, size: int, sha256: str) -> bool:
        """Whether the object is there with this size and our own note of its hash."""
        try:
            with self._speaking(key):
                found = self._client.stat_object(self._bucket, key)
        except NotFoundError:
            return False
        notes = {name.lower(): value for name, value in (found.metadata or {}).items()}
        return found.size == size and notes.get(f"x-amz-meta-{_HASH_NOTE}") == sha256

    def _send(self, key: str, data: HashedReader, size: int, sha256: str, media_type: str) -> None:
        with self._speaking(key):
            self._client.put_object(
                self._bucket,
                key,
                cast(BinaryIO, data),
                size,
                content_type=media_type,
                metadata={_HASH_NOTE: sha256},
                part_size=PART_BYTES,
                num_parallel_uploads=1,
            )

    def _ensure_bucket(self) -> None:
        with self._ready:
            if self._bucket_seen:
                return
            if not self._client.bucket_exists(self._bucket):
                try:
                    self._client.make_bucket(self._bucket)
                except S3Error as error:
                    if error.code != "BucketAlreadyOwnedByYou":  # another process was quicker
                        raise
            self._bucket_seen = True

    @contextmanager
    def _speaking(self, key: str = "") -> Iterator[None]:
        """Turns what client and network raise into errors of ours, with remedies and without secrets."""
        try:
            self._ensure_bucket()
            yield
        except S3Error as error:
            raise self._answered(error, key) from error
        except (MinioException, ParseError) as error:
            raise ServiceError(f"{self._where} does not answer as an S3 server does: check storage_url") from error
        except HTTPError:  # its text quotes the request
            text = f"no S3 server answers at {self._where}: start it, or mend storage_url"
            raise AwayError("storage", text) from None
        except ValueError as error:  # the client's own checks of names
            raise ServiceError(f"{self._where} cannot be a bucket ({error}): mend storage_url") from error

    def _answered(self, error: S3Error, key: str) -> SohoaError:
        code = error.code or "an error"
        if code in _ABSENT:
            return NotFoundError(f"no object {key} in {self._where}")
        if code in _REFUSED or error.response.status in (401, 403):
            return ServiceError(f"{self._where} refuses us ({code}): check key, secret and rights in storage_url")
        if code in _NO_ROOM:
            return FullError("storage", f"no room in {self._where}: make some and try again; nothing was stored")
        if code == "NoSuchBucket":
            return ServiceError(f"the bucket {self._where} is gone: restore it from a copy")
        text = f"{self._where} answered {code}: look at the server's log and try again"
        busy = error.response.status >= _BUSY or error.response.status == _TOO_MANY
        return AwayError("storage", text) if busy else ServiceError(text)


def _http() -> PoolManager:
    """Connections that give up in seconds, not in the client's default five minutes."""
    return PoolManager(
        timeout=Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
        retries=Retry(total=_RETRIES, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504), raise_on_status=False),
        maxsize=16,
        cert_reqs="CERT_REQUIRED",  # against the certificates of this machine, where an office's own are put
    )


class _Body(io.RawIOBase):
    """The bytes of an answer; a connection that breaks half-way is a ServiceError, never a short file."""

    def __init__(self, response: BaseHTTPResponse, where: str) -> None:
        self._response = response
        self._where = where

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            chunk = self._response.read(len(buffer))
        except HTTPError:
            raise AwayError("storage", f"{self._where} broke off while sending: try again") from None
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        if not self.closed:
            self._response.close()
            self._response.release_conn()
        super().close()
