"""The package that a dossier gets of a result: a zip with the archive PDF, metadata, provenance and checksums.

```
H61.12.3-261120-0001.001.pdf   the archive PDF, byte for byte
metadata.json, metadata.xml    the same statements twice
provenance.pdf                 the certificate of provenance (PDF/A-2b)
SHA256SUMS                     of all of these, as ``sha256sum -c`` reads them
```

Nothing is compressed (pictures are, in the PDF), times are those of the entry, and what is stated was noted with the
entry: the same entry gives the same bytes, whatever became of the result since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from catalog.dossiers import HERE
from core.errors import StorageError
from reuse import metadata, provenance, sheet
from reuse.records import Reuse

CHUNK = 1 << 20


def file_name(reuse: Reuse) -> str:
    """What the package may be called on a reader's disk."""
    return f"{metadata.file_stem(reuse)}.zip"


def write(reuse: Reuse, archive: BinaryIO, to: Path) -> Path:
    """Write the package of an entry to `to`, the bytes of its archive file read from `archive` piece by piece.

    Raises StorageError where they are not the bytes that were vouched for, or cannot be written; nothing is left then.
    """
    part = to.with_name(to.name + ".part")
    try:
        with TemporaryDirectory(dir=to.parent, prefix="package-") as aside, ZipFile(part, "w", ZIP_STORED) as package:
            sums = [f"{digest}  {name}\n" for name, digest in _members(reuse, archive, package, Path(aside))]
            package.writestr(_info(reuse, "SHA256SUMS"), "".join(sums).encode())
        part.replace(to)
    except OSError as error:
        raise StorageError(f"{to.name} cannot be written ({error.strerror or error}): free some room") from error
    finally:
        part.unlink(missing_ok=True)
    return to


def _members(reuse: Reuse, archive: BinaryIO, package: ZipFile, aside: Path) -> Iterator[tuple[str, str]]:
    """Write the members into the package, one after the other; gives name and hash of each."""
    name = f"{metadata.file_stem(reuse)}.pdf"
    digest = _stream(package, _info(reuse, name, reuse.vouched.archive_size), archive)
    if digest != reuse.vouched.archive_sha256:
        raise StorageError(f"the archive file of result {reuse.result} is not the one that was used: nothing is given")
    yield name, digest
    data = metadata.of_reuse(reuse)
    for name, content in (("metadata.json", metadata.as_json(data)), ("metadata.xml", metadata.as_xml(data))):
        package.writestr(_info(reuse, name), content)
        yield name, hashlib.sha256(content).hexdigest()
    certificate = aside / "provenance.pdf"
    sheet.write(provenance.of_reuse(reuse), certificate, f"reuse:{reuse.id}")
    with certificate.open("rb") as file:
        yield "provenance.pdf", _stream(package, _info(reuse, "provenance.pdf", certificate.stat().st_size), file)


def _stream(package: ZipFile, info: ZipInfo, source: BinaryIO) -> str:
    """Copy `source` into the package; gives its SHA-256 (hex)."""
    digest = hashlib.sha256()
    with package.open(info, "w") as member:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            member.write(chunk)
    return digest.hexdigest()


def _info(reuse: Reuse, name: str, size: int = 0) -> ZipInfo:
    """A member's head: the entry's time, rights of an ordinary file, and the size where it is known to be large."""
    info = ZipInfo(name, reuse.time.astimezone(HERE).timetuple()[:6])
    info.compress_type, info.external_attr, info.create_system = ZIP_STORED, 0o100644 << 16, 3
    info.file_size = size
    return info
