"""What only a server can meet: it is down, it is another one, it refuses, somebody else rebuilds."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from core.errors import ServiceError, SettingsError
from indexing import Query, SearchDocument, Upsert, open_index
from indexing.elastic import ElasticIndex

Make = Callable[..., SearchDocument]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_server_that_is_down_is_told_without_the_secret(make: Make) -> None:
    url = f"http://clerk:s3cret-word@127.0.0.1:{free_port()}"
    with ElasticIndex(url, "sohoa") as index:
        for call in (
            index.exists,
            index.check,
            index.count,
            lambda: index.search(Query("Nguyễn Thị Oanh")),
            lambda: index.apply([Upsert(make(1))]),
            lambda: index.rebuild([]),
        ):
            with pytest.raises(ServiceError, match=r"no Elasticsearch answers at 127.0.0.1:.* start it") as told:
                call()
            assert "s3cret" not in str(told.value)
            assert "Oanh" not in str(told.value)


class _Stranger(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    do_HEAD = do_POST = do_PUT = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: pytest's output is for results."""


def test_another_kind_of_server_is_told() -> None:
    with HTTPServer(("127.0.0.1", 0), _Stranger) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            index = ElasticIndex(f"http://127.0.0.1:{server.server_port}", "sohoa")
            with index, pytest.raises(ServiceError, match="no Elasticsearch: check search_url"):
                index.check()
        finally:
            server.shutdown()


@pytest.mark.parametrize("url", ["", "embedded", "ftp://host", "http://user:s3cret@:x", "localhost:9200"])
def test_an_address_that_is_none_is_refused_without_the_secret(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as told:
        open_index(url, "sohoa", tmp_path)
    assert "s3cret" not in str(told.value)


def test_a_result_recorded_during_a_rebuild_is_in_the_new_index(es_url: str, es_index: str, make: Make) -> None:
    def stream() -> Iterator[SearchDocument]:
        yield make(1, version=1, text="một")
        with ElasticIndex(es_url, es_index) as drainer:
            drainer.apply([Upsert(make(2, version=1, text="vừa ghi")), Upsert(make(3, version=2, text="ba mới"))])
        yield make(3, version=1, text="ba cũ")

    with ElasticIndex(es_url, es_index) as index:
        index.rebuild([make(1, text="một")])
        assert index.rebuild(stream()) == 3
        assert [hit.id for hit in index.search(Query("vừa ghi")).hits] == [2]
        assert [hit.id for hit in index.search(Query("ba mới")).hits] == [3]
        assert index.search(Query('"ba cũ"')).total == 0


def test_one_alias_and_one_index_are_left_after_rebuilds(es_url: str, es_index: str, make: Make) -> None:
    with ElasticIndex(es_url, es_index) as index, Elasticsearch(es_url) as client:
        for number in (1, 2, 3):
            index.rebuild([make(1)])
            found = client.indices.get(index=f"{es_index}*")
            assert {name: list(about["aliases"]) for name, about in found.items()} == {
                f"{es_index}-{number}": [es_index]
            }


def test_what_a_killed_rebuild_left_is_cleared_by_the_next(es_url: str, es_index: str, make: Make) -> None:
    with ElasticIndex(es_url, es_index) as index, Elasticsearch(es_url) as client:
        index.rebuild([make(1, text="một")])
        client.indices.create(index=f"{es_index}-2", aliases={f"{es_index}-building": {}})
        assert index.rebuild([make(2, text="hai")]) == 1
        assert list(client.indices.get(index=f"{es_index}*")) in ([f"{es_index}-2"], [f"{es_index}-3"])
        assert [hit.id for hit in index.search(Query("hai")).hits] == [2]


def test_an_index_that_vanished_is_not_made_again_by_accident(es_url: str, es_index: str, make: Make) -> None:
    with ElasticIndex(es_url, es_index) as index, Elasticsearch(es_url) as client:
        index.rebuild([make(1, text="một")])
        client.indices.delete(index=f"{es_index}-1")
        for call in (lambda: index.search(Query("một")), lambda: index.apply([Upsert(make(2))])):
            with pytest.raises(ServiceError, match="sohoa reindex"):
                call()
        assert not index.exists()
        assert index.rebuild([make(1, text="một")]) == 1


def test_an_index_of_another_mapping_version_asks_for_a_reindex(es_url: str, es_index: str, make: Make) -> None:
    with ElasticIndex(es_url, es_index) as index, Elasticsearch(es_url) as client:
        client.indices.create(index=f"{es_index}-1", mappings={"_meta": {"version": 999}}, aliases={es_index: {}})
        for call in (index.check, lambda: index.search(Query("x")), lambda: index.apply([Upsert(make(1))])):
            with pytest.raises(ServiceError, match="another version of sohoa: run `sohoa reindex`"):
                call()
        assert index.rebuild([make(1)]) == 1
        index.check()


def test_results_that_the_server_does_not_take_are_told(es_url: str, es_index: str, make: Make) -> None:
    with ElasticIndex(es_url, es_index) as index, Elasticsearch(es_url) as client:
        index.rebuild([make(1)])
        client.indices.put_settings(index=f"{es_index}-1", settings={"index.blocks.write": True})
        with pytest.raises(ServiceError, match=r"did not take 2 results: 2 .*cluster_block_exception"):
            index.apply([Upsert(make(2)), Upsert(make(3))])
