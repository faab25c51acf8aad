"""``sohoa evaluate``: how well a corpus is read, and what each mistake looks like."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.extract import evidence_of
from cli.paths import replacing
from cli.progress import progress_for_people
from cli.reading import read_files
from cli.terminal import note, print_json, print_table, say
from cli.texts import _, label
from core.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from pipeline.evaluation.corpus import Entry
    from pipeline.evaluation.mistakes import SeenMistake
    from pipeline.evaluation.scoring import Scored
    from pipeline.evaluation.summary import Share, Summary
    from pipeline.records import ProcessedDocument, Scan

GROUPS = {
    "all": _("all"),
    "printed": _("printed"),
    "handwritten": _("handwritten"),
}
KINDS = {
    "silent": _("silently wrong"),
    "invented": _("invented"),
    "missed": _("missing, nobody asked"),
    "asked": _("wrong, to be checked"),
    "sought": _("missing, to be looked for"),
}
"""The kinds of mistake (`pipeline.evaluation.scoring.Mistake`) for people, the worst first."""


@dataclass(frozen=True, slots=True)
class _Evaluated:
    """One document: its scores, and what is wrong."""

    scored: Scored
    mistakes: list[SeenMistake]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What is known of a corpus at the end."""

    documents: int
    unread: tuple[str, ...]
    """Documents of which nothing could be read; all of their fields count as missing."""
    summary: Summary
    mistakes: list[SeenMistake]
    """The worst first."""


def evaluate(
    corpus: Annotated[
        Path, typer.Argument(metavar="CORPUS", file_okay=False, help=_("Folder with docs/ and truth.jsonl."))
    ],
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help=_("HTML page to write: each mistake beside its place.")),
    ] = None,
    readings: Annotated[
        Path | None,
        typer.Option(metavar="DIR", file_okay=False, help=_("Where pages that were read are kept for the next time.")),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False,
) -> None:
    """Score what is read in `corpus` against its truth; exit code 3 if a document could not be read."""
    from pipeline.evaluation.corpus import load

    entries = load(corpus)
    if report is None:
        evaluation, complaints = _evaluate(entries, readings, pictures=False)
    else:
        from cli.evaluation_page import page

        with replacing(report) as to:  # at once, so that a wrong path is told before minutes of work
            evaluation, complaints = _evaluate(entries, readings, pictures=True)
            to.write(page(corpus.resolve().name, evaluation))
    if as_json:
        print_json(as_dict(evaluation))
    else:
        _print(evaluation)
    if report is not None:
        note(_("Page written: {path}").format(path=report))
    if complaints:
        raise typer.Exit(RefusedError.exit_code)


def _evaluate(entries: tuple[Entry, ...], readings: Path | None, *, pictures: bool) -> tuple[Evaluation, int]:
    """Read and score all documents; gives also how many complaints there were."""
    from pipeline.evaluation.mistakes import worst_first
    from pipeline.evaluation.summary import summary

    by_file = {entry.file: entry for entry in entries}

    def take(file: Path, scan: Scan, document: ProcessedDocument, folder: Path) -> _Evaluated | None:
        if document.pages.ordinal > 1:  # what the file was wrongly cut into: the truth knows one document
            return None
        return _document(by_file[file], document, scan if pictures else None, folder)

    evaluated: list[_Evaluated] = []
    unread: list[str] = []
    complaints = 0
    with progress_for_people() as progress:
        progress.stage("reading")
        progress.total(sum(entry.pages for entry in entries), len(entries))
        outcomes = read_files(list(by_file), "separator", progress, take, _kept(readings))
        for entry, outcome in zip(entries, outcomes, strict=True):
            if len(outcome.documents) > 1:
                text = _("warning: {file} was cut into {count} documents; the first one counts")
                progress.line(text.format(file=outcome.file, count=len(outcome.documents)))
            first = next(filter(None, outcome.documents), None)
            if first is None:
                unread.append(entry.id)
            evaluated.append(first or _unread(entry))
            complaints += len(outcome.complaints)
    seen = worst_first(mistake for one in evaluated for mistake in one.mistakes)
    return Evaluation(len(entries), tuple(unread), summary([one.scored for one in evaluated]), seen), complaints


def _kept(folder: Path | None) -> Path:
    """Where readings are kept; UsageError where that cannot be."""
    from core.settings import settings
    from pipeline.evaluation.kept import kept_readings

    folder = folder or settings().work / "readings"
    try:
        return kept_readings(folder)
    except OSError as error:
        text = _("the folder {folder} cannot be made: {why}")
        raise UsageError(text.format(folder=folder, why=error.strerror)) from error


def _document(entry: Entry, document: ProcessedDocument, scan: Scan | None, folder: Path) -> _Evaluated:
    """Score a document; with its `scan` its mistakes have pictures."""
    from pipeline.evaluation.crops import Crops
    from pipeline.evaluation.mistakes import found_in, mistakes
    from pipeline.evaluation.scoring import score
    from pipeline.pages import Pages

    scored = score(entry, found_in(document))
    if scan is None:
        return _Evaluated(scored, mistakes(scored, document))
    with Pages(scan) as pages, closing(Crops(pages, document.readings, folder)) as crops:
        return _Evaluated(scored, mistakes(scored, document, crops))


def _unread(entry: Entry) -> _Evaluated:
    from pipeline.evaluation.mistakes import mistakes
    from pipeline.evaluation.scoring import NOTHING, score

    scored = score(entry, NOTHING)
    return _Evaluated(scored, mistakes(scored))


def as_dict(evaluation: Evaluation) -> dict[str, object]:
    """What ``--json`` prints."""
    return {
        "documents": evaluation.documents,
        "unread": list(evaluation.unread),
        "groups": {name: asdict(group) for name, group in evaluation.summary.groups.items()},
        "fields": {name: asdict(figures) for name, figures in evaluation.summary.fields.items()},
        "mistakes": [_mistake(mistake) for mistake in evaluation.mistakes],
    }


def _mistake(mistake: SeenMistake) -> dict[str, object]:
    evidence = mistake.evidence
    return {
        "id": mistake.document,
        "profile": mistake.profile,
        "field": mistake.field.name,
        "kind": mistake.kind.value,
        "truth": mistake.field.truth,
        "value": mistake.field.value or None,
        "confidence": None if mistake.confidence is None else round(mistake.confidence, 4),
        "asked": mistake.field.asked,
        "handwritten": mistake.field.penned,
        "evidence": evidence_of(evidence) if evidence else None,
    }


def _print(evaluation: Evaluation) -> None:
    """Print the figures of groups and fields, and what is wrong."""
    figures = evaluation.summary
    columns = [_("words"), _("folded"), _("right"), _("unasked"), _("silent"), _("asked about")]
    print_table(
        [_("Group"), _("Fields"), *columns],
        [
            (GROUPS.get(name, name), g.fields, *map(share, (g.words, g.folded, g.right, g.auto, g.silent, g.review)))
            for name, g in figures.groups.items()
        ],
        right=range(1, 8),
    )
    say()
    print_table(
        [_("Field"), _("Fields"), _("right"), _("silent")],
        [(label(name), f.fields, share(f.right), f.silent) for name, f in figures.fields.items()],
        right=(1, 2, 3),
    )
    say()
    print_table(
        [_("Mistake"), _("Document"), _("Field"), _("Truth"), _("Value")],
        [
            (KINDS[m.kind], m.document, label(m.field.name), m.field.truth or "", m.field.value)
            for m in evaluation.mistakes
        ],
    )


def share(value: Share) -> str:
    """A share to three places, a dash where there was nothing to count."""
    return "–" if value is None else f"{value:.3f}"
