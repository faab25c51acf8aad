"""The dispatcher: asks Prefect for as many runs of slots as there are chunks that wait, and clears away what is dead.

Any number may run, on several machines: two that ask for the same at once ask for a few runs too many, which find
nothing left and end. Which scans a run takes is the catalog's to say (`catalog.turns`).
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from core.errors import ServiceError
from core.settings import settings
from flows.deployments import QUEUES

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

    from catalog.turns import Waiting

EVERY = 2.0
"""Seconds between two rounds."""
PATIENCE = 15.0
"""Seconds until the next round where Prefect or the catalog is away."""
AHEAD = 4
"""Runs of a queue that wait for a worker at most: more than the slots that become free between two rounds."""
_SETTLING = timedelta(minutes=2)
"""How long a worker may take from taking a run until it runs; then it died meanwhile."""
_log = logging.getLogger("sohoa.dispatch")


def keep_dispatching(stop: threading.Event) -> None:
    """Dispatch until `stop` is set. What is away is waited for."""
    while not stop.is_set():
        pause = EVERY
        try:
            one_round()
        except ServiceError as error:
            _log.warning("the dispatcher waits: %s", error)
            pause = PATIENCE
        except Exception:  # a fault of ours: written down, and the next round is tried
            _log.exception("the dispatcher failed")
            pause = PATIENCE
        stop.wait(pause)


def one_round() -> int:
    """Clear away what is dead and ask for runs; gives how many. Raises ServiceError."""
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.exceptions import PrefectHTTPStatusError

    from catalog import slots, turns
    from catalog.states import Lane

    slots.clear_away()
    living = {row.run for row in slots.listing()}
    waiting = turns.waiting()
    try:
        with get_client(sync_client=True) as client:
            _bury(client, living)
            return sum(_ask(client, queue, _chunks(waiting[Lane[queue.upper()]])) for queue in QUEUES)
    except (httpx.HTTPError, PrefectHTTPStatusError) as error:
        raise ServiceError(f"Prefect's server does not answer as it should ({error})") from error


def _chunks(waiting: Waiting) -> int:
    """Chunks that a lane's scans make, at least: those of a unit make one of their own."""
    from flows.chunks import FULL

    return max(waiting.units, -(-waiting.pages // FULL)) if waiting.scans else 0


def _ask(client: SyncPrefectClient, queue: str, chunks: int) -> int:
    """Let as many runs wait for a worker as there are chunks, at most `AHEAD`."""
    if not chunks:
        return 0
    deployment = client.read_deployment_by_name(f"digitize/{queue}")
    missing = min(chunks, AHEAD) - len(_runs(client, queue, "SCHEDULED", "PENDING"))
    for _number in range(missing):
        client.create_flow_run_from_deployment(deployment.id)
    return max(0, missing)


def _bury(client: SyncPrefectClient, living: set[str]) -> None:
    """Runs whose process was killed stay "running" at Prefect, and count against its limits: say that they are dead."""
    from prefect.states import Crashed

    now = datetime.now(UTC)
    dead_before = now - timedelta(seconds=settings().lease_seconds)
    for queue in QUEUES:
        for run in _runs(client, queue, "RUNNING", "PENDING"):
            since = run.state.timestamp if run.state else now
            before = dead_before if run.state and run.state.is_running() else now - _SETTLING
            if str(run.id) not in living and since < before:
                client.set_flow_run_state(run.id, Crashed(message="no sign of life in the catalog"), force=True)


def _runs(client: SyncPrefectClient, queue: str, *states: str) -> list[FlowRun]:
    from prefect.client.schemas.filters import (
        DeploymentFilter,
        DeploymentFilterName,
        FlowRunFilter,
        FlowRunFilterState,
        FlowRunFilterStateType,
        WorkPoolFilter,
        WorkPoolFilterName,
    )
    from prefect.client.schemas.objects import StateType

    kinds = FlowRunFilterStateType(any_=[StateType(state) for state in states])
    return client.read_flow_runs(
        deployment_filter=DeploymentFilter(name=DeploymentFilterName(any_=[queue])),
        work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[settings().work_pool])),
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=kinds)),
    )
