"""What the requests that programs make most cost: statements, transactions, and commands to Redis."""

import pytest
import redis
from flask.testing import FlaskClient
from sqlalchemy import event

from app.web import create_app
from app.wiring import Wiring
from bench.control import control_requests
from bench.gunicorn import HELLO, asked_of, served


@pytest.fixture
def api(wiring: Wiring) -> FlaskClient:
    return create_app(wiring).test_client()


def test_statements_transactions_and_commands(wiring: Wiring, api: FlaskClient) -> None:
    counted: list[str] = []
    engine = wiring.db._engine
    event.listen(engine, "before_cursor_execute", lambda *_: counted.append("statement"))
    event.listen(engine, "begin", lambda *_: counted.append("transaction"))
    client = redis.Redis.from_url(wiring.settings.broker_url())
    costs = {}
    for method, path, body in control_requests(wiring):
        api.open(path, method=method, json=body)  # the first one opens connections
        counted.clear()
        before = client.info("stats")["total_commands_processed"]
        assert api.open(path, method=method, json=body).status_code in {200, 202}
        spent = client.info("stats")["total_commands_processed"] - before - 1
        costs[path.split("/")[2]] = (counted.count("statement"), counted.count("transaction"), spent)
    client.close()
    most = {"jobs": (5, 5, 1), "batch-metadata": (12, 8, 1), "bulk-add-channels": (8, 2, 1)}
    assert costs.keys() == most.keys()
    assert {path: cost for path, cost in costs.items() if any(map(int.__gt__, cost, most[path]))} == {}


def test_every_answer_under_load_is_counted(wiring: Wiring, tmp_path: object) -> None:
    with served(HELLO, wiring, str(tmp_path)) as url:
        taken = asked_of(f"{url}/hello", 40, 8, "POST", {"some": "body"})
        assert len(taken) == 40
        assert min(taken) > 0
