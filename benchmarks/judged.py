"""A judged set of searches, made from a corpus' truth: what clerks type, and every result that each is about.

What is relevant is told by rule from the truth alone, never by what an engine finds:

* number: the whole number is what was typed. part of number: its words stand next to each other in the number.
* name, name without accents: the whole name of a holder is what was typed (with its accents, or folded).
* ID: one of the holders has it. subject words: all stand in the subject or the type. phrase: it stands in the text.
* OCR slip: a name, an ID or a number of the truth with one wrong character; relevant is what has the right one.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.made_up import slip
from core.text import fold, fold_words, plain
from indexing import Query, SearchDocument, SearchIndex
from indexing.words import fold_tokens, joined, key

EXACT = ("number", "part of number", "name", "name without accents", "ID", "subject words", "phrase")
SLIP = "OCR slip"
GOALS = dict.fromkeys(EXACT, 0.97) | {SLIP: 0.90}
"""The least MRR@10 of each kind on what was reviewed."""

DEPTH = 10
_CONFUSED = {"0": "O", "1": "l", "o": "0", "l": "1", "i": "1"}

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A search and the places in the truth of all results that are relevant to it, at least one."""

    kind: str
    text: str
    relevant: frozenset[int]


def load(corpus: Path) -> list[Entry]:
    """The truth of a corpus."""
    return [json.loads(line) for line in (corpus / "truth.jsonl").read_text("utf-8").splitlines()]


def reviewed(truth: list[Entry]) -> Iterator[SearchDocument]:
    """The results as they are recorded once a person has looked at each; their ids are places in the truth."""
    for place, entry in enumerate(truth):
        known = entry["fields"]
        issued = date.fromisoformat(known["issue_date"]) if "issue_date" in known else None
        named = ("number", "document_type", "issuer", "subject", "holder", "co_holder", "signer", "sector")
        yield SearchDocument(
            id=place,
            version=1,
            unit="H61",
            issue_date=issued,
            ids=tuple(known[name] for name in ("holder_id", "co_holder_id", "register_number") if name in known),
            source=Path(entry["file"]).name,
            first_page=1,
            last_page=entry["pages"],
            text=entry["text"],
            state="verified",
            valid_from=issued,
            **{name: known.get(name, "") for name in named},
        )


def judged(truth: list[Entry], seed: int = 5) -> list[Judged]:
    """The whole set, the same for the same truth."""
    lots = random.Random(seed)
    makers: tuple[Callable[[list[Entry], random.Random], Iterator[Judged]], ...]
    makers = (_numbers, _parts, _names, _ids, _subjects, _phrases, _slips)
    unique = {(one.kind, one.text): one for make in makers for one in make(truth, lots) if one.relevant}
    return list(unique.values())


def scores(
    index: SearchIndex, searches: list[Judged], places: dict[int, int] | None = None
) -> dict[str, dict[str, float]]:
    """Kind → how many were asked, MRR@10, and the share of the relevant results that are among the first 20.

    `places` gives the places in the truth of the ids in `index`; without it they are the same.
    """
    found: dict[str, list[tuple[float, float]]] = {}
    for one in searches:
        hits = [hit.id for hit in index.search(Query(one.text, limit=20)).hits]
        ranked = [places.get(id_, -1) for id_ in hits] if places is not None else hits
        first = next((rank for rank, place in enumerate(ranked[:DEPTH], 1) if place in one.relevant), None)
        share = len(one.relevant.intersection(ranked)) / min(20, len(one.relevant))
        found.setdefault(one.kind, []).append((1 / first if first else 0.0, share))
    return {
        kind: {
            "asked": len(rows),
            "mrr": round(sum(mrr for mrr, _ in rows) / len(rows), 3),
            "recall": round(sum(share for _, share in rows) / len(rows), 3),
        }
        for kind, rows in found.items()
    }


def _with(truth: list[Entry], holds: Callable[[Entry], bool]) -> frozenset[int]:
    return frozenset(place for place, entry in enumerate(truth) if holds(entry))


def _of(entry: Entry, *names: str) -> list[str]:
    return [entry["fields"][name] for name in names if name in entry["fields"]]


def _numbers(truth: list[Entry], lots: random.Random) -> Iterator[Judged]:
    ways: tuple[Callable[[str], str], ...]
    ways = (str, fold, lambda n: n.replace("/", " / "), lambda n: f"số {n}", lambda n: n.replace("-", " - "))
    for entry in truth:
        for number in _of(entry, "number"):
            relevant = _with(truth, lambda e, n=number: key(e["fields"].get("number", "")) == key(n))  # type: ignore[misc]
            yield Judged("number", lots.choice(ways[:2])(number), relevant)
            if "/" in number:
                yield Judged("number", lots.choice(ways[2:])(number), relevant)


def _parts(truth: list[Entry], lots: random.Random) -> Iterator[Judged]:
    """What stands before the slash, or the first two words; of a serial its digits."""
    for entry in truth:
        for number in _of(entry, "number"):
            words = fold_tokens(number)
            part = words[:1] if words[0].isdigit() and lots.random() < 0.6 else words[:2]
            if not words[0].isdigit():
                part = words[1:2]
            if part == words:
                continue
            holds = f" {' '.join(part)} "
            relevant = _with(truth, lambda e, h=holds: h in f" {key(e['fields'].get('number', ''))} ")  # type: ignore[misc]
            yield Judged("part of number", "/".join(part), relevant)


def _names(truth: list[Entry], lots: random.Random) -> Iterator[Judged]:
    for entry in truth:
        for name in _of(entry, "holder", "co_holder"):
            both = [(plain(n), fold(n), place) for place, e in enumerate(truth) for n in _of(e, "holder", "co_holder")]
            exact = frozenset(place for accented, _, place in both if accented == plain(name))
            folded = frozenset(place for _, bare, place in both if bare == fold(name))
            yield Judged("name", lots.choice((name, name.upper(), name.lower())), exact)
            yield Judged("name without accents", lots.choice((fold(name), fold(name).title())), folded)


def _ids(truth: list[Entry], lots: random.Random) -> Iterator[Judged]:
    for entry in truth:
        for id_ in _of(entry, "holder_id", "co_holder_id"):
            relevant = _with(truth, lambda e, i=id_: i in _of(e, "holder_id", "co_holder_id"))  # type: ignore[misc]
            spaced = " ".join(id_[start : start + 3] for start in range(0, len(id_), 3))
            yield Judged("ID", lots.choice((id_, id_, spaced)), relevant)


def _subjects(truth: list[Entry], lots: random.Random) -> Iterator[Judged]:
    """Three or four words of a subject, as they follow each other there, two of three without accents."""
    for entry in truth:
        words = (_of(entry, "subject") or [""])[0].split()
        for _ in range(2):
            length = lots.choice((3, 4))
            start = lots.randrange(max(1, len(words) - length + 1))
            typed = " ".join(words[start : start + length])
            wanted = set(fold_tokens(typed))
            if len(wanted) < 3:
                continue
            titles = [set(fold_tokens(" ".join(_of(other, "subject", "document_type")))) for other in truth]
            relevant = frozenset(place for place, title in enumerate(titles) if wanted <= title)
            yield Judged("subject words", lots.choice((typed, fold(typed), fold(typed))), relevant)


def _phrases(truth: list[Entry], lots: random.Random) -> Iterator[Judged]:
    """Four or five words that follow each other in the text."""
    texts = [f" {fold_words(entry['text'])} " for entry in truth]
    for entry in truth:
        words = entry["text"].split()
        length = lots.choice((4, 5))
        start = lots.randrange(max(1, len(words) - length))
        typed = " ".join(words[start : start + length]).replace('"', " ")
        held = f" {fold_words(typed)} "
        yield Judged("phrase", f'"{typed}"', frozenset(place for place, text in enumerate(texts) if held in text))


def _slips(truth: list[Entry], lots: random.Random) -> Iterator[Judged]:
    """Of each result its name, and its ID or its number; where the slip makes something else that exists: none."""
    known = {joined(v) for e in truth for v in _of(e, "holder", "co_holder", "holder_id", "co_holder_id", "number")}
    for entry in truth:
        names = _of(entry, "holder")
        codes = _of(entry, "holder_id") or _of(entry, "number")
        for value, fields in ((names, ("holder", "co_holder")), (codes, ("holder_id", "co_holder_id", "number"))):
            for right in value:
                typed = _slipped(right, lots)
                relevant = _with(truth, lambda e, r=right, f=fields: key(r) in map(key, _of(e, *f)))  # type: ignore[misc]
                if joined(typed) not in known:
                    yield Judged(SLIP, typed, relevant)


def _slipped(value: str, lots: random.Random) -> str:
    """One letter or digit misread: one in three as what looks like it, where there is such a one."""
    alike = [place for place, char in enumerate(value) if char in _CONFUSED]
    if alike and lots.random() < 1 / 3:
        place = lots.choice(alike)
        return value[:place] + _CONFUSED[value[place]] + value[place + 1 :]
    words = value.split(" ")
    place = lots.choice([n for n, word in enumerate(words) if len(joined(word)) > 1])
    while (
        joined(words[place]) == joined(wrong := slip(words[place], lots)) or wrong.isascii() != words[place].isascii()
    ):
        pass
    return " ".join([*words[:place], wrong, *words[place + 1 :]])
