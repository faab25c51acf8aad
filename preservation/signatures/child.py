"""The process in which signatures of an untrusted file are looked at: one file, one answer, then it ends.

It is confined (`core.confine`): no more memory or processor time than the limits here, no connection, no program, and
nothing written but its answer. Its parent ends it where it takes too long (`preservation.signatures.sandbox`).
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

from core.confine import Bounds, confine, spend
from preservation.signatures import trust, verifying
from preservation.signatures.verdicts import Looked

MEMORY = 1_500_000_000
"""Bytes that it may fill."""


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What is found in the file at ``path`` with the trust in ``trust``."""
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
    confine(Bounds(MEMORY))
    spend(float(request["seconds"]))
    sys.stdout.write(json.dumps(answer(request)))


if __name__ == "__main__":
    main()
