"""The process in which signatures of an untrusted file are looked at: one file, one answer, then it ends.

It may not take more memory or processor time than the limits here, opens no connection (the library is given no way
to), and writes nothing but its answer. Its parent ends it where it takes too long (`preservation.signatures.sandbox`).
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from pathlib import Path
from typing import Any

MEMORY = 1_500_000_000
"""Bytes of address space."""
MOST_WRITTEN = 0
"""Bytes of a file that it may write."""


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What is found in the file at ``path`` with the trust in ``trust``."""
    from preservation.signatures import trust, verifying
    from preservation.signatures.verdicts import Looked

    try:
        return verifying.verify(Path(request["path"]), trust.of_dict(request["trust"])).as_dict()
    except (MemoryError, RecursionError, verifying.TooManyError):
        return Looked(fault="too-big").as_dict()
    except Exception:  # the file, whatever is wrong with it
        return Looked(fault="broken").as_dict()


def main() -> None:
    """Read the request from standard input, write the answer to standard output."""
    logging.disable(logging.CRITICAL)
    request = json.loads(sys.stdin.read())
    seconds = int(request["seconds"]) + 1
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(answer(request)))


if __name__ == "__main__":
    main()
