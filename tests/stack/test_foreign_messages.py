"""Messages that are not ours, put into Redis by somebody who reached it: a real worker takes none of them up."""

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from kombu import Connection

from app.broker import ADVANCE_JOB, RUN_BATCH, make_sender
from bench.processes import wait_for
from tests.stack.conftest import Driver, Stack

pytestmark = pytest.mark.stack


class Bomb:
    """What whoever unpickles it runs."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def test_what_is_pickled_is_not_unpickled(stack: Stack, drive: Callable[[], Driver]) -> None:
    stack.configure()
    system = drive()
    taken = stack.folder / "taken"
    pickle.loads(pickle.dumps(Bomb(taken)))  # noqa: S301 - it would go off
    assert taken.exists()
    taken.unlink()
    stack.start_worker()
    kinds = {"application/x-python-serialize": "binary", "application/x-yaml": "utf-8", "text/html": "utf-8"}
    body = pickle.dumps(((Bomb(taken),), {}, {}))

    sender = make_sender(system.wiring.settings)
    with sender.connection_for_write() as connection:
        for number, (kind, encoding) in enumerate(kinds.items()):
            send(connection, body, kind, encoding, RUN_BATCH, number)
        for number, task in enumerate((RUN_BATCH, ADVANCE_JOB, "os.system", "celery.backend_cleanup")):
            sender.send_task(task, args=[{"__import__": "os"}, "touch taken"], queue="default", task_id=f"odd-{number}")

    found = system.import_ids(stack.emulator.channel_ids(count=50))
    assert found.fetched == 50
    said = stack.folder / "worker-0.log"
    wait_for(lambda: said.read_text().count("ContentDisallowed") >= 2, 30, "the worker to have refused them")
    assert not taken.exists()


def send(connection: Connection, body: bytes, kind: str, encoding: str, task: str, number: int) -> None:
    """A message of Celery with a body of that kind."""
    with connection.Producer() as producer:
        producer.publish(
            body,
            routing_key="default",
            content_type=kind,
            content_encoding=encoding,
            headers={"task": task, "id": f"strange-{number}", "lang": "py", "argsrepr": "()", "kwargsrepr": "{}"},
        )
