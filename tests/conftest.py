"""What every test may ask for: an own home, the corpus, and real services.

The services are found by ``SOHOA_TEST_…`` variables, which ``./run test`` sets. A test that asks for one
that is not there is skipped, with a loud line at the end of the run; under ``CI=true`` it fails, because a
contract that nobody checked must not look like one that holds. What a fixture hands out (a database, a
bucket, an index name) belongs to one test alone and is gone after it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

import hypothesis
import pytest

if TYPE_CHECKING:
    from tests.cli.support import Sohoa

ROOT = Path(__file__).parent.parent
TEST_PREFIX = "SOHOA_TEST_"

# Taken out of the environment, where settings() would (rightly) refuse them as unknown settings.
SERVICES = {name: os.environ.pop(name) for name in [n for n in os.environ if n.startswith(TEST_PREFIX)]}
SERVICES["corpus"] = os.environ.pop("SOHOA_CORPUS", "")
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}

# How long an example takes says more about the load of the machine than about the code (CI has that profile built in).
hypothesis.settings.register_profile("here", deadline=None)
if not IN_CI:
    hypothesis.settings.load_profile("here")

_missing: set[str] = set()
_session_home = Path(tempfile.mkdtemp(prefix="sohoa-tests-"))


def _begin() -> None:
    """No test may read or touch the settings and the home of the person who runs it; Django is set up with all tables.

    Before any other module of the tests is imported, as those import models.
    """
    for name in [n for n in os.environ if n.startswith("SOHOA_")]:
        del os.environ[name]
    os.environ["SOHOA_HOME"] = str(_session_home)
    import catalog
    from web.settings import fixed

    catalog.setup(fixed())


_begin()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a browser does beside other work is tried once more when it fails; a run says so (``R``), and two failures
    are one.
    """
    for item in items:
        in_browser = "chromium" in getattr(item, "fixturenames", ())
        if in_browser:
            item.add_marker(pytest.mark.flaky(reruns=1))
        if in_browser or item.get_closest_marker("corpus"):
            item.add_marker(pytest.mark.alone)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Workers learn here what this process took out of the environment (`./run test` works in two halves)."""
    node.workerinput["taken_out"] = SERVICES


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What a worker could not test is told at the end like the rest."""
    _missing.update(getattr(node, "workeroutput", {}).get("missing", ()))


def pytest_configure(config: pytest.Config) -> None:
    SERVICES.update(getattr(config, "workerinput", {}).get("taken_out", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["missing"] = sorted(_missing)


def pytest_unconfigure() -> None:
    shutil.rmtree(_session_home, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in sorted(_missing):
        terminalreporter.write_line(f"NOT TESTED: {line}", yellow=True, bold=True)


def _absent(line: str) -> None:
    """Skip the test with `line`, or fail it in CI."""
    if IN_CI:
        pytest.fail(line, pytrace=False)
    _missing.add(line)
    pytest.skip(line)


def _service(variable: str, what: str) -> str:
    if not SERVICES.get(TEST_PREFIX + variable):
        _absent(f"{what}: {TEST_PREFIX}{variable} is not set (./run test starts the services and sets it)")
    return SERVICES[TEST_PREFIX + variable]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A SOHOA_HOME of its own with default settings; the settings are read anew before and after."""
    from core.settings import settings

    folder = tmp_path / "home"
    folder.mkdir()
    for name in [n for n in os.environ if n.startswith("SOHOA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SOHOA_HOME", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


@pytest.fixture(scope="session")
def samples() -> Path:
    """The documents with truth that ship with sohoa, laid out like the corpus."""
    return ROOT / "samples"


@pytest.fixture(scope="session")
def corpus(samples: Path) -> Path:
    """Folder with docs/, truth.jsonl, batches/, batches.json: SOHOA_CORPUS, ../shared/corpus or samples/."""
    if SERVICES["corpus"]:
        folder = Path(SERVICES["corpus"]).expanduser().absolute()
        assert (folder / "truth.jsonl").is_file(), f"SOHOA_CORPUS names {folder}, which holds no truth.jsonl"
        return folder
    beside = ROOT.parent / "shared" / "corpus"
    return beside if (beside / "truth.jsonl").is_file() else samples


@pytest.fixture
def pg_url() -> Iterator[str]:
    """URL of a new, empty PostgreSQL database, dropped after the test."""
    import psycopg

    server = _service("PG_URL", "PostgreSQL")
    name = f"t_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def pg_server() -> str:
    """URL of a PostgreSQL server's own database, for what makes databases of its own and drops them."""
    return _service("PG_URL", "PostgreSQL")


@pytest.fixture(scope="session")
def pg_template() -> Iterator[str]:
    """Name of a migrated PostgreSQL database without rows, to be copied: that takes a tenth of migrating one."""
    import psycopg

    import catalog
    from tests.catalog.support import use_database

    server = _service("PG_URL", "PostgreSQL")
    name = f"t_template_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    with use_database(urlunsplit(urlsplit(server)._replace(path=f"/{name}"))):
        catalog.migrate()
        catalog.close()
    yield name
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def migrated_pg_url(pg_template: str) -> Iterator[str]:
    """URL of a migrated PostgreSQL database without rows, dropped after the test."""
    import psycopg

    server = _service("PG_URL", "PostgreSQL")
    name = f"t_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {pg_template}")
    yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def empty_catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without rows, to be copied."""
    import catalog
    from tests.catalog.support import use_database

    path = tmp_path_factory.mktemp("catalog") / "empty.sqlite3"
    with use_database(f"sqlite:///{path}"):
        catalog.migrate()
    return path


@pytest.fixture(scope="session")
def prefect_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prefect's own database, made once: that takes ten seconds of a processor."""
    from tests.catalog.support import run_python

    home = tmp_path_factory.mktemp("prefect")
    code = "from flows import server; c = server.own('server.log', {}); c.__enter__(); c.__exit__(None, None, None)"
    _, err = run_python(code, SOHOA_HOME=str(home)).communicate(timeout=240)
    assert err == ""
    return home / "prefect"


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory, empty_catalog: Path, prefect_database: Path) -> Path:
    """A home after ``sohoa init`` and a first run, without any row, to be copied."""
    from tests.cli.support import Sohoa

    home = tmp_path_factory.mktemp("new") / "home"
    home.mkdir(mode=0o700)
    shutil.copyfile(empty_catalog, home / "catalog.sqlite3")
    assert Sohoa(home)("init").code == 0
    shutil.copytree(prefect_database, home / "prefect", ignore=shutil.ignore_patterns("*.log"), dirs_exist_ok=True)
    return home


@pytest.fixture
def sqlite_url(home: Path, empty_catalog: Path) -> str:
    """URL of a migrated SQLite database without rows."""
    path = home / "catalog.sqlite3"
    shutil.copyfile(empty_catalog, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, home: Path) -> Iterator[str]:
    """URL of the migrated database under test; `catalog` works on it, and processes started by the test do too."""
    from tests.catalog.support import use_database

    url = str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "migrated_pg_url"))
    with use_database(url):
        yield url


@pytest.fixture
def s3_url() -> Iterator[str]:
    """``s3://key:secret@host:port/bucket?secure=false`` of a new, empty bucket, removed after the test."""
    from minio import Minio
    from minio.deleteobjects import DeleteObject

    url = urlsplit(_service("S3_URL", "S3 storage"))
    secure = parse_qs(url.query).get("secure", ["true"])[0] != "false"
    host = url.netloc.rpartition("@")[2]
    client = Minio(host, access_key=url.username, secret_key=url.password, secure=secure)
    bucket = f"t-{uuid.uuid4().hex}"
    client.make_bucket(bucket)
    yield urlunsplit(url._replace(path=f"/{bucket}"))
    if client.bucket_exists(bucket):
        kept = client.list_objects(bucket, recursive=True, include_version=True)
        doomed = (DeleteObject(str(o.object_name), o.version_id) for o in kept)
        assert not list(client.remove_objects(bucket, doomed))
        client.remove_bucket(bucket)


@pytest.fixture
def es_url() -> str:
    """URL of an Elasticsearch server; ask for `es_index` as well and keep to names that begin with it."""
    return _service("ES_URL", "Elasticsearch")


@pytest.fixture
def es_index(es_url: str) -> Iterator[str]:
    """A name for an index or alias; it and all indexes whose names begin with it are deleted after the test."""
    from elasticsearch import Elasticsearch

    name = f"t-{uuid.uuid4().hex}"
    yield name
    with Elasticsearch(es_url) as client:
        for index in client.indices.get(index=f"{name}*", expand_wildcards="all"):
            client.indices.delete(index=index)
        client.options(ignore_status=404).indices.delete_index_template(name=name)


@pytest.fixture(scope="session")
def scorer(corpus: Path) -> Path:
    """The scorer that goes with the corpus, ``../bench/score.py`` seen from it; a corpus of one's own has none."""
    script = corpus.parent / "bench" / "score.py"
    if not script.is_file():
        line = f"our measures against the scorer's: there is none at {script}"
        _missing.add(line)
        pytest.skip(line)
    return script


@pytest.fixture(scope="session")
def truth(corpus: Path) -> list[dict[str, Any]]:
    """What is true of the documents of the corpus."""
    return [json.loads(line) for line in (corpus / "truth.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def digitized(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Sohoa:
    """The command with a home that holds the documents of the corpus; tests that use it change no result in it.

    Made by one of the processes that tests run in, for all of them.
    """
    import catalog

    catalog.setup()
    from catalog.locks import file_lock
    from tests.cli.support import Sohoa
    from tests.digitizing import digitize

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made = shared / "corpus.made"
    with file_lock(shared / "corpus.lock"):
        if not made.exists():
            digitize(corpus, shared / "corpus" / "home")
            made.touch()
    return Sohoa(shared / "corpus" / "home")


@pytest.fixture(scope="session")
def verapdf_jar() -> Path:
    """The jar of veraPDF, run as ``java -cp JAR org.verapdf.apps.GreenfieldCliWrapper``."""
    jar = Path(_service("VERAPDF", "veraPDF"))
    assert jar.is_file(), f"{TEST_PREFIX}VERAPDF names {jar}, which is not there: run ./run test again"
    return jar


@pytest.fixture(scope="session")
def alto_schema() -> Path:
    """The schema of ALTO 4.3 (an XSD), with that of XLink beside it."""
    schema = Path(_service("ALTO_XSD", "the schema of ALTO"))
    assert schema.is_file(), f"{TEST_PREFIX}ALTO_XSD names {schema}, which is not there: run ./run test again"
    return schema


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium for Playwright's ``launch(executable_path=…)``."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        _absent("pages in a browser: no Chromium found (apt-get install chromium)")
    return str(found)
