"""Every event that we log has its line in docs/observability.md, and every line there is logged."""

import json
import logging
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.config import Settings
from app.logs import set_up_logs
from app.wiring import Wiring
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from tests.hands import sql, work_off

_ROOT = Path(__file__).parents[2]
_LOGGED = re.compile(r"\b(?:_log\.\w+|tell)\(\s*\"(\w+)\"")


def test_events_are_told() -> None:
    files = [path for room in ("app", "workers") for path in (_ROOT / room).rglob("*.py")]
    logged = {name for path in files for name in _LOGGED.findall(path.read_text(encoding="utf-8"))}
    docs = (_ROOT / "docs/observability.md").read_text(encoding="utf-8")
    table = docs[docs.index("| event |") : docs.index("## Traces")]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for cell in cells for name in re.findall(r"`(\w+)`", cell)} == logged


def test_lines_of_a_batch_name_its_request_also_those_of_its_threads(
    wiring: Wiring, settings: Settings, emulator: Control, api: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [(channel_id, None) for channel_id in emulator.channel_ids(count=5)]
    work_off(wiring, wiring.imports.ask_for_rows(rows, "tests"))
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        set_up_logs(settings.model_copy(update={"log_format": "json"}), worker="here-1")
        asked = api.post("/api/batch-metadata")
        emulator.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, next=1))
        work_off(wiring, wiring.jobs.listed(status=None, before=None, limit=1)[0])
        api.get("/livez")
    finally:
        root.handlers[:], root.level = before
    lines = {line["event"]: line for line in map(json.loads, capsys.readouterr().err.splitlines())}
    request = asked.headers["X-Request-Id"]
    told = lines["request_answered"]
    assert (told["request"], told["route"], told["status"]) == (request, "/api/batch-metadata", 202)
    [(batch,)] = sql(wiring, "select max(id) from job_batches")
    ids = {"request": request, "job": asked.get_json()["id"], "batch": str(batch), "worker": "here-1"}
    assert lines["batch_ended"].items() >= {**ids, "kind": "metadata"}.items()
    assert lines["call_failed"].items() >= ids.items(), "it was logged by a thread of the batch"
