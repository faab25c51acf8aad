"""The process that serves deployments: ``python -m flows.worker_process``, started by `flows.serve`."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from flows import child

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment


def main() -> None:
    """Run what is asked of the deployments that need no pool (`flows.deployments.sole`), and each night those that run
    by the clock, until our parent ends. A snapshot that was missed is made up for at the start.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child.end_with_pipe(_end)
    from prefect import serve

    from flows import quota_snapshot
    from flows.deployments import deployment, sole

    deployments = {one.flow: deployment(one) for one in sole()}
    if quota_snapshot.due():
        _run_at_start(deployments["flows.quota_snapshot.quota_snapshot"])
    serve(*deployments.values(), limit=1, print_starting_message=False)


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
