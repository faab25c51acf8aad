"""``./run measure fuzz [SECONDS] [SEED]``: samples changed at random, each taken the whole way to its archive copy.

Changes know a little of the formats: numbers, names and references of a PDF, entries of a TIFF's tables, and bytes
anywhere. Whatever becomes of a file, the program must neither give up by a fault of its own, nor hang, nor grow.
"""

from __future__ import annotations

import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import hostile
from benchmarks.raw_pdf import drawn, encoded, pdf, scanned, with_streams

_NUMBER = re.compile(rb"-?\d+")
_NAME = re.compile(rb"/[A-Za-z0-9]+")
_ODD = (
    b"0",
    b"-1",
    b"1",
    b"255",
    b"65536",
    b"2147483647",
    b"-2147483648",
    b"99999999999",
    b"0.00001",
    b"null",
    b"(x)",
    b"[]",
)
Change = Callable[[random.Random, bytearray], None]


def samples() -> tuple[bytes, ...]:
    """What is changed: a file of each kind that is taken in."""
    pictures = [encoded(), encoded(progressive=True), encoded("PNG"), encoded("TIFF", compression="tiff_lzw")]
    pictures += [encoded("TIFF", "1", compression="group4"), encoded("TIFF", compression="jpeg")]
    return (pdf(scanned()), pdf(drawn()), with_streams(scanned()), with_streams(drawn()), *pictures)


def changed(chance: random.Random, sample: bytes) -> bytes:
    """The sample with one to six changes."""
    data = bytearray(sample)
    changes: Sequence[Change] = (_bits, _number, _name, _cut, _doubled, _word, _gone)
    for _ in range(chance.randint(1, 6)):
        if len(data) > 16:
            chance.choice(changes)(chance, data)
    return bytes(data)


def _place(chance: random.Random, data: bytearray) -> int:
    return chance.randrange(len(data))


def _bits(chance: random.Random, data: bytearray) -> None:
    for _ in range(chance.randint(1, 8)):
        data[_place(chance, data)] ^= 1 << chance.randrange(8)


def _swapped(chance: random.Random, data: bytearray, what: re.Pattern[bytes], with_what: Callable[[], bytes]) -> None:
    found = list(what.finditer(bytes(data[:200_000])))
    if found:
        one = chance.choice(found)
        data[one.start() : one.end()] = with_what()


def _number(chance: random.Random, data: bytearray) -> None:
    _swapped(chance, data, _NUMBER, lambda: chance.choice(_ODD))


def _name(chance: random.Random, data: bytearray) -> None:
    names = _NAME.findall(bytes(data[:200_000])) or [b"/X"]
    _swapped(chance, data, _NAME, lambda: chance.choice(names))


def _cut(chance: random.Random, data: bytearray) -> None:
    if chance.random() < 0.2:
        del data[_place(chance, data) :]


def _doubled(chance: random.Random, data: bytearray) -> None:
    start = _place(chance, data)
    data[start:start] = data[start : start + chance.randint(1, 400)] * chance.randint(1, 20)


def _word(chance: random.Random, data: bytearray) -> None:
    """Four bytes that a table of a TIFF or a chunk of a PNG may take for a length or a place."""
    start = _place(chance, data)
    data[start : start + 4] = chance.choice((0, 1, 8, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)).to_bytes(4, "little")


def _gone(chance: random.Random, data: bytearray) -> None:
    start = _place(chance, data)
    del data[start : start + chance.randint(1, 200)]


def run(seconds: float, seed: int, folder: Path) -> dict[str, Any]:
    """Take changed files the whole way for so long; the faults are told with seed and number, which make the file."""
    kept = samples()
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    slowest, number, end = 0.0, 0, time.monotonic() + seconds
    before = _resident()
    while time.monotonic() < end:
        data = changed(random.Random(f"{seed}-{number}"), kept[number % len(kept)])
        made = hostile.Made(f"{seed}-{number}", partial(bytes, data), "")
        try:
            outcome = hostile.way_of(made, folder)
            outcomes[outcome.what] += 1
            slowest = max(slowest, outcome.seconds)
        except Exception as error:  # whatever it is, it is a fault of ours, and the run goes on
            faults.append(f"{made.name}: {type(error).__name__}: {str(error)[:300]}")
        number += 1
    return {
        "files": number, "outcomes": dict(outcomes), "faults": faults, "slowest_seconds": round(slowest, 1),
        "grown_mb": _resident() - before, "seconds": seconds, "seed": seed,
    }  # fmt: skip


def _resident() -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) // 1024 if found else 0


def measure(arguments: list[str]) -> dict[str, Any]:
    """Ten minutes, or as long as is said."""
    seconds = float(arguments[0]) if arguments else 600.0
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    with tempfile.TemporaryDirectory() as folder:
        return run(seconds, seed, Path(folder))
