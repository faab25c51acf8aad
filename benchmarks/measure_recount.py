"""Thousands of random histories: the fast counts and lists beside a plain, slow recount, as in tests/quotas."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any


def measure(arguments: list[str]) -> dict[str, Any]:
    """Live through ``--histories`` of them in SQLite; raises AssertionError at the first that is counted otherwise."""
    parser = argparse.ArgumentParser(prog="./run measure recount")
    parser.add_argument("--histories", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    home = Path(tempfile.mkdtemp(prefix="sohoa-recount-"))
    os.environ["SOHOA_HOME"] = str(home)
    try:
        return _lived(options.histories, options.seed)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _lived(histories: int, seed: int) -> dict[str, Any]:
    import catalog

    catalog.setup()
    catalog.migrate()
    from tests.quotas.histories import NAMES, live

    drawn, began, steps = random.Random(seed), time.perf_counter(), 0
    for number in range(histories):
        length = drawn.randrange(5, 60)
        history = [(drawn.choice(NAMES), *(drawn.randrange(1000) for _ in range(3))) for _ in range(length)]
        try:
            live(history)
        except AssertionError as error:
            raise AssertionError(f"history {number} of seed {seed}: {history}") from error
        steps += length
        if number % 100 == 99:
            print(f"{number + 1} histories", flush=True)
    return {"histories": histories, "steps": steps, "seconds": round(time.perf_counter() - began), "different": 0}
