"""No word of a user reaches a shell, a query or a page that is fetched: ways to do so by accident are not in the code.

Each exception has its place here, with the reason why nothing from outside gets into it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_house import PACKAGES

_QUERIES = frozenset(("execute", "executemany", "executescript", "raw", "extra", "RawSQL"))
_FETCHES = frozenset(
    ("urlopen", "urlretrieve", "create_connection", "HTTPConnection", "HTTPSConnection", "PoolManager")
)
_UNPACKS = frozenset(
    ("pickle.loads", "pickle.load", "marshal.loads", "yaml.load", "eval", "exec", "os.system", "os.popen")
)
BUILT_QUERIES = {
    "preservation/backup/ledger.py": "constants of the module",
    "preservation/backup/loading.py": "names of our own tables, quoted",
    "preservation/backup/snapshot.py": "constants of the module, and names of our own columns",
    "quotas/baselines.py": "SQL that Django made, with its parameters apart",
    "quotas/dossier_counts.py": "SQL that Django made, with its parameters apart",
}
"""Where a query is put together from pieces, and of what."""
FETCHES = {
    "web/webhooks/calling.py": "an address that web.webhooks.addresses looked at",
    "preservation/signatures/asking.py": "a public address that it looked at itself, as it was resolved",
    "flows/server.py": "the Prefect server of the settings",
    "flows/serve.py": "the Prefect server that it looks after",
    "storage/s3.py": "the store of the settings",
    "pipeline/virus_scan.py": "the scanner of the settings",
}
"""Where a connection is opened, and to what."""
UNPACKS = {
    "quotas/charts/child.py": "pickles of its own parent, through its own pipe",
    "registers/spool.py": "pickles that it wrote a moment before, into a folder of its own",
}


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def calls() -> list[tuple[str, str, ast.Call]]:
    """File, name of what is called, and the call, of all code of ours."""
    return [
        (name, ast.unparse(node.func), node)
        for name, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    ]


def _is_built(node: ast.expr | None) -> bool:
    """Whether a text is put together where it stands."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return not (isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant))
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".format", ".join", ".replace"))


def test_no_program_is_started_through_a_shell(calls: list[tuple[str, str, ast.Call]]) -> None:
    shells = [
        f"{file}:{call.lineno}"
        for file, name, call in calls
        for word in call.keywords
        if word.arg == "shell" and not (isinstance(word.value, ast.Constant) and word.value.value is False)
    ]
    assert not shells


def test_programs_are_started_with_lists_that_begin_with_a_program_of_ours(
    calls: list[tuple[str, str, ast.Call]],
) -> None:
    starts = [(f, c) for f, n, c in calls if n in {"subprocess.run", "subprocess.Popen", "subprocess.check_output"}]
    assert starts
    texts = [f"{file}:{c.lineno}" for file, c in starts if isinstance(c.args[0], ast.Constant) or _is_built(c.args[0])]
    assert not texts


def test_queries_are_not_put_together_from_texts(calls: list[tuple[str, str, ast.Call]]) -> None:
    built = {
        file
        for file, name, call in calls
        if name.rpartition(".")[2] in _QUERIES and call.args and _is_built(call.args[0])
    }
    assert built <= set(BUILT_QUERIES), "parameters belong into parameters; see BUILT_QUERIES"


def test_connections_are_opened_where_their_addresses_are_known(calls: list[tuple[str, str, ast.Call]]) -> None:
    opened = {file for file, name, _ in calls if name.rpartition(".")[2] in _FETCHES}
    assert opened <= set(FETCHES)


def test_nothing_from_outside_is_unpacked_into_objects_or_run(calls: list[tuple[str, str, ast.Call]]) -> None:
    assert {file for file, name, _ in calls if name in _UNPACKS} <= set(UNPACKS)


def test_the_search_server_gets_no_language_of_queries(calls: list[tuple[str, str, ast.Call]]) -> None:
    """``query_string`` and the parser of tantivy would let readers ask fields that they may not see."""
    texts = [
        f"{file}:{node.lineno}"
        for file, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and node.value in {"query_string", "simple_query_string", "script", "script_score"}
        and file.startswith("indexing/")
    ]
    assert not texts
    assert not [file for file, name, _ in calls if name.endswith(".parse_query")]


def test_the_list_of_exceptions_is_no_longer_than_the_code() -> None:
    for file in (*BUILT_QUERIES, *FETCHES, *UNPACKS):
        assert Path(ROOT / file).is_file(), file
