"""Live progress through Upstash's REST API, where that is all there is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from uuid import uuid4

import pytest
import redis
import upstash_redis
from pydantic import SecretStr
from upstash_redis.errors import UpstashError

from app.progress import RedisProgress, UpstashProgress
from app.web import create_app
from app.wiring import Wiring
from devstack.valkey import ValkeyServer
from emulator.control import Control
from emulator.server import EmulatorServer
from tests.api.serving import serving
from tests.conftest import MakeWiring
from tests.jobs.steps import running_job
from tests.jobs.streaming import streamed
from tests.upstash.rest_double import TOKEN, RestDouble

SHOWN = {"status": "running", "processed_items": 50, "outcomes": {"fetched": 49, "not_found": 1}, "units_used": 1,
         "updated_at": "2999-01-01T00:00:00+00:00"}  # fmt: skip
COUNTERS = {"status": "running", "processed_items": 50, "note": "ünï ☂"}


@pytest.fixture
def progress(upstash: RestDouble) -> Iterator[UpstashProgress]:
    with connected(upstash.url, TOKEN) as made:
        yield made


@contextmanager
def connected(url: str, token: str) -> Iterator[UpstashProgress]:
    made = UpstashProgress(url, token)
    yield made
    made.close()


def test_the_double_speaks_the_protocol(upstash: RestDouble) -> None:
    encodings: tuple[Literal["base64"] | None, ...] = ("base64", None)
    for encoding in encodings:
        client: Any = upstash_redis.Redis(
            upstash.url, TOKEN, rest_encoding=encoding, rest_retries=0
        )  # it lacks the type of exec
        key = f"double:{uuid4()}"
        assert client.set(key, "ünï") is True
        assert client.get(key) == "ünï"
        assert client.pipeline().incr(f"{key}:n").rpush(f"{key}:l", "a", "b").lrange(f"{key}:l", 0, -1).exec() == [
            1, 2, ["a", "b"],
        ]  # fmt: skip
        assert client.multi().incr(f"{key}:n").get(key).exec() == [2, "ünï"]
        with pytest.raises(UpstashError, match="WRONGTYPE"):
            client.incr(f"{key}:l")
        with pytest.raises(UpstashError, match="not an integer"):
            client.multi().incr(key).exec()
        client.close()


def test_what_is_written_over_rest_stands_in_redis_for_a_day(progress: UpstashProgress, valkey: ValkeyServer) -> None:
    job_id = uuid4()
    progress.write(job_id, COUNTERS)

    assert progress.read(job_id) == COUNTERS
    direct = RedisProgress(valkey.url)
    assert direct.read(job_id) == COUNTERS
    direct.close()
    with redis.Redis.from_url(valkey.url) as client:
        assert 86_000 < client.ttl(f"tributary:progress:{job_id}") <= 86_400


def test_a_write_is_one_command_and_tells_nothing_about_the_machine(
    progress: UpstashProgress, upstash: RestDouble
) -> None:
    progress.write(uuid4(), COUNTERS)
    [(path, command)] = upstash.requests
    assert (path, command[0]) == ("/", "SET")
    [headers] = upstash.headers
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert [name for name in headers if "telemetry" in name.lower()] == []


def test_nothing_is_known_of_a_job_that_was_never_shown(progress: UpstashProgress) -> None:
    assert progress.read(uuid4()) is None
    assert progress.ping() is not None


def test_a_listener_hears_each_change_once(progress: UpstashProgress) -> None:
    job_id = uuid4()
    listener = progress.listen(job_id)
    assert listener.wait(0) is None
    progress.write(job_id, COUNTERS)
    assert listener.wait(0) == COUNTERS
    assert listener.wait(0) is None
    progress.write(job_id, COUNTERS | {"processed_items": 51})
    assert listener.wait(0) == COUNTERS | {"processed_items": 51}
    listener.close()


def test_an_upstash_that_answers_no_request_stops_nothing(progress: UpstashProgress, upstash: RestDouble) -> None:
    assert progress.ping() is not None
    upstash.answering.clear()
    assert_away(progress)


def test_an_upstash_that_is_not_there_stops_nothing() -> None:
    with connected("http://127.0.0.1:1", TOKEN) as progress:
        assert_away(progress)


def test_an_answer_that_is_none_of_upstash_stops_nothing(emulator_server: EmulatorServer) -> None:
    with connected(emulator_server.url, TOKEN) as progress:
        assert_away(progress)


@pytest.mark.parametrize("token", ["wrong", ""])
def test_a_wrong_token_stops_nothing_and_is_in_no_log(
    upstash: RestDouble, token: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with connected(upstash.url, f"a-secret-{token}") as progress:
        assert_away(progress)
    assert "a-secret" not in "".join(capsys.readouterr())


def assert_away(progress: UpstashProgress) -> None:
    job_id = uuid4()
    progress.write(job_id, COUNTERS)
    assert progress.read(job_id) is None
    assert progress.ping() is None


def wired(make_wiring: MakeWiring, upstash: RestDouble) -> Wiring:
    """A system whose environment names Upstash and no other Redis."""
    return make_wiring(
        redis_url=None, upstash_redis_url=SecretStr(upstash.url), upstash_redis_rest_token=SecretStr(TOKEN)
    )


def test_the_api_shows_counters_that_came_over_rest(
    make_wiring: MakeWiring, upstash: RestDouble, emulator: Control
) -> None:
    wiring = wired(make_wiring, upstash)
    job = running_job(wiring, emulator.channel_ids(count=100))
    wiring.progress.write(job.id, SHOWN)

    api = create_app(wiring).test_client()
    told = api.get(f"/api/jobs/{job.id}").get_json()

    assert (told["processed_items"], told["units_used"], told["progress"]) == (50, 1, 50.0)
    assert (told["outcomes"]["fetched"], told["outcomes"]["not_found"]) == (49, 1)
    assert api.get("/api/redis-test").get_json()["status"] == "ok"


def test_a_stream_tells_what_came_over_rest(make_wiring: MakeWiring, upstash: RestDouble, emulator: Control) -> None:
    wiring = wired(make_wiring, upstash)
    job = running_job(wiring, emulator.channel_ids(count=100))
    with serving(create_app(wiring)) as api, streamed(api, job.id) as events:
        next(events)
        wiring.progress.write(job.id, SHOWN)
        told = next(events)
    assert (told.name, told.data["processed_items"]) == ("progress", 50)
