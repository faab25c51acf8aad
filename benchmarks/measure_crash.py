"""Kills at any moment, many of them, on one machine alone and on the services.

The services are those of ``./run services urls``, or of the environment; each round makes a database, a bucket and an
index of its own there and takes them away at the end. PostgreSQL must let its user make databases.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from benchmarks import crash

_NAMES = ("SOHOA_DATABASE_URL", "SOHOA_STORAGE_URL", "SOHOA_SEARCH_URL")


def measure(arguments: list[str]) -> dict[str, Any]:
    """What was killed how often on each stack, the seconds it took, and all that was not right afterwards."""
    parser = argparse.ArgumentParser(prog="./run measure crash")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--files", type=int, default=0, help="files to take in; 0: as many as kills, eight at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stack", choices=("embedded", "services", "both"), default="both")
    options = parser.parse_args(arguments)
    urls = {name: os.environ[name] for name in _NAMES if name in os.environ}
    for name in [name for name in os.environ if name.startswith("SOHOA_")]:
        del os.environ[name]
    files = options.files or max(8, options.kills)
    found: dict[str, Any] = {"kills": options.kills, "files": files, "seed": options.seed}
    for stack in ("embedded", "services") if options.stack == "both" else (options.stack,):
        with _folder() as folder, _own(stack, urls):
            crash.set_up(folder / "home")
            case = crash.make(folder / "made", files)
            report = crash.survive(folder / "home", case, options.kills, options.seed, _say)
            found[stack] = asdict(report)
            _say(f"{stack}: {len(report.faults)} faults")
    return found


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sohoa-crash-"))
    (folder / "home").mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _own(stack: str, urls: dict[str, str]) -> Iterator[None]:
    """Let the environment name what the round may fill, until the end of the block."""
    if stack == "embedded":
        yield
        return
    if missing := [name for name in _NAMES if name not in urls]:
        sys.exit(f'not set: {", ".join(missing)}; for those of this machine: eval "$(./run services urls)"')
    name = f"crash-{uuid.uuid4().hex[:12]}"
    with _database(urls[_NAMES[0]], name) as database, _bucket(urls[_NAMES[1]], name) as bucket:
        ours = dict(zip(_NAMES, (database, bucket, urls[_NAMES[2]]), strict=True)) | {"SOHOA_SEARCH_INDEX": name}
        os.environ.update(ours)
        try:
            yield
        finally:
            for variable in ours:
                del os.environ[variable]
            _drop_indexes(urls[_NAMES[2]], name)


@contextmanager
def _database(url: str, name: str) -> Iterator[str]:
    import psycopg

    server = urlunsplit(urlsplit(url)._replace(path="/postgres"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _bucket(url: str, name: str) -> Iterator[str]:
    from minio import Minio
    from minio.deleteobjects import DeleteObject

    parts = urlsplit(url)
    secure = parse_qs(parts.query).get("secure", ["true"])[0] != "false"
    host = parts.netloc.rpartition("@")[2]
    client = Minio(host, access_key=parts.username, secret_key=parts.password, secure=secure)
    client.make_bucket(name)
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        kept = client.list_objects(name, recursive=True, include_version=True)
        list(client.remove_objects(name, (DeleteObject(str(one.object_name), one.version_id) for one in kept)))
        client.remove_bucket(name)


def _drop_indexes(url: str, name: str) -> None:
    from elasticsearch import Elasticsearch

    with Elasticsearch(url) as client:
        for index in client.indices.get(index=f"{name}*", expand_wildcards="all"):
            client.indices.delete(index=index)
        client.options(ignore_status=404).indices.delete_index_template(name=name)
