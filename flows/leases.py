"""Keeping the leases of one run: a sign of life for each scan in hand, three times a lease."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

import catalog
from catalog import scans
from core.errors import ServiceError
from core.settings import settings


class Leases:
    """The scans that this run holds. A thread renews them until the end of the block."""

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self._held: set[int] = set()
        self._lost: set[int] = set()
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._renew_on, name="leases", daemon=True)

    def __enter__(self) -> Self:
        """Begin to renew."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; leases still held run out by themselves."""
        self._end.set()
        self._thread.join()

    def claim(self, scan_id: int) -> bool:
        """Take a scan; False when another worker has it or nothing is left to do.

        May be called again after the connection broke: the answer may have been lost, and the scan be ours already.
        """
        if not (scans.claim(scan_id, self.worker) or self._has(scan_id)):
            return False
        with self._lock:
            self._held.add(scan_id)
            self._lost.discard(scan_id)
        return True

    def _has(self, scan_id: int) -> bool:
        return any(scan.holder == self.worker for scan in scans.unfinished(ids=[scan_id]))

    def finished(self, scan_id: int) -> None:
        """All documents of the scan were tried; may be called again, as `claim`. Raises LeaseLostError."""
        try:
            scans.finished(scan_id, self.worker)
        except scans.LeaseLostError:
            if scans.unfinished(ids=[scan_id]):
                raise

    def drop(self, scan_id: int) -> None:
        """Renew no longer (the lease was given up)."""
        with self._lock:
            self._held.discard(scan_id)

    def check(self, scan_id: int) -> None:
        """Raise LeaseLostError when another worker took the scan over."""
        with self._lock:
            lost = scan_id in self._lost
        if lost:
            raise scans.LeaseLostError(f"another worker took over scan {scan_id}")

    def _renew_on(self) -> None:
        try:
            while not self._end.wait(settings().lease_seconds / 3):
                self.renew()
        finally:
            catalog.close()

    def renew(self) -> None:
        """Give a sign of life for all that is held."""
        with self._lock:
            held = tuple(self._held)
        for scan_id in held:
            try:
                scans.renew(scan_id, self.worker)
            except scans.LeaseLostError:
                with self._lock:
                    if scan_id in self._held:  # not given up by ourselves meanwhile
                        self._lost.add(scan_id)
            except ServiceError:  # the work itself will meet it, and say so; until then there is time for two more
                return
