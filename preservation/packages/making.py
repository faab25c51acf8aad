"""Making a package: a zip that holds one folder, which is a BagIt bag, in which lies a package after E-ARK.

```
NAME/bagit.txt, bag-info.txt, manifest-sha256.txt, tagmanifest-sha256.txt
NAME/data/METS.xml                                       what is in it, with hashes
NAME/data/metadata/descriptive/<stem>.json, <stem>.xml   the names of the archive rule, the same twice
NAME/data/representations/archive/data/<stem>.pdf        the searchable PDF/A
NAME/data/representations/original/data/<stem>.<ending>  the file as it arrived
NAME/data/representations/words/data/<stem>.alto.xml     words with their places
```

The stem is the dossier's code, a point and the running number in it (Thông tư 05/2025/TT-BNV). Nothing depends on the
day on which it is made: the same results in the same editions, with the same known of their
signatures, give the same bytes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import bagit

from catalog import events, exports
from catalog.records import Shown, StoredObject
from catalog.values import digest
from core.errors import StorageError
from core.files import sha256_of
from core.settings import settings
from preservation.packages import choosing, mets
from preservation.packages.choosing import Choice, Chosen, Order
from preservation.packages.mets import PackedFile
from reuse import facts, metadata
from storage import ObjectStore

_ENDINGS = {"application/pdf": ".pdf", "image/tiff": ".tif", "image/jpeg": ".jpg", "image/png": ".png"}
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""Before it a zip knows no time."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was made."""

    path: Path
    sha256: str
    results: int
    files: int
    size: int
    """Bytes."""
    left_out: int
    """Confidential results that nobody named."""
    without_original: int
    """Results whose original stayed here, as other things stand in that file."""


def make(order: Order, store: ObjectStore, folder: Path, say: Callable[[int, int], None]) -> Package:
    """Pack what `order` asks for into a new file in `folder`; that it left is written down before it appears.

    Raises UsageError for orders that cannot be, StorageError for objects that are damaged or a folder without room.
    """
    actor = events.actor()
    choice = choosing.choose(order, actor)
    work = settings().work
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix="package-", dir=work) as aside:
            name, files = _bag(order, choice, store, Path(aside), say)
            made = Path(aside) / f"{name}.zip"
            _zip(Path(aside) / name, made, _time(choice))
            sha256 = sha256_of(made)
            _log(order, choice, sha256, actor)
            target = _appear(made, folder / made.name, sha256)
    except OSError as error:
        raise StorageError(f"the package cannot be written ({error.strerror or error}): free some room") from error
    lacking = sum(order.originals and not one.original for one in choice.chosen)
    return Package(target, sha256, len(choice.chosen), files, target.stat().st_size, choice.left_out, lacking)


def _bag(
    order: Order, choice: Choice, store: ObjectStore, aside: Path, say: Callable[[int, int], None]
) -> tuple[str, int]:
    """Lay the bag out in `aside`; gives its name and how many files it describes."""
    name = _name(order, choice)
    root = aside / name
    root.mkdir()
    files: list[PackedFile] = []
    for number, one in enumerate(choice.chosen, 1):
        files += _document(one, store, root)
        say(number, len(choice.chosen))
    made = mets.write(name, order.purpose.value, _time(choice), files)
    (root / mets.FILE_NAME).write_bytes(made)
    info = {
        "Bag-Software-Agent": "sohoa",
        "Bagging-Date": f"{_time(choice):%Y-%m-%d}",
        "External-Identifier": name,
        "Bag-Group-Identifier": order.purpose.value.upper(),
    }
    bagit.make_bag(str(root), info, checksums=["sha256"])
    return name, len(files)


def _document(one: Chosen, store: ObjectStore, root: Path) -> Iterator[PackedFile]:
    shown, stem = one.shown, one.stem
    data = _described(shown, one)
    for ending, content in ((".json", metadata.as_json(data)), (".xml", metadata.as_xml(data))):
        path = root / "metadata" / "descriptive" / f"{stem}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        kind = "application/json" if ending == ".json" else "application/xml"
        yield PackedFile(_relative(path, root), sha256_of(path), len(content), kind, "metadata", stem)
    yield _fetched(shown.archive, f"{stem}.pdf", "archive", stem, store, root)
    if one.original:
        ending = _ENDINGS.get(shown.original.media_type, ".bin")
        yield _fetched(shown.original, f"{stem}{ending}", "original", stem, store, root)
    if shown.words is not None:
        yield _fetched(shown.words, f"{stem}.alto.xml", "words", stem, store, root)


def _fetched(kept: StoredObject, name: str, group: str, stem: str, store: ObjectStore, root: Path) -> PackedFile:
    path = root / "representations" / group / "data" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    store.fetch(kept.key, path)
    return PackedFile(_relative(path, root), kept.sha256, path.stat().st_size, kept.media_type, group, stem)


def _described(shown: Shown, one: Chosen) -> dict[str, object]:
    """What the package says of a result: the names of the archive rule, the portal's flags, and where it comes from."""
    what = facts.vouched(shown)
    return {
        "document": metadata.names_of(what, one.stem),
        "portal": metadata.result_flags(what, reused=False),
        "source": metadata.source_of(what),
        "files": {
            "archiveSha256": shown.archive.sha256,
            "originalSha256": shown.original.sha256,
            "originalIncluded": one.original,
            "originalPages": [shown.row.first_page, shown.row.last_page],
            "wordsSha256": shown.words.sha256 if shown.words else None,
        },
        "pipeline": shown.pipeline_version,
    }


def _name(order: Order, choice: Choice) -> str:
    """After what it holds: unit or first result, and a digest over results, editions and signatures."""
    held = [
        [one.shown.row.id, one.shown.edition, one.stem, one.original, one.shown.signatures] for one in choice.chosen
    ]
    first = order.unit or choice.chosen[0].shown.row.unit
    return f"{first}-{order.purpose.value}-{digest([order.purpose.value, held])[:12]}"


def _time(choice: Choice) -> datetime:
    """The last moment at which one of the results was recorded."""
    return max(one.shown.recorded for one in choice.chosen).astimezone(UTC).replace(microsecond=0)


def _zip(bag: Path, to: Path, time: datetime) -> None:
    """Nothing is compressed (the PDFs are), files in order of their names, all of one time."""
    when = max(time, _EARLIEST).timetuple()[:6]
    with ZipFile(to, "w", ZIP_STORED) as package:
        for path in sorted(path for path in bag.rglob("*") if path.is_file()):
            info = ZipInfo(_relative(path, bag.parent), when)
            info.compress_type, info.external_attr, info.create_system = ZIP_STORED, 0o100644 << 16, 3
            info.file_size = path.stat().st_size
            with path.open("rb") as source, package.open(info, "w") as member:
                shutil.copyfileobj(source, member, 1 << 20)


def _log(order: Order, choice: Choice, sha256: str, actor: str) -> None:
    units = {one.shown.row.unit for one in choice.chosen}
    asked = {
        "from": order.first.isoformat() if order.first else "",
        "to": order.last.isoformat() if order.last else "",
        "purpose": order.purpose.value,
        "unit": order.unit,
    }
    exports.made(units, "package.zip", len(choice.chosen), actor, asked, sha256)


def _appear(made: Path, target: Path, sha256: str) -> Path:
    """Put the file in its place, at once; one with the same bytes stays."""
    if target.exists():
        if sha256_of(target) == sha256:
            return target
        raise StorageError(f"{target} is there already and is another file: move it away")
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(made, part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
