"""A network that can be cut, slowed and mended, in front of a real server: a small TCP proxy on a port of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PIECE = 65_536


class Proxy:
    """Passes connections on. Made by `proxy`."""

    def __init__(self, host: str, port: int) -> None:
        self.port = 0
        self.delay = 0.0
        """Seconds that each answer comes later."""
        self.passed = 0
        """Connections that were opened so far."""
        self._to = host, port
        self._cut = False
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._listens = threading.Event()
        self.thread = threading.Thread(target=self._run, name="proxy", daemon=True)

    def start(self) -> None:
        """Listen; returns when that is so."""
        self.thread.start()
        assert self._listens.wait(10)

    def cut(self) -> None:
        """End all connections, and take no new ones."""
        self._cut = True
        self._loop.call_soon_threadsafe(self._end)

    def mend(self) -> None:
        """Take connections again."""
        self._cut = False

    def stop(self) -> None:
        """End for good."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.thread.join(10)

    def _end(self) -> None:
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._listens.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.transport.abort()
            return
        self.passed += 1
        try:
            from_server, to_server = await asyncio.open_connection(*self._to)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, to_server}
        with suppress(OSError):
            await asyncio.gather(self._pass(reader, to_server, late=False), self._pass(from_server, writer, late=True))
        self._open -= {writer, to_server}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, late: bool) -> None:
        try:
            while piece := await reader.read(_PIECE):
                if late and self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(piece)
                await writer.drain()
        finally:
            writer.close()


@contextmanager
def proxy(host: str, port: int) -> Iterator[Proxy]:
    """A proxy in front of the server at `host`:`port`, until the end of the block."""
    made = Proxy(host, port)
    made.start()
    try:
        yield made
    finally:
        made.stop()
