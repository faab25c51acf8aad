"""Search in an index of our own on disk (tantivy): nothing to install, one machine."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import tantivy

from core.errors import ServiceError, SohoaError
from indexing import fields as f
from indexing.changes import latest
from indexing.embedded_files import IndexFolder
from indexing.embedded_query import DAY, ID, LIVE, VERSION, compile_plan
from indexing.highlight import highlights
from indexing.protocol import REMEDY
from indexing.query import ParsedQuery, parse
from indexing.ranking import Plan, plan
from indexing.records import Change, Hit, Hits, Query, SearchDocument, Upsert
from indexing.window import check_window

WRITER_BYTES = 50_000_000
"""Memory of the one writing thread; more is written to disk in between."""

LOCK_SECONDS = 30.0
"""How long a writer waits for another one."""

_MAX_TIES = 50_000
"""Equal hits beyond so many come in the order of the index, not of their ids."""

_TEXT = "text"
_Found = tuple[float, int, tantivy.DocAddress]  # score, id, place in the index
_log = logging.getLogger(__name__)


class EmbeddedIndex:
    """See `SearchIndex`. Safe to use from several threads and processes; `folder` belongs to it alone."""

    def __init__(self, folder: Path, lock_seconds: float = LOCK_SECONDS) -> None:
        self._files = IndexFolder(folder, lock_seconds)
        self._schema = _schema()
        self._opening = threading.Lock()
        self._open: tuple[str, tantivy.Index] | None = None

    def exists(self) -> bool:
        """See `SearchIndex.exists`."""
        return self._files.current() is not None

    def apply(self, changes: Sequence[Change]) -> None:
        """See `SearchIndex.apply`."""
        if not changes:
            return
        with self._guarded(writing=True), self._files.writing():
            name = self._files.current()
            if name is None:
                raise self._never_made()
            self._write(tantivy.Index.open(str(self._files.root / name)), changes)

    def search(self, query: Query) -> Hits:
        """See `SearchIndex.search`."""
        check_window(query)
        parsed = parse(query.text)
        with self._guarded():
            searcher = self._searcher()
            if not parsed.terms and not parsed.blank:
                return Hits(0, ())
            planned = plan(parsed)
            hits = self._run(searcher, planned, query, parsed, all_groups=True)
            if hits.total == 0 and len(planned.groups) > 1:
                return self._run(searcher, planned, query, parsed, all_groups=False)
            return hits

    def count(self) -> int:
        """See `SearchIndex.count`."""
        if self._files.current() is None:
            return 0
        with self._guarded():
            live = tantivy.Query.term_query(self._schema, LIVE, 1)
            return _search(self._searcher(), live, 0)[0]

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """See `SearchIndex.rebuild`. `apply` waits meanwhile, and gives up after LOCK_SECONDS."""
        with self._files.writing():
            with self._guarded(writing=True):
                folder = self._files.new_generation()
                index = tantivy.Index(self._schema, path=str(folder))
            count = self._fill(index, documents)
            with self._guarded(writing=True):
                self._files.use(folder)
        _log.info("search index rebuilt: %d results in %s", count, folder.name)
        return count

    def check(self) -> None:
        """See `SearchIndex.check`."""
        with self._guarded():
            _search(self._searcher(), tantivy.Query.all_query(), 1)

    def close(self) -> None:
        """See `SearchIndex.close`."""
        with self._opening:
            self._open = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _fill(self, index: tantivy.Index, documents: Iterable[SearchDocument]) -> int:
        """Index `documents` and return how many there are; errors of the iterable itself pass as they are."""
        with self._guarded(writing=True):
            writer = index.writer(heap_size=WRITER_BYTES, num_threads=1)
        for document in documents:
            with self._guarded(writing=True):
                writer.delete_documents_by_term(ID, document.id)  # an id that comes twice would be found twice
                writer.add_document(_document(document, self._schema))
        with self._guarded(writing=True):
            writer.commit()
            writer.wait_merging_threads()
            index.reload()
            return int(index.searcher().num_docs)

    def _write(self, index: tantivy.Index, changes: Sequence[Change]) -> None:
        """Make those changes that are newer than what the index has."""
        index.reload()
        known = index.searcher()
        writer = index.writer(heap_size=WRITER_BYTES, num_threads=1)
        for id_, version, change in latest(changes):
            if (found := _version(known, self._schema, id_)) is not None and found >= version:
                continue
            writer.delete_documents_by_term(ID, id_)
            if isinstance(change, Upsert):
                writer.add_document(_document(change.document, self._schema))
            else:  # remembered without content, so that a late upsert stays without effect
                gone = {ID: id_, VERSION: version, LIVE: 0}
                writer.add_document(tantivy.Document.from_dict(gone, self._schema))
        writer.commit()
        writer.wait_merging_threads()

    def _searcher(self) -> tantivy.Searcher:
        """A searcher on all that was committed before the call.

        A rebuild may put another generation in use between our looks at the pointer and at the files: what
        cannot be opened is only damaged if it is still the one in use.
        """
        while True:
            name = self._files.named()
            try:
                return self._reload()
            except (ValueError, OSError, ServiceError):
                if self._files.named() == name:
                    raise

    def _reload(self) -> tantivy.Searcher:
        with self._opening:
            name = self._files.current()
            if name is None:
                raise self._never_made()
            if self._open is None or self._open[0] != name:
                index = tantivy.Index.open(str(self._files.root / name))
                index.config_reader("manual")
                self._open = (name, index)
            index = self._open[1]
            index.reload()
            return index.searcher()

    def _never_made(self) -> ServiceError:
        return ServiceError(f"there is no search index in {self._files.root}: {REMEDY}")

    def _run(
        self, searcher: tantivy.Searcher, planned: Plan, query: Query, parsed: ParsedQuery, *, all_groups: bool
    ) -> Hits:
        compiled = compile_plan(self._schema, planned, query, all_groups=all_groups)
        total, found = (_best if planned.groups else _latest)(searcher, compiled, query)
        hits = []
        for score, id_, address in found:
            text = bytes(searcher.doc(address).get_first(_TEXT) or b"").decode() if parsed.terms else ""
            hits.append(Hit(id_, score, highlights(text, parsed)))
        return Hits(total, tuple(hits), all_words=all_groups)

    @contextmanager
    def _guarded(self, *, writing: bool = False) -> Iterator[None]:
        """Turns what tantivy raises into errors of ours; a panic of its own is no Exception in Python."""
        try:
            yield
        except (SohoaError, GeneratorExit, KeyboardInterrupt, SystemExit):
            raise
        except OSError as error:
            why = error.strerror or "cannot be read or written"
            raise ServiceError(f"search index in {self._files.root}: {why}; mend that, or {REMEDY}") from error
        except BaseException as error:
            if not (isinstance(error, ValueError) or type(error).__module__ == "pyo3_runtime"):
                raise
            what = "cannot be written: free some space there; if that does not help," if writing else "is damaged:"
            raise ServiceError(f"the search index in {self._files.root} {what} {REMEDY}") from error


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in f.WORD_FIELDS:
        option = "basic" if name in f.NO_POSITIONS else "position"
        builder.add_text_field(name, tokenizer_name="whitespace", index_option=option)
    for name in f.VALUE_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (ID, VERSION, LIVE, DAY):
        builder.add_integer_field(name, indexed=name != VERSION, fast=True)
    builder.add_bytes_field(_TEXT, stored=True)  # a text field would be indexed once more
    return builder.build()


def _document(document: SearchDocument, schema: tantivy.Schema) -> tantivy.Document:
    indexed = f.fields_of(document)
    content: dict[str, Any] = {name: values for name, values in (indexed.words | indexed.values).items() if values}
    content |= {ID: document.id, VERSION: document.version, LIVE: 1, _TEXT: indexed.text.encode()}
    if indexed.day is not None:
        content[DAY] = indexed.day
    return tantivy.Document.from_dict(content, schema)


def _version(searcher: tantivy.Searcher, schema: tantivy.Schema, id_: int) -> int | None:
    hits = searcher.search(tantivy.Query.term_query(schema, ID, id_), limit=1, count=False).hits
    found = searcher.fast_field_values(VERSION, [address for _, address in hits])
    return int(found[0] or 0) if found else None


def _search(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> tuple[int, list[tuple[Any, Any]]]:
    """The number of all hits, and the first `limit` of them with their scores."""
    result = searcher.search(query, limit=max(1, limit), count=True)
    return int(getattr(result, "count", 0)), result.hits[:limit]


def _latest(searcher: tantivy.Searcher, query: tantivy.Query, window: Query) -> tuple[int, list[_Found]]:
    """Number of all hits of a query without terms, and those of the window, highest id first."""
    total, _ = _search(searcher, query, 0)
    if window.limit == 0:
        return total, []
    hits = searcher.search(query, limit=window.limit, offset=window.offset, count=False, order_by_field=ID).hits
    return total, [(0.0, int(id_), address) for id_, address in hits]


def _best(searcher: tantivy.Searcher, query: tantivy.Query, window: Query) -> tuple[int, list[_Found]]:
    """Number of all hits, and those of the window, best first, of equals the highest id first.

    tantivy orders equals by their place in its files: where the window ends among equals, all are fetched.
    """
    wanted = window.offset + window.limit if window.limit else 0
    total, hits = _search(searcher, query, wanted + 1)
    if wanted and len(hits) > wanted and _rounded(hits[wanted - 1][0]) == _rounded(hits[wanted][0]):
        _, hits = _search(searcher, query, max(wanted, min(total, _MAX_TIES)))
    addresses = [address for _, address in hits]
    ids = [int(value or 0) for value in searcher.fast_field_values(ID, addresses)]
    scored = [(_rounded(score), id_, address) for (score, address), id_ in zip(hits, ids, strict=True)]
    scored.sort(key=lambda hit: (-hit[0], -hit[1]))
    return total, scored[window.offset : wanted]


def _rounded(score: float) -> float:
    """Scores of 32 bits that differ less are equal."""
    return round(float(score), 2)
