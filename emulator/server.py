"""The web server around the application: in a process of its own, or in a thread of a test."""

import socket
import threading
from types import TracebackType
from typing import Self, Unpack

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from emulator.settings import Settings, SettingsChanges
from emulator.state import State
from emulator.web import TRANSPORT, Application

HOST = "127.0.0.1"
KEEP_ALIVE_SECONDS = 240
"""Google keeps idle connections for minutes; the default of 5 s would break pooled ones between two calls."""

STOP_SECONDS = 10.0


class BreakableProtocol(HttpToolsProtocol):
    """HTTP that lets the application break its connection."""

    def on_message_begin(self) -> None:
        """Hand the connection over with every request."""
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}


def listen(host: str = HOST, port: int = 0) -> socket.socket:
    """A listening socket; clients can connect from now on, even before the server runs. Port 0 is any free one."""
    return socket.create_server((host, port), backlog=2048)


def make_server(settings: Settings) -> uvicorn.Server:
    """A server that is not running yet. It logs nothing but its own failures: no request, and so no key."""
    config = uvicorn.Config(
        Application(State(settings)),
        loop="uvloop",
        http=BreakableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


class EmulatorServer:
    """An emulator in a thread, on a free port: `with EmulatorServer(seed=3) as emulator: emulator.url`.

    Takes the fields of `Settings` as keywords. All of them have defaults.
    """

    def __init__(self, **changes: Unpack[SettingsChanges]) -> None:
        self.settings = Settings(**changes)
        self._server = make_server(self.settings)
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end; once it is started."""
        if self._socket is None:
            raise RuntimeError("The emulator is not running: use it as a context manager or call start() first")
        return f"http://{HOST}:{self._socket.getsockname()[1]}"

    def start(self) -> None:
        """Listen and answer."""
        self._socket = listen()
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="emulator", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop answering. Answers under way get a second to end."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
