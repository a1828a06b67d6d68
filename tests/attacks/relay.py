"""A way to a server that can become one that swallows everything, or takes in nobody any more."""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PIECE = 65_536


class Relay:
    """Carries bytes between whoever connects and a server on this machine, until it is told otherwise."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._chosen = selectors.DefaultSelector()
        self._chosen.register(self._listening, selectors.EVENT_READ)
        self._fillers: list[socket.socket] = []
        self._swallows = self._refuses = False
        self._thread = threading.Thread(target=self._carry, name="relay")
        self._thread.start()

    def swallow(self) -> None:
        """As a firewall that has forgotten a connection: nothing arrives, and nobody is told. New ones are taken in."""
        self._swallows = True

    def carry(self) -> None:
        """Pass on again what arrives from now on."""
        self._swallows = False

    def refuse(self) -> None:
        """As a server that is gone: what is open is closed, and nobody listens."""
        self._refuses = True
        self._thread.join()

    def drop(self) -> None:
        """What is open is swallowed, and who comes anew is not even let in: his packets are dropped."""
        self._swallows = True
        self._chosen.unregister(self._listening)
        self._listening.listen(0)
        for _ in range(3):  # the queue of those who wait to be let in is full now
            filler = socket.socket()
            filler.setblocking(False)
            with suppress(BlockingIOError):
                filler.connect(("127.0.0.1", self.port))
            self._fillers.append(filler)

    def close(self) -> None:
        """Let go of everything."""
        self.refuse()
        for filler in self._fillers:
            filler.close()

    def _carry(self) -> None:
        while not self._refuses:
            for key, _ in self._chosen.select(0.05):
                if key.data is None:
                    self._let_in()
                else:
                    self._pass_on(key.fileobj, key.data)  # type: ignore[arg-type]  # sockets are all that is in it
        for key in list(self._chosen.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]  # likewise
        self._listening.close()
        self._chosen.close()

    def _let_in(self) -> None:
        with suppress(OSError):
            inner, _ = self._listening.accept()
            outer = socket.create_connection(("127.0.0.1", self._target))
            self._chosen.register(inner, selectors.EVENT_READ, outer)
            self._chosen.register(outer, selectors.EVENT_READ, inner)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        said = b""
        with suppress(OSError):
            said = source.recv(_PIECE)
            if said and not self._swallows:
                target.sendall(said)
        if not said:
            for end in (source, target):
                with suppress(KeyError, ValueError):
                    self._chosen.unregister(end)
                end.close()


@contextmanager
def relay_to(port: int) -> Iterator[Relay]:
    """A relay to a port of this machine."""
    relay = Relay(port)
    try:
        yield relay
    finally:
        relay.close()
