"""Search in an index of our own on disk (tantivy): nothing to install, one machine."""

from __future__ import annotations

import json
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
from indexing.embedded_query import ID, LIVE, VERSION
from indexing.embedded_search import COUNTED, LABELS, TEXT, EmbeddedSearcher
from indexing.facets import Labels
from indexing.protocol import REMEDY
from indexing.query import parse
from indexing.records import Change, Hits, Query, SearchDocument, Upsert
from indexing.steps import answer
from indexing.versions import of_embedded
from indexing.window import check_query

WRITER_BYTES = 50_000_000
"""Memory of the one writing thread; more is written to disk in between."""

LOCK_SECONDS = 30.0
"""How long a writer waits for another one."""

_log = logging.getLogger(__name__)


class EmbeddedIndex:
    """See `SearchIndex`. Safe to use from several threads and processes; `folder` belongs to it alone."""

    def __init__(self, folder: Path, lock_seconds: float = LOCK_SECONDS) -> None:
        self._files = IndexFolder(folder, lock_seconds)
        self._schema = _schema()
        self._opening = threading.Lock()
        self._open: tuple[str, tantivy.Index] | None = None
        self._seen: tuple[str, int, int] | None = None
        self._labels = Labels(self._label)

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
        check_query(query)
        parsed = parse(query.text)
        with self._guarded():
            here = EmbeddedSearcher(self._schema, self._searcher())
            return answer(
                lambda planned, asked, cursor: here.run(self._labels, planned, asked, parsed, cursor), parsed, query
            )

    def count(self) -> int:
        """See `SearchIndex.count`."""
        if self._files.current() is None:
            return 0
        with self._guarded():
            live = tantivy.Query.term_query(self._schema, LIVE, 1)
            return EmbeddedSearcher(self._schema, self._searcher()).search(live, 0)[0]

    def versions(self) -> Iterator[tuple[int, int]]:
        """See `SearchIndex.versions`."""
        with self._guarded():
            yield from of_embedded(self._schema, self._searcher())

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
            EmbeddedSearcher(self._schema, self._searcher()).search(tantivy.Query.all_query(), 1)

    def close(self) -> None:
        """See `SearchIndex.close`."""
        with self._opening:
            self._open = self._seen = None

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
            about = (self._files.root / name / "meta.json").stat()  # replaced by each commit
            state = (name, about.st_ino, about.st_mtime_ns)
            if self._open is None or self._open[0] != name:
                index = tantivy.Index.open(str(self._files.root / name))
                index.config_reader("manual")
                self._open = (name, index)
            index = self._open[1]
            if self._seen != state:
                index.reload()
                self._seen = state
            return index.searcher()

    def _never_made(self) -> ServiceError:
        return ServiceError(f"there is no search index in {self._files.root}: {REMEDY}")

    def _label(self, field: str, keys: list[str]) -> dict[str, str]:
        return EmbeddedSearcher(self._schema, self._searcher()).label(field, keys)

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
    for name in (*f.WORD_FIELDS, *f.DERIVED_FIELDS):
        option = "basic" if name in f.NO_POSITIONS else "position"
        builder.add_text_field(name, tokenizer_name="whitespace", index_option=option)
    for name in f.VALUE_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=name in f.COUNTED_FIELDS)
    for name in (ID, VERSION, LIVE, *f.DAY_FIELDS):
        builder.add_integer_field(name, indexed=name in (ID, LIVE), fast=True)
    for name in (TEXT, COUNTED, *LABELS.values()):
        builder.add_bytes_field(name, stored=True)  # a text field would be indexed once more
    return builder.build()


def _document(document: SearchDocument, schema: tantivy.Schema) -> tantivy.Document:
    indexed = f.fields_of(document)
    found = indexed.words | f.derived(indexed) | indexed.values
    content: dict[str, Any] = {name: values for name, values in found.items() if values}
    content |= {ID: document.id, VERSION: document.version, LIVE: 1, TEXT: indexed.text.encode(), **indexed.days}
    counted = {name: indexed.values[name] for name in f.COUNTED_FIELDS} | indexed.days
    content[COUNTED] = json.dumps(counted).encode()
    content |= {LABELS[field]: label.encode() for field, label in indexed.labels.items() if label}
    return tantivy.Document.from_dict(content, schema)


def _version(searcher: tantivy.Searcher, schema: tantivy.Schema, id_: int) -> int | None:
    hits = searcher.search(tantivy.Query.term_query(schema, ID, id_), limit=1, count=False).hits
    found = searcher.fast_field_values(VERSION, [address for _, address in hits])
    return int(found[0] or 0) if found else None
