"""Prefect in our house: its home inside ours, no telemetry, no questions to the network, no noise.

`use` must be called before Prefect is imported for the first time, because that is when it reads its settings.
"""

from __future__ import annotations

import os
from pathlib import Path

from core.errors import StorageError
from core.settings import settings

_QUIET = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",  # Prefect shows on stderr what any library logs: we say it in one line
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
}
"""May be set otherwise by who looks for a fault."""
_FIXED = {
    "DO_NOT_TRACK": "1",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",  # servers are started by `flows.server`, which leaves no orphan
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
}
_LOOPBACK = "127.0.0.1,localhost"


def folder() -> Path:
    """Prefect's home, made when missing; raises StorageError."""
    path = settings().root / "prefect"
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageError(f"{path} cannot be made ({error}): make room there or mend its rights") from error
    return path


def environment() -> dict[str, str]:
    """Variables for this process and those that it starts."""
    home = folder()
    quiet = {name: os.environ.get(name, value) for name, value in _QUIET.items()}
    no_proxy = {
        name: ",".join(filter(None, (os.environ.get(name), _LOOPBACK)))
        for name in ("NO_PROXY", "no_proxy")
        if _LOOPBACK not in os.environ.get(name, "")
    }
    return {
        **quiet,
        **_FIXED,
        **no_proxy,
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
    }


def use() -> None:
    """Prepare this process for Prefect."""
    os.environ.update(environment())


def configured_api() -> str:
    """``PREFECT_API_URL``: the server that runs are to be reported to; empty: one of our own."""
    return os.environ.get("PREFECT_API_URL", "").strip()
