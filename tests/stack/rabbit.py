"""A RabbitMQ of Debian's package, run by us: a node, a port and folders of its own; guests from this machine only."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import amqp

from devstack import process
from devstack.ports import LOCALHOST, free_port
from devstack.server import EmbeddedServer

PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class RabbitServer(EmbeddedServer):
    """`url` is what CELERY_BROKER_URL takes. After `crash`, `start` brings it back with what it has kept."""

    title = "RabbitMQ"

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@{LOCALHOST}:{self.port}//"

    def messages(self, queue: str) -> int:
        """How many wait in a queue."""
        with amqp.Connection(f"{LOCALHOST}:{self.port}") as connection:
            [_, waiting, _] = connection.channel().queue_declare(queue, passive=True) or ("", 0, 0)
            return int(waiting)

    def purge(self, queue: str) -> int:
        """Lose what waits in a queue; how many they were."""
        with amqp.Connection(f"{LOCALHOST}:{self.port}") as connection:
            return int(connection.channel().queue_purge(queue) or 0)

    def crash(self) -> None:
        """Also the helpers that it has started beside it."""
        super().crash()
        process.end_orphans(self.home.folder, self.stop_signal, self.stop_seconds)

    @cached_property
    def _ports(self) -> tuple[int, int]:
        return free_port(), free_port()

    def _prepare(self) -> None:
        plugins = self.home.folder / "plugins"
        plugins.write_text("[].")
        self.home.give(plugins)

    def stop(self) -> None:
        super().stop()
        process.end_orphans(self.home.folder, self.stop_signal, self.stop_seconds)

    def _argv(self, port: int) -> list[str]:  # noqa: ARG002 - it is told by the environment
        return [str(PROGRAM)]

    @property
    def _environment(self) -> dict[str, str]:
        folder = self.home.folder
        names, nodes = self._ports
        return {
            **super()._environment,
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(names),
            "ERL_EPMD_ADDRESS": LOCALHOST,
            "RABBITMQ_NODENAME": f"tributary{names}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": LOCALHOST,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(nodes),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "none"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        }

    def _answers(self, port: int) -> bool:
        try:
            with amqp.Connection(f"{LOCALHOST}:{port}", connect_timeout=5):
                return True
        except (OSError, amqp.AMQPError):
            return False


@contextmanager
def temporary_rabbit() -> Iterator[RabbitServer]:
    """A RabbitMQ for tests: started, and gone afterwards."""
    server = RabbitServer(Path(tempfile.mkdtemp(prefix="tributary-")), port=free_port())
    try:
        server.start()
        yield server
    finally:
        server.crash()
        server.remove()
