"""Django, set up from our settings: which database, how careful, and how its faults are told.

SQLite runs in WAL mode with ``synchronous=FULL``: each commit is on the disk when it returns. NORMAL
would spare an fsync a commit and could lose the last ones when the power goes; a document costs
seconds of OCR and a handful of commits, so the promise is cheap. Transactions begin IMMEDIATE, because
one that reads first and writes later cannot wait for another writer in SQLite: it fails.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from core import masking
from core.errors import AwayError, ServiceError, SettingsError
from core.settings import settings

BUSY_SECONDS = 30
"""How long a writer waits for its turn before the database counts as stuck."""

_INIT = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON"
CAPABILITIES = (
    "catalog",
    "reuse",
    "staging",
    "review",
    "paper",
    "bought_in",
    "registers",
    "quotas",
    "preservation.fixity",
    "preservation.backup",
    "preservation.signatures",
    "preservation.retention",
)
"""The Django apps with tables of results: the catalog, and what stands on it."""
_MIGRATION_LOCK = 0x50_48_0A
"""Key of PostgreSQL's advisory lock under which migrations run."""
_setting_up = threading.Lock()


def database(url: str) -> dict[str, Any]:
    """Django's ``DATABASES["default"]`` for a database URL; raises SettingsError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError(f"SOHOA_DATABASE_URL is not a URL ({error})") from error
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        return _sqlite(parts)
    if parts.scheme in {"postgresql", "postgres"} and len(parts.path) > 1:
        return _postgresql(parts, port)
    raise SettingsError("SOHOA_DATABASE_URL must be sqlite:///PATH or postgresql://user:secret@host:port/name")


def _sqlite(parts: SplitResult) -> dict[str, Any]:
    # "sqlite://" + "/" + PATH: an absolute path gives sqlite:////var/…, a relative one sqlite:///var/…
    path = Path(unquote(parts.path[1:])).expanduser().absolute()
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": BUSY_SECONDS, "init_command": _INIT},
    }


_CUT = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
"""A network that was cut shows after half a minute (seconds, and milliseconds), not after the system's two hours."""


def _postgresql(parts: SplitResult, port: int | None) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"connect_timeout": 5, **_CUT, **dict(parse_qsl(parts.query))},
    }


def django_settings() -> dict[str, Any]:
    """What Django needs to know for the catalog alone; `web` adds its own on top."""
    return {
        "DATABASES": {"default": database(settings().database)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "INSTALLED_APPS": list(CAPABILITIES),
        "LANGUAGE_CODE": "vi",
        "SECRET_KEY": "the catalog alone signs nothing",
        "TIME_ZONE": "Asia/Ho_Chi_Minh",
        "USE_TZ": True,
        "LOGGING_CONFIG": None,
    }


def setup(extras: Mapping[str, Any] | None = None) -> None:
    """Configure Django for this process, and mask what it logs.

    A second call does nothing (its `extras` are not looked at).

    `extras` replace or add Django settings (INSTALLED_APPS must keep ``catalog``).
    Raises SettingsError.
    """
    import django
    from django.apps import apps
    from django.conf import settings as django_conf

    masking.install()
    with _setting_up:
        if not django_conf.configured:
            django_conf.configure(**{**django_settings(), **(extras or {})})
        if not apps.ready:
            django.setup()


def close() -> None:
    """Close this thread's database connections; to be called when a pool's thread is at its end."""
    from django.db import connections

    connections.close_all()


def migrate() -> None:
    """Bring the tables to the present form; safe when several processes do it at once.

    Raises ServiceError when the database cannot be reached or written.
    """
    from django.core.management import call_command

    setup()
    with told_plainly(), _one_at_a_time():
        call_command("migrate", verbosity=0, interactive=False)


def ready() -> None:
    """Check that the database answers and that its tables are up to date; raises ServiceError."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    setup()
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not Path(name).is_file():
        raise ServiceError(f"there is no catalog at {name} yet: run `sohoa init`")
    with told_plainly():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise ServiceError("the catalog's tables are missing or from an older version: run `sohoa init`")


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn the database's faults into a ServiceError with a remedy, and drop a connection that is of no more use."""
    from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError, connection

    try:
        yield
    except ProgrammingError as error:
        raise ServiceError(f"the catalog's tables are not as expected ({_line(error)}): run `sohoa init`") from error
    except (OperationalError, InterfaceError) as error:
        if not connection.in_atomic_block:
            connection.close()  # after a restart of the server the next call starts afresh
        if "no such table" in str(error) or "no such column" in str(error):
            raise ServiceError(f"the catalog is not set up ({_line(error)}): run `sohoa init`") from error
        text = f"{_where()} cannot be used ({_line(error)}). {_remedy(str(error))}"
        raise (ServiceError(text) if _is_for_people(str(error)) else AwayError("database", text)) from error
    except DatabaseError as error:
        if "not a database" in str(error) or "malformed" in str(error):
            raise ServiceError(f"{_where()} is damaged ({_line(error)}): restore it from a backup") from error
        raise


def _is_for_people(message: str) -> bool:
    """Whether somebody must change something before the database can be used: waiting does not help."""
    wrong = ("unable to open", "readonly", "read-only", "authentication failed", "does not exist", "no pg_hba.conf")
    return any(sign in message for sign in wrong)


def _where() -> str:
    from django.db import connection

    conf = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"the catalog {conf['NAME']}"
    return f"the PostgreSQL database {conf['NAME']} on {conf['HOST'] or 'this machine'}:{conf['PORT'] or 5432}"


def _remedy(message: str) -> str:
    if "locked" in message:
        return "Another program holds it: wait for it to end, then try again."
    if "full" in message:
        return "Make room on its disk, then try again."
    if "disk I/O" in message:  # what SQLite says of a disk without a byte left, too
        return "See whether its disk is full (make room) or failing, then try again."
    if "unable to open" in message or "readonly" in message or "read-only" in message:
        return "Check that its folder exists and that you may write there."
    return "Check that it runs and that SOHOA_DATABASE_URL is right, then try again."


def _line(error: Exception) -> str:
    return " ".join(str(error).split())


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold the lock under which migrations run, on this machine (SQLite) or in the server (PostgreSQL)."""
    from django.db import connection

    if connection.vendor == "sqlite":
        from catalog.locks import file_lock

        path = Path(str(connection.settings_dict["NAME"]))
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with file_lock(path.with_name(path.name + ".lock")):
                yield
        except OSError as error:
            raise ServiceError(
                f"the catalog cannot be kept in {path.parent} ({error}): choose another SOHOA_HOME "
                "or mend the rights of the folder"
            ) from error
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])
