"""The ASGI application: bytes in, bytes out, and everything that can go wrong between the two."""

import asyncio
import gzip
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from emulator.api import Api
from emulator.control_api import PREFIX, ControlApi
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from emulator.page import Page
from emulator.state import State
from emulator.wire import HTML, Reply, Request, takes_gzip

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

TRANSPORT = "emulator.transport"
"""The ASGI extension by which the server hands over the connection, so that it can be broken."""

MAX_REQUEST = 1 << 20
GZIP_FROM = 1024
BREAKS = frozenset({FaultKind.RESET, FaultKind.TRUNCATED})
_CHUNK = 1 << 16
_SLOW_STEPS = 20
_FORM = "application/x-www-form-urlencoded"
_ERROR_PAGE = (
    b"<!DOCTYPE html>\n<html lang=en>\n<title>Error 502 (Server Error)!!1</title>\n<p><b>502.</b> That's an error.\n"
)


class Application:
    """Routes requests to the API, to control and to the page for people."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._api = Api(state)
        self._control = ControlApi(state)
        self._page = Page(state)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        request = await _read(scope, receive)
        if request.path.startswith(PREFIX):
            await _send(send, self._control.reply(request))
        elif request.path == "/":
            await _send(send, self._page.reply(self._control.counters().units))
        else:
            if wait := self._state.latency.seconds(self._api.name_of(request)):
                await asyncio.sleep(wait)
            reply = _compressed(self._api.reply(request), request)
            if reply.fault is None:
                await _send(send, reply)
            elif reply.fault.kind in BREAKS:
                await _break(scope, receive, send, reply)
            else:
                await _spoil(receive, send, reply, reply.fault)


async def _read(scope: Scope, receive: Receive) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    body = b""
    more = scope["method"] not in {"GET", "DELETE"}
    while more and len(body) < MAX_REQUEST:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    if headers.get("content-type", "").startswith(_FORM):
        pairs += parse_qsl(body.decode("latin-1"), keep_blank_values=True)
    address = scope["client"][0] if scope.get("client") else "unknown"
    return Request(scope["method"], scope["path"], pairs, headers, body, address)


def _compressed(reply: Reply, request: Request) -> Reply:
    if len(reply.body) < GZIP_FROM or not takes_gzip(request):
        return reply
    headers = {**reply.headers, "content-encoding": "gzip"}
    return Reply(reply.status, gzip.compress(reply.body, compresslevel=1, mtime=0), headers, reply.fault)


async def _send(send: Send, reply: Reply) -> None:
    await _start(send, reply, len(reply.body))
    await send({"type": "http.response.body", "body": reply.body})


async def _start(send: Send, reply: Reply, length: int) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in reply.headers.items()]
    if reply.status != 304:  # noqa: PLR2004 -- Not Modified has no body and no length
        headers.append((b"content-length", str(length).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})


async def _break(scope: Scope, receive: Receive, send: Send, reply: Reply) -> None:
    """End the connection before the answer, or in the middle of it."""
    transport: asyncio.Transport = scope["extensions"][TRANSPORT]["transport"]
    if reply.fault and reply.fault.kind is FaultKind.TRUNCATED:
        await _start(send, reply, len(reply.body))
        await send({"type": "http.response.body", "body": reply.body[: len(reply.body) // 2], "more_body": True})
        transport.close()
    else:
        # with a linger of zero, closing sends RST in place of FIN: the client sees "connection reset by peer"
        linger = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    await _gone(receive)  # returning earlier, the server would complain that there is no answer


async def _spoil(receive: Receive, send: Send, reply: Reply, fault: Fault) -> None:
    """Send something other than the answer, or the answer slowly."""
    html = {"content-type": HTML}
    match fault.kind:
        case FaultKind.EMPTY:
            await _send(send, Reply(200, b"", reply.headers))
        case FaultKind.HTML:
            await _send(send, Reply(200, _ERROR_PAGE, html))
        case FaultKind.HTML_502:
            await _send(send, Reply(502, _ERROR_PAGE, html))
        case FaultKind.SLOW:
            await _start(send, reply, len(reply.body))
            await _stream(send, _drip(reply.body, fault.seconds, receive))
        case FaultKind.OVERSIZED:
            plain = {name: value for name, value in reply.headers.items() if name != "content-encoding"}
            await _start(send, Reply(200, b"", plain), fault.size)
            await _stream(send, _padding(fault.size))


async def _stream(send: Send, chunks: AsyncIterator[bytes]) -> None:
    async for chunk in chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _drip(body: bytes, seconds: float, receive: Receive) -> AsyncIterator[bytes]:
    """The body piece by piece, as long as somebody waits for it."""
    step = max(1, -(-len(body) // _SLOW_STEPS))
    gone = asyncio.ensure_future(_gone(receive))
    for start in range(0, len(body), step):
        await asyncio.wait({gone}, timeout=seconds / _SLOW_STEPS)
        if not gone.done():
            yield body[start : start + step]
    gone.cancel()


async def _gone(receive: Receive) -> None:
    """Wait until the client has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _padding(size: int) -> AsyncIterator[bytes]:
    """Valid JSON but for its size: a reader that does not count will take it all."""
    yield b"{" if size > 1 else b" "
    left = size - 2
    while left > 0:
        yield b" " * min(left, _CHUNK)
        left -= _CHUNK
    if size > 1:
        yield b"}"
