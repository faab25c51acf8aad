"""Takes rights away from a process that is about to look into bytes which nobody trusts.

Threat model: a file makes a library written in C run code of the file's choosing, swell, or never end. What such a
process may still do is read what its user may read and answer its parent. Each measure stands by itself; where the
kernel refuses one (old kernels, containers), the others hold, and `confine` says which do.

- memory, open files, bytes written, core files and further processes: resource limits;
- network: a network namespace of its own without an interface, and no new sockets;
- programs, other processes, files: starting programs, tracing and signalling others, removing and renaming files are
  refused by the kernel (seccomp), and no program that is started could win rights back (no_new_privs);
- secrets: `environment` leaves out all but what Python needs.

Accepted risk: it runs as the same user, so code that runs in it can read files of this user; it cannot send them
anywhere but into its answer, which is taken for data and checked.
"""

from __future__ import annotations

import ctypes
import math
import os
import platform
import resource
import struct
from collections.abc import Mapping
from dataclasses import dataclass

_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
_ROOM_FOR_CODE = 4_000_000_000
"""Bytes of addresses for libraries and mapped files, beside the memory that is filled."""
_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_X32 = 0x40000000
_CALLS = {
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "clone": (56, 220),
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "kill": (62, 129),
    "truncate": (76, 45),
    "rename": (82, None),
    "unlink": (87, None),
    "symlink": (88, None),
    "chmod": (90, None),
    "ptrace": (101, 117),
    "mount": (165, 40),
    "keyctl": (250, 219),
    "unlinkat": (263, 35),
    "renameat": (264, 38),
    "linkat": (265, 37),
    "fchmodat": (268, 53),
    "unshare": (272, 97),
    "setns": (308, 268),
    "process_vm_writev": (311, 271),
    "renameat2": (316, 276),
    "bpf": (321, 280),
    "execveat": (322, 281),
    "clone3": (435, 435),
}
"""Calls that are refused: their numbers on x86-64 and on 64-bit ARM."""
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the process may have at most."""

    memory: int
    """Bytes that it may fill."""
    files: int = 64
    """Files open at once."""
    written: int = 0
    """Bytes of any one file that it may write."""


def confine(bounds: Bounds) -> tuple[str, ...]:
    """Take the rights away, for good; gives the names of the measures that the kernel took: ``limits``, ``network``,
    ``calls``. To be called by a process of one thread, when all that it needs is imported.
    """
    for what, most in (
        (resource.RLIMIT_DATA, bounds.memory),
        (resource.RLIMIT_AS, bounds.memory + _ROOM_FOR_CODE),
        (resource.RLIMIT_NOFILE, bounds.files),
        (resource.RLIMIT_FSIZE, bounds.written),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))
    taken = ["limits"]
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(_NEW_NETWORK) == 0 or library.unshare(_NEW_USER | _NEW_NETWORK) == 0:
        taken.append("network")
    if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0 and _refuse_calls(library):
        taken.append("calls")
    return tuple(taken)


def spend(seconds: float) -> None:
    """Let this process use so many seconds of a processor from now on; then the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used.ru_utime + used.ru_stime + seconds) + 1, hard))


def environment(paths: str, also: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables of such a process: no setting of ours, so no secret. `paths` is where it imports from."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"PYTHONPATH": paths, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"} | dict(also or {})


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def _refuse_calls(library: ctypes.CDLL) -> bool:
    found = _MACHINES.get(platform.machine())
    if found is None:
        return False
    column, machine = found
    numbers = [pair[column] for pair in _CALLS.values() if pair[column] is not None]
    steps = [_step(_LOAD, 4), _step(_EQUAL, machine, 0, len(numbers) + 3), _step(_LOAD, 0)]
    steps.append(_step(_AT_LEAST, _X32, len(numbers) + 1, 0))
    steps += [_step(_EQUAL, number or 0, len(numbers) - place, 0) for place, number in enumerate(numbers)]
    steps += [_step(_RETURN, _ALLOW), _step(_RETURN, _REFUSE)]
    code = ctypes.create_string_buffer(b"".join(steps))
    program = _Program(len(steps), ctypes.addressof(code))
    return bool(library.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    """One step of a filter: on a comparison, how many of the following steps are skipped."""
    return struct.pack("=HBBI", code, then, otherwise, value)
