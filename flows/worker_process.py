"""The process that serves deployments: ``python -m flows.worker_process``, started by `flows.serve`."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from flows import child

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

DEPLOYMENT = "sohoa"


def main() -> None:
    """Run what is asked of the deployments ``ingest_batch/sohoa``, ``reindex/sohoa``, ``quota_snapshot/sohoa`` and
    ``disposal/sohoa``, and the last two each night, until our parent ends. A snapshot that was missed is made up for at
    the start.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child.end_with_pipe(_end)
    from prefect import serve
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows import disposal, fixity, quota_snapshot
    from flows.ingest import ingest_batch
    from flows.reindex import reindex

    deployments = [
        RunnerDeployment.from_flow(flow, name=DEPLOYMENT, entrypoint_type=EntrypointType.MODULE_PATH)
        for flow in (ingest_batch, reindex)
    ]
    nightly = RunnerDeployment.from_flow(
        quota_snapshot.quota_snapshot,
        name=DEPLOYMENT,
        schedule=Cron(quota_snapshot.SCHEDULE, timezone=quota_snapshot.TIME_ZONE),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    disposing = RunnerDeployment.from_flow(
        disposal.disposal,
        name=DEPLOYMENT,
        schedule=Cron(disposal.SCHEDULE, timezone=disposal.TIME_ZONE),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    looking = RunnerDeployment.from_flow(
        fixity.fixity,
        name=DEPLOYMENT,
        schedule=Cron(fixity.SCHEDULE, timezone=fixity.TIME_ZONE),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    if quota_snapshot.due():
        _run_at_start(nightly)
    deployments += [nightly, disposing, looking]
    serve(*deployments, limit=1, print_starting_message=False)


def _run_at_start(deployment: RunnerDeployment) -> None:
    """Ask for a run of it; whoever serves the deployment finds it waiting."""
    from prefect.deployments import run_deployment

    deployment.apply()
    run_deployment(f"{deployment.flow_name}/{deployment.name}", timeout=0, as_subflow=False)


def _end() -> None:
    """As an operator would end it: running flows are stopped, and go on with the next run."""
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
