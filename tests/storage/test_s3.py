"""What only a server can meet: it is down, it refuses, it is another one, an object was cut."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit, urlunsplit

import pytest
from minio import Minio

from core.errors import ServiceError, StorageError
from storage import key_of, open_store

Write = Callable[[bytes], tuple[Path, str]]
PDF = "application/pdf"


@pytest.fixture
def parts(s3_url: str) -> SplitResult:
    return urlsplit(s3_url)


@pytest.fixture
def client(parts: SplitResult) -> Minio:
    """The server itself, past our store."""
    host = parts.netloc.rpartition("@")[2]
    return Minio(host, access_key=parts.username, secret_key=parts.password, secure="secure=false" not in parts.query)


def test_a_cut_object_is_not_handed_out_as_whole_and_mended_by_putting_again(
    s3_url: str, parts: SplitResult, client: Minio, write: Write, tmp_path: Path
) -> None:
    store = open_store(s3_url)
    path, sha256 = write(b"noi dung")
    key = store.put(path, sha256, PDF)
    client.put_object(parts.path.strip("/"), key, io.BytesIO(b"noi d"), 5)
    with pytest.raises(StorageError, match="came back damaged"):
        store.fetch(key, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    store.put(path, sha256, PDF)
    store.fetch(key, tmp_path / "out")


def test_media_type_and_hash_are_kept_with_the_object(
    s3_url: str, parts: SplitResult, client: Minio, write: Write
) -> None:
    path, sha256 = write(b"x")
    key = open_store(s3_url).put(path, sha256, PDF)
    found = client.stat_object(parts.path.strip("/"), key)
    assert found.content_type == PDF
    assert found.metadata is not None
    assert found.metadata["x-amz-meta-sha256"] == sha256


def test_several_parts_come_back_as_one(s3_url: str, write: Write, tmp_path: Path) -> None:
    path, sha256 = write(b"0123456789abcdef" * (20 << 16))
    store = open_store(s3_url)
    key = store.put(path, sha256, PDF)
    store.fetch(key, tmp_path / "out")
    assert store.read_range(key, (8 << 20) - 2, 4) == b"ef01"


def test_the_bucket_is_made_where_it_is_missing(s3_url: str, parts: SplitResult, client: Minio, write: Write) -> None:
    client.remove_bucket(parts.path.strip("/"))
    stores = [open_store(s3_url) for _ in range(4)]
    threads = [threading.Thread(target=store.check) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert stores[0].exists(stores[1].put(*write(b"x"), PDF))


def test_a_bucket_that_vanished_is_told(s3_url: str, parts: SplitResult, client: Minio, write: Write) -> None:
    store = open_store(s3_url)
    store.check()
    client.remove_bucket(parts.path.strip("/"))
    with pytest.raises(ServiceError, match="is gone"):
        store.put(*write(b"x"), PDF)


def test_other_objects_in_the_bucket_are_no_keys(s3_url: str, parts: SplitResult, client: Minio, write: Write) -> None:
    store = open_store(s3_url)
    key = store.put(*write(b"x"), PDF)
    for name in ("readme", "sha256/readme", "sha256/zz/zz/x"):
        client.put_object(parts.path.strip("/"), name, io.BytesIO(b"x"), 1)
    assert list(store.keys()) == [key]


@pytest.mark.parametrize("login", ["{user}:wrong-s3cret", "nobody:{password}"])
def test_wrong_credentials_are_told_without_them(parts: SplitResult, login: str, write: Write) -> None:
    login = login.format(user=parts.username, password=parts.password)
    host = parts.netloc.rpartition("@")[2]
    store = open_store(urlunsplit(parts._replace(netloc=f"{login}@{host}")))
    for call in (store.check, lambda: store.put(*write(b"x"), PDF), lambda: store.exists(key_of("0" * 64))):
        with pytest.raises(ServiceError, match="refuses us") as told:
            call()
        assert not any(word in str(told.value) for word in login.split(":"))


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.mark.parametrize("host", [None, "no-such-host.invalid:9000"], ids=["closed port", "no such host"])
def test_a_server_that_is_down_is_told_soon_without_secrets(host: str | None, write: Write, tmp_path: Path) -> None:
    host = host or closed_port()
    store = open_store(f"s3://key:s3cret-word@{host}/bucket?secure=false")
    start = time.monotonic()
    for call in (
        store.check,
        lambda: store.put(*write(b"x"), PDF),
        lambda: store.open(key_of("0" * 64)),
        lambda: store.exists(key_of("0" * 64)),
        lambda: list(store.keys()),
    ):
        with pytest.raises(ServiceError, match=f"no S3 server answers at {host}/bucket: start it") as told:
            call()
        assert "s3cret" not in str(told.value)
    assert time.monotonic() - start < 30


def serve(answer: bytes) -> str:
    """A server of something else, that answers every connection alike."""
    listener = socket.create_server(("127.0.0.1", 0))

    def work() -> None:
        with listener:
            listener.settimeout(10)
            try:
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(65536)
                        connection.sendall(answer)
            except TimeoutError:
                return

    host = f"127.0.0.1:{listener.getsockname()[1]}"
    threading.Thread(target=work, daemon=True).start()
    return host


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/html\r\nConnection: close\r\n\r\nhello",
        b"HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
    ids=["web", "teapot", "ssh"],
)
def test_another_kind_of_server_is_told(answer: bytes) -> None:
    store = open_store(f"s3://key:s3cret-word@{serve(answer)}/bucket?secure=false")
    with pytest.raises(ServiceError, match="storage_url") as told:
        store.check()
    assert "s3cret" not in str(told.value)


def test_a_bucket_name_that_cannot_be_is_told() -> None:
    with pytest.raises(ServiceError, match="storage_url"):
        open_store("s3://key:secret@127.0.0.1:1/B_?secure=false").check()
