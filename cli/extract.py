"""``sohoa extract``: read files and write what was found as JSON lines, without storing anything."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from cli.paths import SplitName, files_of, replacing
from cli.progress import progress_for_people
from cli.reading import read_files
from cli.refusals import REASONS, refusal_text
from cli.terminal import note, to_json
from cli.texts import _
from core.errors import RefusedError

if TYPE_CHECKING:
    from pipeline.records import Evidence, ProcessedDocument, Scan


def extract(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", readable=False, help=_("Files, or folders with files."))
    ],
    jsonl: Annotated[Path, typer.Option(metavar="FILE", dir_okay=False, help=_("File to write, a line a document."))],
    split: Annotated[
        SplitName, typer.Option(help=_("Where a document ends: at separator sheets, or at blank pages as well."))
    ] = "separator",
) -> None:
    """Write what is found in `paths` to `jsonl`; exit code 3 if a file was refused or a document failed."""
    refused: list[str] = []
    files = files_of(paths, lambda error: refused.append(_unreadable(error)))
    for why in refused:
        note(_("refused: {why}").format(why=why))
    for stem in _repeated_stems(files):
        note(_("warning: several files are called {stem}; their lines have the same id").format(stem=stem))
    documents, complaints = 0, len(refused)
    with replacing(jsonl) as to, progress_for_people() as progress:
        progress.stage("reading")
        for outcome in read_files(files, split, progress, _line):
            to.writelines(outcome.documents)
            documents += len(outcome.documents)
            complaints += len(outcome.complaints)
    note(_("Documents written to {path}: {documents}").format(documents=documents, path=jsonl))
    if complaints:
        raise typer.Exit(RefusedError.exit_code)


def _unreadable(error: OSError) -> str:
    name = str(error.filename)
    return refusal_text("unreadable", name, f"{name}: {REASONS['unreadable']}")


def _repeated_stems(files: list[Path]) -> list[str]:
    return [stem for stem, times in Counter(file.stem for file in files).items() if times > 1]


def _line(_file: Path, scan: Scan, document: ProcessedDocument, _folder: Path) -> str:
    return to_json(as_line(scan.name, document), indent=None) + "\n"


def as_line(name: str, document: ProcessedDocument) -> dict[str, object]:
    """What is written about one document of the file called `name`."""
    ordinal, stem = document.pages.ordinal, PurePath(name).stem
    fields = document.assessment.fields
    return {
        "id": stem if ordinal == 1 else f"{stem}#{ordinal}",
        "file": name,
        "pages": [document.pages.first, document.pages.last],
        "text": document.text,
        "fields": {f.name: f.value for f in fields},
        "review": list(document.assessment.review),
        "confidence": {f.name: round(f.confidence, 4) for f in fields},
        "evidence": {f.name: evidence_of(f.evidence) for f in fields},
    }


def evidence_of(evidence: Evidence) -> dict[str, object]:
    """Evidence as it is written out."""
    return {"page": evidence.page, "box": evidence.box.as_list() if evidence.box else None, "text": evidence.text}
