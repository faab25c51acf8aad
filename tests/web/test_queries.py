"""No page asks the catalog more often the more there is to show."""

from __future__ import annotations

from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web import furnished

MOST = 60
"""Queries of a page at most."""


def asked(client: Client, path: str) -> list[str]:
    """What a page asks, the second time: the first may look up what is kept."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200, path
    return [str(query["sql"]) for query in captured.captured_queries]


def test_no_page_asks_more_often_the_more_there_is(client: Client, site: Path, tmp_path: Path) -> None:
    things = furnished.furnish(tmp_path)
    furnished.more(things.result, things.record, tmp_path, 1)
    paths = [path for path in furnished.pages(things, client) if path != things.check]
    few = {path: asked(client, path) for path in paths}
    for number in range(2, 8):
        furnished.more(things.result, things.record, tmp_path, number)
    for path, rows in (("/tokens/", 8), (f"/results/{things.result}/copies/", 8), ("/reuse/", 8), ("/paper/lent/", 8)):
        assert client.get(path).content.decode().count("<tr") >= rows, "what was made is shown"
    many = {path: asked(client, path) for path in paths}
    grown = {path: (len(few[path]), len(many[path])) for path in paths if len(many[path]) > len(few[path])}
    assert not grown, _told(grown, few, many)
    assert {path: len(sql) for path, sql in many.items() if len(sql) > MOST} == {}


def _told(grown: dict[str, tuple[int, int]], few: dict[str, list[str]], many: dict[str, list[str]]) -> str:
    """Of each page that grew, a query that came more often than before."""
    lines = []
    for path, counts in grown.items():
        kinds = [sql.partition(" WHERE ")[0] for sql in many[path]]
        before = [sql.partition(" WHERE ")[0] for sql in few[path]]
        more = max(set(kinds), key=lambda kind: kinds.count(kind) - before.count(kind))
        lines.append(f"{path}: {counts[0]} → {counts[1]}: {more}")
    return "\n".join(lines)
