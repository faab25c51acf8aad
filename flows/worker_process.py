"""The process that serves deployments: ``python -m flows.worker_process``, started by `flows.serve`."""

from __future__ import annotations

import os
import signal

from flows import child

DEPLOYMENT = "sohoa"


def main() -> None:
    """Run what is asked of the deployments ``ingest_batch/sohoa`` and ``reindex/sohoa``, until our parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child.end_with_pipe(_end)
    from prefect import serve
    from prefect.deployments.runner import RunnerDeployment
    from prefect.types.entrypoint import EntrypointType

    from flows.ingest import ingest_batch
    from flows.reindex import reindex

    deployments = [
        RunnerDeployment.from_flow(flow, name=DEPLOYMENT, entrypoint_type=EntrypointType.MODULE_PATH)
        for flow in (ingest_batch, reindex)
    ]
    serve(*deployments, limit=1, print_starting_message=False)


def _end() -> None:
    """As an operator would end it: running flows are stopped, and go on with the next run."""
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
