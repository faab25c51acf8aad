"""Addresses of stores, understood or refused, and secrets kept to ourselves."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.errors import SettingsError
from storage import open_store
from storage.folder import FolderStore
from storage.urls import parse_s3


def test_a_folder_by_address(tmp_path: Path) -> None:
    folder = tmp_path / "kho số 1 #%?"
    store = open_store(folder.as_uri())
    assert isinstance(store, FolderStore)
    store.check()
    assert folder.is_dir()


def test_key_and_secret_are_percent_decoded() -> None:
    address = parse_s3(urlsplit("s3://k%40y:s%2Fe%3Ac%20ret@[::1]:9000/my-bucket?secure=false&region=vn"))
    assert (address.endpoint, address.bucket, address.key, address.secret) == (
        "[::1]:9000",
        "my-bucket",
        "k@y",
        "s/e:c ret",
    )
    assert (address.secure, address.region) == (False, "vn")


def test_connections_are_secure_unless_said_otherwise() -> None:
    address = parse_s3(urlsplit("s3://k:s@s3.example.vn/b"))
    assert (address.endpoint, address.secure, address.region) == ("s3.example.vn", True, None)


def test_secrets_are_in_no_repr() -> None:
    url = "s3://key:s3cret-word@127.0.0.1:9000/bucket?secure=false"
    assert "s3cret" not in repr(open_store(url)) + repr(parse_s3(urlsplit(url)))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "objects",
        "/objects",
        "file://",
        "file:///",
        "file://relative/path",
        "file:///objects?x=1",
        "http://127.0.0.1:9000/bucket",
        "s3://127.0.0.1:9000/bucket",
        "s3://key@127.0.0.1:9000/bucket",
        "s3://key:s3cret-word@127.0.0.1:9000",
        "s3://key:s3cret-word@127.0.0.1:9000/a/b",
        "s3://key:s3cret-word@/bucket",
        "s3://key:s3cret-word@127.0.0.1:port/bucket",
        "s3://key:s3cret-word@127.0.0.1:99999/bucket",
        "s3://key:s3cret-word@[::1/bucket",
        "s3://key:s3cret-word@127.0.0.1:9000/bucket?secure=perhaps",
        "s3://key:s3cret-word@127.0.0.1:9000/bucket?tls=no",
        "s3://key:s3cret-word@127.0.0.1:9000/bucket?secure",
    ],
)
def test_other_addresses_are_refused_without_the_secret(url: str) -> None:
    with pytest.raises(SettingsError, match="storage_url must be") as told:
        open_store(url)
    assert "s3cret" not in str(told.value)
    assert told.value.__cause__ is None
