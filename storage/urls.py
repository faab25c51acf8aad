"""From a setting to a store."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from core.errors import SettingsError
from storage.folder import FolderStore
from storage.protocol import ObjectStore
from storage.s3 import S3Store

FORMS = "`file:///PATH` or `s3://key:secret@host:port/bucket?secure=false`"


@dataclass(frozen=True, slots=True)
class S3Address:
    """The parts of an ``s3://`` address."""

    endpoint: str
    """Host and port."""
    bucket: str
    key: str
    secret: str = field(repr=False)
    secure: bool = True
    """Whether to speak TLS."""
    region: str | None = None


def open_store(url: str) -> ObjectStore:
    """The store that `url` names; nothing is made or connected to before the first call.

    ``file:///PATH`` is a folder. ``s3://key:secret@host:port/bucket?secure=false&region=…`` is a bucket
    on any S3 server; key and secret are percent-encoded, `secure` is true by default. Raises
    SettingsError (without the secret) for anything else.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme == "file":
            return FolderStore(_folder(parts))
        if parts.scheme == "s3":
            address = parse_s3(parts)
            return S3Store(
                endpoint=address.endpoint,
                bucket=address.bucket,
                key=address.key,
                secret=address.secret,
                secure=address.secure,
                region=address.region,
            )
    except ValueError:  # urlsplit's own message may quote the secret
        raise _misunderstood() from None
    raise _misunderstood()


def _misunderstood(why: str = "") -> SettingsError:
    return SettingsError(f"storage_url must be {FORMS}{': ' + why if why else ''} (docs/storage.md)")


def _folder(parts: SplitResult) -> Path:
    path = Path(unquote(parts.path))
    if parts.netloc not in ("", "localhost") or not path.is_absolute() or path == Path("/"):
        raise _misunderstood("the folder must be given as an absolute path")
    if parts.query or parts.fragment:
        raise _misunderstood("write `?` and `#` in a folder's name as %3F and %23")
    return path


def parse_s3(parts: SplitResult) -> S3Address:
    """The parts of an ``s3://`` address. Raises SettingsError, never quoting the secret."""
    bucket = parts.path.strip("/")
    if not parts.hostname or not bucket or "/" in bucket or parts.fragment:
        raise _misunderstood("host and one bucket are needed")
    if not parts.username or not parts.password:
        raise _misunderstood("key and secret are needed")
    options = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    if unknown := sorted(options.keys() - {"secure", "region"}):
        raise _misunderstood(f"unknown option {', '.join(unknown)}")
    secure = options.get("secure", ["true"])[-1].lower()
    if secure not in ("true", "false"):
        raise _misunderstood("secure is true or false")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return S3Address(
        endpoint=f"{host}:{parts.port}" if parts.port else host,
        bucket=bucket,
        key=unquote(parts.username),
        secret=unquote(parts.password),
        secure=secure == "true",
        region=options.get("region", [None])[-1],
    )
