"""A TCP line between a worker and a server that can be cut, stalled and healed."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_CHUNK = 65536


class Proxy:
    """Listens on `port` of 127.0.0.1, and carries bytes to and from the server at `target` (a port there).

    The server's end is looked up with every connection: it may be away, and come back.
    """

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._cut = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._flows = asyncio.Event()
        self._listens = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"proxy to {target}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._listens.wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def cut(self) -> None:
        """Reset every connection, and each new one, until it is healed."""
        self._do(self._reset_all)

    def stall(self) -> None:
        """Swallow what comes: nobody is told, nothing arrives. What was swallowed arrives when it is healed."""
        self._do(self._flows.clear)

    def heal(self) -> None:
        """Carry everything again."""
        self._do(self._carry)

    def _do(self, change: Callable[[], None]) -> None:
        done = threading.Event()
        self._loop.call_soon_threadsafe(change)
        self._loop.call_soon_threadsafe(done.set)
        done.wait()

    def _reset_all(self) -> None:
        self._cut = True
        for writer in list(self._writers):
            _reset(writer)

    def _carry(self) -> None:
        self._cut = False
        self._flows.set()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._flows.set()
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, HOST, 0))
        self.port = server.sockets[0].getsockname()[1]
        self._listens.set()
        self._loop.run_forever()
        server.close()
        for task in (tasks := asyncio.all_tasks(self._loop)):
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = {writer}
        self._writers.add(writer)
        with suppress(OSError, asyncio.CancelledError):
            await self._flows.wait()
            if not self._cut:
                there_reader, there = await asyncio.open_connection(HOST, self._target)
                ends.add(there)
                self._writers.add(there)
                await self._carry_both(reader, there, there_reader, writer)
        self._writers -= ends
        for end in ends:
            _reset(end)

    async def _carry_both(
        self,
        reader: asyncio.StreamReader,
        there: asyncio.StreamWriter,
        there_reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Both directions, until one of them ends."""
        pumps = [
            asyncio.ensure_future(self._pump(reader, there)),
            asyncio.ensure_future(self._pump(there_reader, writer)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await self._flows.wait()
            writer.write(data)
            await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close at once: with a reset where the line was cut, after what is still to be sent where it has ended."""
    end = writer.get_extra_info("socket")
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()
