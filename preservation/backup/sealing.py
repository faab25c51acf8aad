"""Packing (zstandard) and encrypting (age) what goes into a backup, and the way back.

Only public keys are needed to write. A passphrase does not encrypt files itself (age makes that take a second each): it
protects a private key that is made for the place, as ``age -p`` protects a key file.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, Protocol, cast

import pyrage
import zstandard
from pyrage import passphrase as by_passphrase
from pyrage import x25519

from core.errors import StorageError, UsageError

LEVEL = 3
"""Of zstandard: scans are packed already, words and rows shrink to a sixth; more costs more than it spares."""
IN_MEMORY = 8 << 20
"""Bytes of a packed file that are held in memory on its way; larger ones lie in a temporary file."""
_WRONG_KEY = "No matching keys found"


class Readable(Protocol):
    """What can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """As of a binary file."""
        ...


@dataclass(frozen=True, slots=True)
class Keys:
    """What a backup is read with."""

    identities: tuple[x25519.Identity, ...]


def recipients(texts: Iterable[str]) -> list[x25519.Recipient]:
    """Public keys from their text; raises UsageError, which never quotes what may be a private key."""
    found = []
    for text in texts:
        try:
            found.append(x25519.Recipient.from_str(text.strip()))
        except pyrage.RecipientError as error:
            shown = text.strip() if text.strip().startswith("age1") else "what was given"
            raise UsageError(f"{shown} is no public key of age (age1…): make a pair with `age-keygen`") from error
    return found


def read_keys(content: str, where: str) -> Keys:
    """Private keys in the text of a key file of ``age-keygen``; raises UsageError."""
    lines = [line.strip() for line in content.splitlines()]
    try:
        found = tuple(x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#"))
    except pyrage.IdentityError as error:
        raise UsageError(f"{where} holds no private keys of age (AGE-SECRET-KEY-1…)") from error
    if not found:
        raise UsageError(f"{where} holds no private key of age (AGE-SECRET-KEY-1…)")
    return Keys(found)


def new_identity(passphrase: str) -> tuple[str, bytes]:
    """Public key of a new pair, and its private key protected by `passphrase` (``identity.age``)."""
    made = x25519.Identity.generate()
    text = f"# public key: {made.to_public()}\n{made}\n"
    return str(made.to_public()), by_passphrase.encrypt(text.encode(), passphrase)


def open_identity(content: bytes, passphrase: str) -> Keys:
    """The private key in ``identity.age``; raises UsageError for a wrong passphrase."""
    try:
        return read_keys(by_passphrase.decrypt(content, passphrase).decode(), "identity.age")
    except pyrage.DecryptError as error:
        raise UsageError("the passphrase does not open identity.age: it is another, or the file is damaged") from error


class Hashing:
    """Gives on what `source` gives, and counts it; a fault of the source is kept, as age tells of it in its own way."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._digest = hashlib.sha256()
        self.size = 0
        self.fault: BaseException | None = None

    def read(self, size: int = -1, /) -> bytes:
        """As of a binary file."""
        try:
            chunk = self._source.read(size)
        except BaseException as error:
            self.fault = error
            raise
        self._digest.update(chunk)
        self.size += len(chunk)
        return chunk

    @property
    def sha256(self) -> str:
        """Of all that was read so far."""
        return self._digest.hexdigest()


class _Writing:
    """The other way round: what is written is counted and handed to `to`."""

    def __init__(self, to: IO[bytes]) -> None:
        self._to = to
        self.digest = hashlib.sha256()
        self.size = 0
        self.fault: BaseException | None = None

    def write(self, chunk: bytes) -> int:
        try:
            self._to.write(chunk)
        except BaseException as error:
            self.fault = error
            raise
        self.digest.update(chunk)
        self.size += len(chunk)
        return len(chunk)

    def flush(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Sealed:
    """A packed and encrypted file on its way; `data` stands at its beginning and belongs to who holds this."""

    data: BinaryIO
    sha256: str
    """Of what is inside."""
    stored: str
    """Of the file."""
    size: int
    """Bytes of the file."""


def seal(source: Readable, to: Sequence[x25519.Recipient], folder: Path) -> Sealed:
    """Pack and encrypt all that `source` gives; what is large lies in `folder` until `data` is closed.

    Faults of `source` come through as they are; OSError where `folder` has no room.
    """
    reading = Hashing(source)
    spool = cast(IO[bytes], SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(folder)))  # noqa: SIM115
    writing = _Writing(spool)
    try:
        packed = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).stream_reader(cast(BinaryIO, reading))
        pyrage.encrypt_io(packed, writing, to)
    except BaseException as error:
        spool.close()
        raise (reading.fault or writing.fault or error) from None
    spool.seek(0)
    return Sealed(cast(BinaryIO, spool), reading.sha256, writing.digest.hexdigest(), writing.size)


def unseal(source: Readable, keys: Keys, to: IO[bytes], what: str) -> tuple[str, str]:
    """Decrypt and unpack `source` into `to`; gives SHA-256 of what is inside, and of the file. Raises StorageError.

    `what` names the file in messages. Faults of source and target come through as they are.
    """
    reading, unpacked = Hashing(source), _Writing(to)
    unpacking = zstandard.ZstdDecompressor().stream_writer(cast(BinaryIO, unpacked))
    try:
        pyrage.decrypt_io(reading, unpacking, list(keys.identities))
    except (pyrage.DecryptError, OSError) as error:  # the second is how age tells of a file that was altered or cut off
        if fault := reading.fault or unpacked.fault:
            raise fault from None
        if _WRONG_KEY in str(error):
            raise StorageError(f"{what} was encrypted for other keys: give the private key of it") from error
        raise StorageError(f"{what} is damaged or was cut off ({error}): it cannot be used") from error
    except zstandard.ZstdError as error:
        raise StorageError(f"{what} is damaged ({error}): it cannot be used") from error
    while reading.read(1 << 16):  # what stands behind the end belongs to the file's hash
        pass
    return unpacked.digest.hexdigest(), reading.sha256


def unsealed(source: Readable, keys: Keys, what: str) -> tuple[bytes, str, str]:
    """`unseal` into memory, for ranges of rows and other small files."""
    held = io.BytesIO()
    sha256, stored = unseal(source, keys, held, what)
    return held.getvalue(), sha256, stored
