"""Search in Elasticsearch 9: where there is more than one machine.

The alias (`search_index`) stands for one index ``<alias>-<n>``. A rebuild fills the next one under a second
alias, ``<alias>-building``, and then moves the alias in one step. While that second alias exists, `apply`
writes to both, and since the server compares versions, the order in which things arrive does not matter.
"""

from __future__ import annotations

import logging
import re
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import orjson
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    ConnectionError,
    Elasticsearch,
    NotFoundError,
    SerializationError,
    TransportError,
    UnsupportedProductError,
)
from elasticsearch.serializer import OrjsonSerializer

from core.errors import AwayError, ServiceError, SettingsError
from indexing import fields as f
from indexing.changes import latest
from indexing.elastic_mapping import ID, LABELS, LIVE, TEXT, VERSION, mapping, settings, template
from indexing.elastic_search import ElasticSearcher
from indexing.protocol import REMEDY
from indexing.query import parse
from indexing.records import Change, Hits, Query, SearchDocument, Upsert
from indexing.steps import answer
from indexing.versions import of_elastic
from indexing.window import check_query

BULK_BYTES = 2_000_000
"""Size of one request to index, about (a single larger result is sent alone)."""

BULK_ACTIONS = 500
"""Results in one request to index."""

_REQUESTS = 2  # at a time: one is worked at while the next one is made
_TIMEOUT_SECONDS = 30.0
_RETRIES = 2
_CONFLICT = 409  # the server knows a same or newer version: nothing to do
_BUSY = 429
_FAILING = 500
_TAKEN = frozenset({200, 201, _CONFLICT})
_TOLD = ["errors", "items.index._id", "items.index.status", "items.index.error.type"]
_Line = tuple[bytes, bytes]
_log = logging.getLogger(__name__)


class ElasticIndex:
    """See `SearchIndex`. Safe to use from several threads."""

    def __init__(self, url: str, alias: str) -> None:
        try:
            host = urlsplit(url).netloc.rpartition("@")[2]
            self._client = Elasticsearch(
                url,
                request_timeout=_TIMEOUT_SECONDS,
                max_retries=_RETRIES,
                retry_on_timeout=True,
                retry_on_status=(429, 502, 503, 504),
                serializer=OrjsonSerializer(),
            )
        except ValueError:  # its text may quote user and secret
            raise SettingsError("search_url must be `embedded:` or `http://host:9200` (docs/settings.md)") from None
        self._where = f"{host}/{alias}"
        self._alias = alias
        self._building = f"{alias}-building"
        self._mapping_seen = False
        self._searcher = ElasticSearcher(self._client, alias)

    def exists(self) -> bool:
        """See `SearchIndex.exists`."""
        with self._speaking():
            return bool(self._client.indices.exists_alias(name=self._alias))

    def apply(self, changes: Sequence[Change]) -> None:
        """See `SearchIndex.apply`. Refreshes the index, so that the next search sees the changes."""
        if not changes:
            return
        with self._speaking():
            building = bool(self._client.indices.exists_alias(name=self._building))
            self._check_mapping()
            lines = [_line(*newest) for newest in latest(changes)]
            self._bulk(self._alias, lines)
            if building:
                with suppress(NotFoundError):  # it became the index meanwhile, after we looked
                    self._bulk(self._building, lines)
            self._client.indices.refresh(index=self._alias)

    def search(self, query: Query) -> Hits:
        """See `SearchIndex.search`."""
        check_query(query)
        parsed = parse(query.text)
        with self._speaking():
            self._check_mapping()
            return answer(
                lambda planned, asked, cursor: self._searcher.run(planned, asked, parsed, cursor),
                parsed,
                query,
                lambda plans: self._searcher.ahead(plans, query, parsed),
            )

    def count(self) -> int:
        """See `SearchIndex.count`."""
        with self._speaking():
            if not self._client.indices.exists_alias(name=self._alias):
                return 0
            return int(self._client.count(index=self._alias, query={"term": {LIVE: True}})["count"])

    def versions(self) -> Iterator[tuple[int, int]]:
        """See `SearchIndex.versions`."""
        with self._speaking():
            yield from of_elastic(self._client, self._alias)

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """See `SearchIndex.rebuild`. A second rebuild at the same time takes over from the first, which then fails."""
        with self._speaking():
            self._drop_unfinished()
            name = self._create(self._last_number() + 1)
        try:
            with self._speaking():
                self._bulk(self._building, (_line(d.id, d.version, Upsert(d)) for d in documents))
                lasting = {"refresh_interval": None, "translog.durability": None}
                self._client.indices.put_settings(index=name, settings=lasting)
                self._client.indices.flush(index=name)
                self._client.indices.refresh(index=name)
                count = int(self._client.count(index=name, query={"term": {LIVE: True}})["count"])
                self._swap(name)
        except BaseException:
            with suppress(ApiError, TransportError):  # the next rebuild removes it
                self._client.indices.delete(index=name, ignore_unavailable=True)
            raise
        self._compact(name)
        _log.info("search index rebuilt: %d results in %s", count, name)
        return count

    def check(self) -> None:
        """See `SearchIndex.check`."""
        with self._speaking():
            self._mapping_seen = False
            self._check_mapping()
            self._client.search(index=self._alias, size=0, query={"match_all": {}})

    def close(self) -> None:
        """See `SearchIndex.close`."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _bulk(self, alias: str, lines: Iterable[_Line]) -> None:
        """Send the lines and look at what became of each; NotFoundError if there is no such alias.

        While the server works at one request, the next one is made.
        """
        failed: list[str] = []
        with ThreadPoolExecutor(_REQUESTS, thread_name_prefix="bulk") as pool:
            under_way: deque[Future[list[str]]] = deque()
            for request in _requests(lines):
                under_way.append(pool.submit(self._send, alias, request))
                if len(under_way) > _REQUESTS:
                    failed += under_way.popleft().result()
            for sent in under_way:
                failed += sent.result()
        if failed:
            some = ", ".join(failed[:5])
            raise ServiceError(f"{self._where} did not take {len(failed)} results: {some}; look at the server's log")

    def _send(self, alias: str, request: list[_Line]) -> list[str]:
        """Send one request; gives the results that were not taken, and why. What found the server busy goes again."""
        failed: list[str] = []
        for attempt in range(_RETRIES + 1):
            operations: list[Any] = [part for line in request for part in line]  # bytes are sent as they are
            answer = self._client.bulk(
                index=alias,
                operations=operations,
                require_alias=True,  # or a name that is gone would be made again, as an index without our mapping
                filter_path=_TOLD,
            )
            if not answer["errors"]:
                return []
            told = [item["index"] for item in answer["items"]]
            missed = [(line, one) for line, one in zip(request, told, strict=True) if one["status"] not in _TAKEN]
            failed = [f"{one['_id']} ({one.get('error', {}).get('type', one['status'])})" for _, one in missed]
            request = [line for line, one in missed if one["status"] == _BUSY]
            if not request or len(request) < len(missed):
                break
            time.sleep(2**attempt)
        return failed

    def _create(self, number: int) -> str:
        """Make the empty index of this number, to be filled under the second alias."""
        name = f"{self._alias}-{number}"
        try:
            self._client.indices.put_index_template(name=self._alias, **template(self._alias))
        except AuthorizationException:  # it guards against accidents only; what we make has its mapping anyway
            _log.warning("no right to write the index template %s", self._alias)
        aliases: dict[str, Any] = {self._building: {}}
        # nobody searches in it before it is whole, and one that is cut short is made anew: so nothing is awaited
        unseen = settings() | {"refresh_interval": "-1", "translog.durability": "async"}
        self._client.indices.create(index=name, mappings=mapping(), settings=unseen, aliases=aliases)
        return name

    def _swap(self, name: str) -> None:
        """Move the alias to the index `name` in one step, and only then delete the others.

        A search that is under way in an old index when it goes is sent again by the client, to the new one.
        """
        old = [index for index in self._indices() if index != name]
        actions: list[dict[str, Any]] = [
            {"remove": {"index": f"{self._alias}-*", "alias": self._alias, "must_exist": False}},
            {"remove": {"index": name, "alias": self._building, "must_exist": True}},
            {"add": {"index": name, "alias": self._alias}},
        ]
        self._client.indices.update_aliases(actions=actions)
        self._mapping_seen = False
        for index in old:
            self._client.indices.delete(index=index, ignore_unavailable=True)

    def _compact(self, name: str) -> None:
        """Have the server put the pieces of a new index together, while it is in use: each one costs each search."""
        try:
            with self._speaking():
                self._client.indices.forcemerge(index=name, max_num_segments=1, wait_for_completion=False)
        except ServiceError as error:
            _log.warning("the new index stays in pieces, which makes it slower: %s", error)

    def _indices(self) -> list[str]:
        """Names of all indexes of ours, whatever alias they have."""
        ours = re.compile(re.escape(self._alias) + r"-\d+")
        found = self._client.indices.get(index=f"{self._alias}-*", features="aliases")
        return [name for name in found if ours.fullmatch(name)]

    def _last_number(self) -> int:
        return max((int(name.rpartition("-")[2]) for name in self._indices()), default=0)

    def _drop_unfinished(self) -> None:
        with suppress(NotFoundError):
            for name in self._client.indices.get_alias(name=self._building):
                self._client.indices.delete(index=name, ignore_unavailable=True)

    def _check_mapping(self) -> None:
        """Once: whether the index was made by this version of the mapping."""
        if self._mapping_seen:
            return
        for found in self._client.indices.get_mapping(index=self._alias).values():
            if found["mappings"].get("_meta", {}).get("version") != f.MAPPING_VERSION:
                raise ServiceError(f"the search index {self._where} was made by another version of sohoa: {REMEDY}")
        self._mapping_seen = True

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Turns what client and network raise into errors of ours, with remedies, without secrets or typed text."""
        try:
            yield
        except (UnsupportedProductError, SerializationError):
            raise ServiceError(f"{self._where} is no Elasticsearch: check search_url") from None
        except (AuthenticationException, AuthorizationException):
            raise ServiceError(f"{self._where} refuses us: check user, secret and rights in search_url") from None
        except NotFoundError:
            raise ServiceError(f"there is no search index {self._where}: {REMEDY}") from None
        except ApiError as error:
            why = f" ({error.error})" if error.error else ""
            text = f"{self._where} answers with status {error.status_code}{why}: see its log"
            busy = error.status_code == _BUSY or error.status_code >= _FAILING
            raise (AwayError("search", text) if busy else ServiceError(text)) from None
        except ConnectionError:
            text = f"no Elasticsearch answers at {self._where}: start it, or mend search_url"
            raise AwayError("search", text) from None
        except TransportError as error:
            text = f"{self._where}: {type(error).__name__}; try again, or look at its log"
            raise AwayError("search", text) from None


def _requests(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    """The lines in portions that can wait in memory while others are sent."""
    request: list[_Line] = []
    size = 0
    for line in lines:
        if request and (len(request) == BULK_ACTIONS or size + len(line[1]) > BULK_BYTES):
            yield request
            request, size = [], 0
        request.append(line)
        size += len(line[1])
    if request:
        yield request


def _line(id_: int, version: int, change: Change) -> _Line:
    """What is sent of one result. A deleted one stays as an empty note, so that late upserts have no effect."""
    source: dict[str, Any] = {ID: id_, VERSION: version, LIVE: isinstance(change, Upsert)}
    if isinstance(change, Upsert):
        indexed = f.fields_of(change.document)
        labels = {LABELS[field]: label for field, label in indexed.labels.items() if label}
        source = {TEXT: indexed.text, **source, **indexed.days, **labels, **indexed.values, **indexed.words}
    action = {"index": {"_id": str(id_), "version": version, "version_type": "external"}}
    return orjson.dumps(action), orjson.dumps(source)
