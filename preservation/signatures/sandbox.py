"""Signatures are looked at in a process of its own, with limits on memory and time (`preservation.signatures.child`).

Threat model. A signed PDF comes from anybody, and what reads its signatures is Python and C that parse PDF, CMS and
certificates. So: no key, secret or connection of ours is in that process' environment, the file is opened for reading
alone, memory, time and what may be written are bounded, and what it answers is taken for data. Accepted risk: it runs
as the same user, so one who could run code in it could read what this program may read.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import preservation
from core.confine import environment
from core.errors import ServiceError
from preservation.signatures.trust import Trust
from preservation.signatures.verdicts import Looked, looked

SECONDS = 40.0
BYTES_A_SECOND = 5_000_000
"""A file may be looked at for SECONDS, and a second more for each of so many bytes."""
_MOST_ANSWER = 8_000_000


def look(path: Path, trust: Trust, seconds: float | None = None) -> Looked:
    """The verdicts on the signatures of a PDF. Raises ServiceError where no process can be started."""
    limit = seconds if seconds is not None else SECONDS + path.stat().st_size / BYTES_A_SECOND
    request = json.dumps({"path": str(path.absolute()), "trust": trust.as_dict(), "seconds": limit})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "preservation.signatures.child"],
            input=request.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limit,
            env=environment(str(Path(preservation.__file__).parent.parent)),
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Looked(fault="too-slow")
    except OSError as error:
        raise ServiceError(
            f"no process can be started to look at signatures ({error.strerror}): free some memory"
        ) from error
    if done.returncode or len(done.stdout) > _MOST_ANSWER:
        return Looked(fault="too-big" if done.returncode < 0 else "broken")
    try:
        return looked(json.loads(done.stdout))
    except (ValueError, KeyError, TypeError):
        return Looked(fault="broken")
