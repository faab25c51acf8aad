"""What Prefect knows of us where several machines work: a pool of workers, its queues, and what may run in them.

`ensure` makes all of it, or mends what is different; it may be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import ServiceError
from core.settings import settings

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.deployments.runner import RunnerDeployment

QUEUES = {"urgent": 1, "normal": 2, "backlog": 3}
"""Queue → its priority; the name is that of the lane whose scans its runs take at least."""
UPKEEP = "upkeep"
"""The queue of what runs by the clock: behind all others, one at a time."""
_UPKEEP_PRIORITY = 4


@dataclass(frozen=True, slots=True)
class Deployed:
    """One thing that may be run."""

    flow: str
    """``module.function``, which is its entry point, too."""
    name: str
    queue: str
    parameters: dict[str, Any]
    cron: str = ""
    """When it runs by itself, Asia/Ho_Chi_Minh; empty: when it is asked for."""
    limit: int | None = None
    """Runs of it at a time; None: as many as there are slots."""


def all_of_them() -> tuple[Deployed, ...]:
    """All that is deployed where several machines work."""
    return (*(Deployed("flows.slot.digitize", queue, queue, {"lane": queue}) for queue in QUEUES), *sole())


def sole() -> tuple[Deployed, ...]:
    """What one machine alone serves, too (`flows.worker_process`)."""
    from flows import disposal, fixity, quota_snapshot

    return (
        Deployed("flows.ingest.ingest_batch", "sohoa", "normal", {}),
        Deployed("flows.reindex.reindex", "sohoa", UPKEEP, {}, limit=1),
        Deployed("flows.quota_snapshot.quota_snapshot", "sohoa", UPKEEP, {}, quota_snapshot.SCHEDULE, 1),
        Deployed("flows.disposal.disposal", "sohoa", UPKEEP, {}, disposal.SCHEDULE, 1),
        Deployed("flows.fixity.fixity", "sohoa", UPKEEP, {}, fixity.SCHEDULE, 1),
    )


def ensure(backlog: int = 0) -> tuple[str, ...]:
    """Make pool, queues, limits and deployments where they are missing, and mend what is different.

    `backlog`: runs of that queue at a time, so that slots are left for the others; 0: no limit. Gives what there is
    now, a line each. To be called with Prefect's settings in place (`flows.run.connected`). Raises ServiceError.
    """
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.exceptions import PrefectHTTPStatusError

    pool = settings().work_pool
    try:
        with get_client(sync_client=True) as client:
            _ensure_pool(client, pool)
            for queue, priority in QUEUES.items():
                _ensure_queue(client, pool, queue, priority, backlog or None if queue == "backlog" else None)
            _ensure_queue(client, pool, UPKEEP, _UPKEEP_PRIORITY, 1)
        made = [_deploy(one, pool) for one in all_of_them()]
    except (httpx.HTTPError, PrefectHTTPStatusError) as error:
        raise ServiceError(f"Prefect's server did not take the work pool {pool!r} ({error})") from error
    return (f"pool {pool}", *(f"queue {name}" for name in (*QUEUES, UPKEEP)), *made)


def _ensure_pool(client: SyncPrefectClient, pool: str) -> None:
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    wanted = WorkPoolCreate(name=pool, type="process", base_job_template=template, description="sohoa")
    try:
        client.create_work_pool(wanted)
    except ObjectAlreadyExists:
        found = client.read_work_pool(pool)
        if found.type != "process":
            raise ServiceError(
                f"the work pool {pool!r} is of type {found.type}: name another in SOHOA_WORK_POOL"
            ) from None


def _ensure_queue(client: SyncPrefectClient, pool: str, name: str, priority: int, limit: int | None) -> None:
    from prefect.exceptions import ObjectAlreadyExists

    try:
        found = client.create_work_queue(name=name, work_pool_name=pool, priority=priority, concurrency_limit=limit)
    except ObjectAlreadyExists:
        found = client.read_work_queue_by_name(name, work_pool_name=pool)
    if (found.priority, found.concurrency_limit) != (priority, limit):
        client.update_work_queue(found.id, priority=priority, concurrency_limit=limit)


def _deploy(one: Deployed, pool: str) -> str:
    runner = deployment(one, pool)
    runner.apply()
    return f"deployment {runner.flow_name}/{runner.name}"


def deployment(one: Deployed, pool: str = "") -> RunnerDeployment:
    """As Prefect takes it; without a pool for one machine, which runs one thing at a time anyway."""
    from importlib import import_module

    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    module, _, function = one.flow.rpartition(".")
    return RunnerDeployment.from_flow(
        getattr(import_module(module), function),
        name=one.name,
        schedule=Cron(one.cron, timezone="Asia/Ho_Chi_Minh") if one.cron else None,
        parameters=one.parameters,
        concurrency_limit=one.limit if pool else None,
        work_pool_name=pool or None,
        work_queue_name=one.queue if pool else None,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
