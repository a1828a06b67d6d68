"""How often one may ask: over HTTP, counted in Redis, and when Redis is away."""

from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from app.access.limits import Limiter, OwnLimiter, RedisLimiter
from app.web import create_app
from devstack.ports import free_port
from devstack.valkey import ValkeyServer
from tests.access.conftest import MakeToken
from tests.conftest import MakeWiring


def address() -> dict[str, str]:
    """An address that no other test counts."""
    part = uuid4().hex
    return {"REMOTE_ADDR": f"2001:db8:{part[:4]}:{part[4:8]}::1"}


@pytest.fixture
def limited(make_wiring: MakeWiring) -> FlaskClient:
    limits = {"rate_limit_per_minute": 5, "rate_limit_without_token": 3, "sign_ins_per_minute": 2}
    return create_app(make_wiring(environment="production", **limits)).test_client()


@pytest.fixture
def redis_limiter(valkey: ValkeyServer) -> RedisLimiter:
    return RedisLimiter(valkey.url)


def test_each_token_has_a_limit_of_its_own(limited: FlaskClient, token: MakeToken) -> None:
    mine, yours = token("read", "mine"), token("read", "yours")
    answers = [limited.get("/api/jobs", headers=mine) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert [answer.headers["RateLimit"].split(";")[1] for answer in answers[:5]] == ["r=4", "r=3", "r=2", "r=1", "r=0"]
    refused = answers[-1]
    assert refused.headers["RateLimit-Policy"] == '"minute";q=5;w=60'
    assert 1 <= int(refused.headers["Retry-After"]) <= 13
    assert refused.get_json()["status"] == 429
    assert limited.get("/api/jobs", headers=yours).status_code == 200


def test_processes_count_together(make_wiring: MakeWiring, token: MakeToken) -> None:
    header = token("read")
    changes = {"environment": "production", "rate_limit_per_minute": 4}
    first, second = (create_app(make_wiring(**changes)).test_client() for _ in range(2))
    answers = [client.get("/api/jobs", headers=header).status_code for client in (first, second) for _ in range(3)]
    assert answers == [200] * 4 + [429] * 2


def test_a_stranger_is_counted_by_his_address_and_disturbs_nobody(limited: FlaskClient, token: MakeToken) -> None:
    there = address()
    answers = [limited.get("/api/jobs", environ_base=there).status_code for _ in range(5)]
    assert answers == [401] * 3 + [429] * 2
    assert limited.get("/api/jobs", environ_base=there, headers=token("read")).status_code == 200
    assert limited.get("/api/jobs", environ_base=address()).status_code == 401


def test_wrong_tokens_and_sign_ins_are_limited(limited: FlaskClient) -> None:
    wrong = {"Authorization": "Bearer trb_00000000_" + "x" * 43}
    there = address()
    answers = [limited.get("/api/jobs", headers=wrong, environ_base=there).status_code for _ in range(4)]
    assert answers == [401] * 3 + [429]
    tried = [limited.post("/sign-in", data={"token": "x"}, environ_base=address()).status_code for _ in range(3)]
    assert tried == [403] * 3, "each from another address"
    there = address()
    tried = [limited.post("/sign-in", data={"token": "x"}, environ_base=there).status_code for _ in range(3)]
    assert tried == [403, 403, 429]


def test_health_checks_streams_and_this_machine_are_not_counted(
    limited: FlaskClient, api: FlaskClient, token: MakeToken
) -> None:
    there, header = address(), token("run")
    job = limited.post("/api/batch-metadata", json={}, headers=header).get_json()
    for _ in range(6):
        for path in ("/livez", "/readyz", "/health", "/sign-in"):
            assert limited.get(path, environ_base=there).status_code == 200
        stream = limited.get(f"{job['links']['self']}/stream", headers=header)
        assert stream.status_code in {200, 503}, "of streams few are served at once"
        stream.close()
        assert "RateLimit" not in api.get("/api/jobs").headers
    assert limited.get("/api/jobs", headers=header).headers["RateLimit"].startswith('"minute";r=3;')


def test_requests_go_on_while_redis_is_away(make_wiring: MakeWiring, token: MakeToken) -> None:
    nowhere = SecretStr(f"redis://127.0.0.1:{free_port()}/0")
    wiring = make_wiring(environment="production", redis_url=nowhere, rate_limit_per_minute=3)
    client, header = create_app(wiring).test_client(), token("read")
    answers = [client.get("/api/jobs", headers=header).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429], "each process counts for itself"


def test_no_limit_is_a_choice(make_wiring: MakeWiring, token: MakeToken) -> None:
    client = create_app(make_wiring(environment="production", rate_limit_per_minute=0)).test_client()
    answer = client.get("/api/jobs", headers=token("read"))
    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers


@pytest.mark.parametrize("kind", ["own", "redis"])
def test_both_ways_of_counting_agree(kind: str, redis_limiter: RedisLimiter) -> None:
    limiter: Limiter = OwnLimiter() if kind == "own" else redis_limiter
    who = uuid4().hex
    verdicts = [limiter.take(who, 60) for _ in range(63)]
    assert 60 <= sum(verdict.allowed for verdict in verdicts) <= 62, "one a second comes back"
    assert verdicts[0].remaining == 59
    assert verdicts[-1].remaining == 0
    assert verdicts[-1].wait == 1


def test_what_was_used_comes_back_steadily() -> None:
    now = [0.0]
    limiter = OwnLimiter(lambda: now[0])
    assert [limiter.take("a", 6).allowed for _ in range(8)] == [True] * 6 + [False] * 2
    now[0] += 10
    assert [limiter.take("a", 6).allowed for _ in range(2)] == [True, False]
    now[0] += 60
    assert limiter.take("a", 6).remaining == 5
    for number in range(20_000):
        limiter.take(f"flood {number}", 6)
        now[0] += 0.01
    assert len(limiter._full) <= 10_001
