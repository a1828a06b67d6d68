"""What is done at each size: the jobs that write, and the routes that read."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from flask.testing import FlaskClient

from app.catalog.ids import channel_key
from app.jobs.model import Job
from app.jobs.states import Status
from app.web import create_app
from app.wiring import Wiring
from app.youtube.calls import Calls
from bench.growth import world
from bench.system import work_off

_REQUESTS = 200
_ANY_AGE = 1e-5  # hours: in a small catalogue, too, there are enough to be asked again
_WHO: dict[str, Any] = {"idempotency_key": None, "requested_by": "bench"}


class Measured(NamedTuple):
    """One step at one size."""

    step: str
    rows_per_second: float
    blocks_per_row: float


def writing(wiring: Wiring, size: int, rows: int) -> Iterator[Measured]:
    """New ids by PostgreSQL's COPY, by an import, and again; the metadata of as many channels, and a refresh."""
    with answered_from_memory(wiring):
        given = [(name, f"Channel {name}") for name in world.new_ids(rows, f"new at {size}")]
        yield _copied(wiring, rows, size)
        yield _timed(wiring, "import", rows, lambda: wiring.imports.ask_for_rows(given, f"new at {size}", **_WHO))
        yield _timed(
            wiring, "import again", rows, lambda: wiring.imports.ask_for_rows(given, f"again at {size}", **_WHO)
        )
        world.settle(wiring)
        yield _timed(wiring, "metadata", rows, lambda: wiring.youtube.ask_for_metadata(None, rows, **_WHO))
        world.settle(wiring)
        yield _timed(wiring, "refresh", rows, lambda: wiring.refresh.ask("channels", None, rows, _ANY_AGE, **_WHO))
        world.settle(wiring)


def reading(wiring: Wiring, size: int) -> Iterator[Measured]:
    """Requests that a person or a program repeats; a row is an answer."""
    api = create_app(wiring).test_client()
    some = world.drawn(_REQUESTS, size)
    single: dict[str, Callable[[str], str]] = {
        "channel": "/api/channels/{}".format,
        "growth": "/api/channels/{}/growth".format,
        "stats": "/api/stats?{}".format,
        "status": "/api/system-status?{}".format,
        "due": "/api/freshness?{}".format,
    }
    for step, address in single.items():
        addresses = [address(name) for name in some]
        yield _asked(wiring, step, addresses, api)
    for step, filters in {
        "list": "",
        "list, filtered": "&language=de&country=BR",
        "list, new": "&metadata_fetched=false",
        "list, searched": "&availability=not_found",
    }.items():
        yield _walked(wiring, step, f"/api/channels?limit=100{filters}", api)


@contextmanager
def answered_from_memory(wiring: Wiring) -> Iterator[None]:
    """YouTube costs nothing meanwhile."""
    calls = Calls(world.Memory(), wiring.keys, wiring.settings, clock=wiring.clock, metrics=wiring.metrics)  # type: ignore[arg-type]  # it only gets
    wiring.__dict__["calls"] = calls
    yield
    del wiring.__dict__["calls"]


def _copied(wiring: Wiring, rows: int, size: int) -> Measured:
    """What PostgreSQL itself takes for so many new ids in no order: the baseline of the import."""
    keys = [channel_key(name) for name in world.new_ids(rows, f"copied at {size}")]
    before, began = world.blocks_touched(wiring), time.perf_counter()
    with (
        psycopg.connect(wiring.settings.database_url.get_secret_value()) as connection,
        connection.cursor().copy("copy channels (id, title, source) from stdin") as copy,
    ):
        for key in keys:
            copy.write_row((key, "A channel", "bench"))
    seconds = time.perf_counter() - began
    return Measured("COPY", rows / seconds, (world.blocks_touched(wiring) - before) / rows)


def _timed(wiring: Wiring, step: str, rows: int, ask: Callable[[], Job]) -> Measured:
    before, began = world.blocks_touched(wiring), time.perf_counter()
    job = work_off(wiring, ask())
    seconds = time.perf_counter() - began
    if (job.status, job.processed_items) != (Status.COMPLETED, rows):
        raise RuntimeError(f"{step}: {job.status}, {job.processed_items} of {rows}: {job.why or job.error_message}")
    return Measured(step, rows / seconds, (world.blocks_touched(wiring) - before) / rows)


def _asked(wiring: Wiring, step: str, addresses: list[str], api: FlaskClient) -> Measured:
    _seconds(api, addresses[0])
    before = world.blocks_touched(wiring)
    taken = [_seconds(api, address)[0] for address in addresses]
    return Measured(step, 1 / statistics.median(taken), (world.blocks_touched(wiring) - before) / len(addresses))


def _walked(wiring: Wiring, step: str, address: str, api: FlaskClient) -> Measured:
    """Page after page, as a program reads all of it."""
    before = world.blocks_touched(wiring)
    taken: list[float] = []
    following: str | None = ""
    while following is not None and len(taken) < _REQUESTS:
        seconds, answer = _seconds(api, f"{address}{following}")
        taken.append(seconds)
        following = f"&after={answer['next']}" if answer["next"] else None
    return Measured(step, 1 / statistics.median(taken), (world.blocks_touched(wiring) - before) / len(taken))


def _seconds(api: FlaskClient, address: str) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = api.get(address)
    seconds = time.perf_counter() - began
    if answer.status_code != 200:  # noqa: PLR2004 - OK
        raise RuntimeError(f"{address}: {answer.status_code} {answer.get_data(as_text=True)[:300]}")
    return seconds, answer.json
