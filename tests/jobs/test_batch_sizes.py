"""A large job gets larger batches, unless somebody says how large they are to be."""

import pytest
from flask.testing import FlaskClient

from app.web import create_app
from app.wiring import Wiring
from bench.growth.world import fill
from tests.conftest import MakeWiring

# In a window of two batches, a job of a thousand channels is as large as one of 16,000 is in the usual window.
WINDOW = 2


def size_of(api: FlaskClient, path: str, **body: object) -> int:
    answer = api.post(path, json=body)
    assert answer.status_code == 202, answer.text
    return int(api.get(answer.headers["Location"]).json["params"]["batch_size"])  # type: ignore[index]


@pytest.mark.parametrize(
    ("changes", "asked", "size"),
    [
        ({}, None, 500),
        ({"largest_batch_size": 300}, None, 300),
        ({"largest_batch_size": 100}, None, 100),
        ({"default_batch_size": 2_000}, None, 2_000),
        ({}, 150, 150),
    ],
)
def test_it_grows_between_two_settings_unless_it_was_asked_for(
    make_wiring: MakeWiring, changes: dict[str, int], asked: int | None, size: int
) -> None:
    wiring = make_wiring(batch_window=WINDOW, **changes)
    fill(wiring, 0, 3_000)  # a third of them without metadata
    api = create_app(wiring).test_client()
    assert size_of(api, "/api/batch-metadata", batch_size=asked, total_limit=1_000) == size


def test_a_small_job_has_what_the_setting_says(wiring: Wiring, api: FlaskClient) -> None:
    fill(wiring, 0, 30)
    assert size_of(api, "/api/batch-metadata") == size_of(api, "/api/batch-refresh", max_age_hours=1) == 100
