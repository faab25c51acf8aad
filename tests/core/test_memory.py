"""Memory that was needed once is not kept."""

from __future__ import annotations

import subprocess
import sys

import pytest

HELD = """
from core.memory import give_back
import sys
if sys.argv[1] == "give back":
    give_back()
def resident():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS"))
before = resident()
for size in (4, 8, 16, 31):          # glibc raises its threshold as these come and go
    bytearray(size << 20)
kept = []
for _ in range(40):
    kept.append(bytearray(30 << 20))
    kept.append(bytearray(1000))
    del kept[-2]
print(resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_large_blocks_go_back_to_the_system() -> None:
    done = subprocess.run([sys.executable, "-c", HELD, "give back"], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 20_000
