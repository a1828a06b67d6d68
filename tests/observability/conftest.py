"""The system with something to measure, and what it then tells."""

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from tests.hands import work_off

Told = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read_metrics(api: FlaskClient) -> Told:
    """Every sample of /metrics, by its name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(api.get("/metrics").text)
        for sample in family.samples
    }


def value(told: Told, name: str, **labels: str) -> float | None:
    """One sample; None when there is none."""
    return told.get((f"tributary_{name}", tuple(sorted(labels.items()))))


@pytest.fixture
def busy(wiring: Wiring, emulator: Control) -> Wiring:
    """Sixty channels, half of them fetched; a job of each kind done and one that waits."""
    rows = [(channel_id, None) for channel_id in emulator.channel_ids(count=60)]
    work_off(wiring, wiring.imports.ask_for_rows(rows, "tests"))
    api = create_app(wiring).test_client()
    assert api.post("/api/batch-metadata", json={"total_limit": 30, "batch_size": 30}).status_code == 202
    work_off(wiring, wiring.jobs.listed(status=None, before=None, limit=1)[0])
    assert api.post("/api/batch-metadata", json={"batch_size": 10}).status_code == 202
    return wiring
