"""A folder of files with its index comes in as a batch; or an index is put beside a batch whose files came in before.

`check` says what would happen and writes nothing. Taking can be killed and run again: files are in a unit once, the
batch is found by its name, and the rows of the index are written at the end, in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

import storage
from bought_in import index as indexes
from bought_in import mappings, matching, models
from bought_in.records import Line, Matched, Outcome
from catalog import contents, events, scans
from catalog.configuration import told_plainly
from catalog.values import clip, now
from core.files import sha256_of
from core.settings import settings
from pipeline.intake import RefusedFile
from spreadsheets import meant
from spreadsheets.meant import Table as Index
from staging import arrivals, batches
from staging.records import NewBatch
from staging.states import Way

_MEDIA_TYPE = "application/octet-stream"
"""Of an index in the store: it is kept as it came, and never shown by a browser."""
_ENDINGS = frozenset({".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png"})


@dataclass(frozen=True, slots=True)
class Checked:
    """What an index and its files are, before anything is taken."""

    index: Index
    lines: tuple[Line, ...]
    matched: Matched

    @property
    def troubled(self) -> tuple[Line, ...]:
        """Rows with values that are not taken."""
        return tuple(line for line in self.lines if line.problems)


@dataclass(frozen=True, slots=True)
class Order:
    """As what a folder is taken."""

    batch: NewBatch
    contractor: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What came in."""

    delivery: int
    batch: int
    files: int
    """Files that are in the batch now."""
    new: int
    """Of these, how many came in just now."""
    elsewhere: tuple[str, ...]
    """Files that the unit had before, in another batch."""
    refused: tuple[tuple[str, str], ...]
    """Files refused at the door, and why."""


def files_below(folder: Path, index: Path) -> dict[str, Path]:
    """The files of a folder that can be taken, by their path below it; neither the index nor hidden ones nor links."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if any(part.startswith((".", "~$")) for part in name.parts) or path.is_symlink() or not path.is_file():
            continue
        if path.suffix.lower() in _ENDINGS and path.resolve() != index.resolve():
            found[name.as_posix()] = path
    return found


def check(index: Index, files: Sequence[str]) -> Checked:
    """Read the whole index and match it with the names of files. Raises RefusedSheetError, UsageError."""
    lines = tuple(indexes.lines(index))
    return Checked(index, lines, matching.match(lines, files))


def take_folder(
    checked: Checked, files: Mapping[str, Path], order: Order, actor: str, heard: Callable[[str], object] = str
) -> Taken:
    """Take the files into the batch (opened, or gone on with where it is open) and write down what the index states.

    `heard` is told the name of each file as it is at work on it. Files without a row come in too: nothing that was
    delivered is left out. Raises UsageError, ServiceError, StorageError; files refused at the door are only noted.
    """
    contractor = mappings.contractor(order.contractor)
    batch = batches.current(order.batch, actor)
    where: dict[str, int] = {}
    elsewhere, refused, new = [], [], 0
    for name, path in files.items():
        heard(name)
        try:
            accepted = arrivals.accept(path, name, batch, actor, Way.CONTRACTOR)
        except RefusedFile as refusal:
            refused.append((name, str(refusal)))
            continue
        where[name], new = accepted.scan, new + accepted.new
        if accepted.batch != batch:
            elsewhere.append(name)
    delivery = attach(checked, where, batch, contractor, actor)
    return Taken(delivery, batch, len(where) - len(elsewhere), new, tuple(elsewhere), tuple(refused))


def names_of_batch(batch: int) -> dict[str, int]:
    """The files of a batch that came in, by name; of two of one name the second gets its number behind it."""
    found: dict[str, int] = {}
    made = contents.made_here(batch)
    for scan in scans.of_batch(batch):
        if scan.id in made:
            continue
        found[scan.name if scan.name not in found else f"{scan.name} ({scan.id})"] = scan.id
    return found


@told_plainly()
def attach(checked: Checked, where: Mapping[str, int], batch: int, contractor: str, actor: str) -> int:
    """Write down what an index states about the files of a batch (name → scan); gives the delivery's id.

    An index that was put beside the batch before is replaced, with its rows. Raises NotFoundError for an unknown batch.
    """
    contractor = mappings.contractor(contractor)
    home = batches.show(batch)
    sha256 = sha256_of(checked.index.path)
    key = storage.open_store(settings().storage).put(checked.index.path, sha256, _MEDIA_TYPE)
    inside = {scan.id for scan in scans.of_batch(batch)}
    with transaction.atomic(), events.acting(actor):
        values = {
            "unit_id": home.unit,
            "contractor": contractor,
            "index_name": clip(checked.index.name, 400),
            "index_sha256": sha256,
            "index_key": key,
            "meanings": checked.index.letters,
            "actor": clip(actor, 200),
            "time": now(),
        }
        delivery, _new = models.Delivery.objects.update_or_create(batch_id=batch, defaults=values)
        delivery.lines.all().delete()
        models.IndexLine.objects.bulk_create(_rows(delivery, checked, where, inside), batch_size=500)
        mappings.save(home.unit, contractor, meant.titles(checked.index), actor)
        told = {
            "delivery": delivery.pk,
            "index": sha256,
            "lines": len(checked.lines),
            "matched": len(checked.matched.pairs),
            "files_alone": len(checked.matched.files_alone),
        }
        events.append(home.unit, "batch.indexed", f"batch:{batch}", told, batch)
        return delivery.pk


def _rows(
    delivery: models.Delivery, checked: Checked, where: Mapping[str, int], inside: set[int]
) -> list[models.IndexLine]:
    file_of = {pair.line: pair.file for pair in checked.matched.pairs}
    rows = []
    for line in checked.lines:
        scan = where.get(file_of.get(line.number, ""))
        outcome = Outcome.NO_FILE if scan is None else Outcome.WAITING if scan in inside else Outcome.ELSEWHERE
        rows.append(
            models.IndexLine(
                delivery=delivery,
                number=line.number,
                file=line.file,
                values=dict(line.values),
                problems=[[p.name, p.raw, p.trouble.value] for p in line.problems],
                scan_id=scan,
                outcome=outcome.value,
            )
        )
    return rows
