"""Alarms and dashboards ask for what there is; each alarm fires when it should, and somebody is told what to do."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient

_ROOT = Path(__file__).parents[2]
_RULES = _ROOT / "deploy/prometheus/rules/tributary.yml"
_DASHBOARD = _ROOT / "deploy/grafana/dashboards/tributary.json"
_DOCS = (_ROOT / "docs/observability.md").read_text(encoding="utf-8")
_NAME = re.compile(r"\btributary_\w+")
ALARMS = {rule["alert"]: rule for group in yaml.safe_load(_RULES.read_text())["groups"] for rule in group["rules"]}
PROMTOOL = shutil.which("promtool")

HEALTHY = {
    'up{job="tributary"}': "1x240", "tributary_database_up": "1x240", "tributary_redis_up": "1x240",
    'tributary_workers_alive{role="worker"}': "2x240", 'tributary_workers_alive{role="beat"}': "1x240",
    'tributary_jobs_batches_oldest_waiting_seconds{kind="videos",queue="videos"}': "30x240",
    'tributary_jobs_still_seconds{kind="videos",status="running"}': "20x240",
    'tributary_jobs_unended{kind="videos",status="waiting_for_quota"}': "1x240",
    'tributary_keys_by_state{state="usable"}': "2x240", 'tributary_keys_by_state{state="suspended"}': "0x240",
    'tributary_keys_units_used{project="p",bucket="default"}': "9000x240",
    'tributary_keys_units_reserved{project="p",bucket="default"}': "20x240",
    'tributary_keys_units_limit{project="p",bucket="default"}': "10000x240",
    "tributary_keys_reset_seconds": "40000x240",
    'tributary_youtube_call_seconds_count{method="videos.list",outcome="answered"}': "0+60x240",
    'tributary_youtube_call_seconds_count{method="videos.list",outcome="transient"}': "0+1x240",
    'tributary_jobs_lease_rescues_total{kind="videos"}': "1x240",
    'tributary_jobs_items_given_up_total{kind="videos"}': "7x240",
    'tributary_http_request_seconds_count{method="GET",route="/api/jobs",status="200"}': "0+60x240",
    'tributary_http_request_seconds_count{method="GET",route="/api/jobs",status="500"}': "0x240",
    'tributary_http_request_seconds_bucket{method="GET",route="/api/jobs",status="200",le="0.1"}': "0+60x240",
    'tributary_http_request_seconds_bucket{method="GET",route="/api/jobs",status="200",le="5.0"}': "0+60x240",
    'tributary_http_request_seconds_bucket{method="GET",route="/api/jobs",status="200",le="+Inf"}': "0+60x240",
    'tributary_retention_oldest_seconds{data="videos"}': "2160000x240",
    "tributary_push_subscribed": "1x240",
    "tributary_push_hub_failures": "0x240",
    "tributary_push_heard_seconds": "60x240",
    'tributary_database_connections{state="idle"}': "20x240", "tributary_database_connections_limit": "300x240",
}  # fmt: skip
"""Four hours, a value a minute, in which nothing is wrong."""

SICK: Mapping[str, Mapping[str, str]] = {
    "TributaryAway": {'up{job="tributary"}': "0x240"},
    "TributaryDatabaseAway": {"tributary_database_up": "0x240"},
    "TributaryRedisAway": {"tributary_redis_up": "0x240"},
    "TributaryNoWorker": {'tributary_workers_alive{role="worker"}': "0x240"},
    "TributaryBeatSilent": {'tributary_workers_alive{role="beat"}': "0x240"},
    "TributaryQueueOld": {
        'tributary_jobs_batches_oldest_waiting_seconds{kind="videos",queue="videos"}': "1000+60x240",
    },
    "TributaryJobStandsStill": {'tributary_jobs_still_seconds{kind="videos",status="running"}': "4000+60x240"},
    "TributaryKeySuspended": {'tributary_keys_by_state{state="suspended"}': "1x240"},
    "TributaryNoKey": {'tributary_keys_by_state{state="usable"}': "0x240"},
    "TributaryQuotaEndsEarly": {'tributary_keys_units_used{project="p",bucket="default"}': "9980x240"},
    "TributaryCallsFail": {
        'tributary_youtube_call_seconds_count{method="videos.list",outcome="transient"}': "0+20x240"
    },
    "TributaryWorkersDie": {'tributary_jobs_lease_rescues_total{kind="videos"}': "0+1x240"},
    "TributaryItemsGivenUp": {'tributary_jobs_items_given_up_total{kind="videos"}': "0+1x240"},
    "TributaryApiFails": {
        'tributary_http_request_seconds_count{method="GET",route="/api/jobs",status="500"}': "0+2x240",
    },
    "TributaryApiSlow": {
        'tributary_http_request_seconds_bucket{method="GET",route="/api/jobs",status="200",le="0.1"}': "0+6x240",
    },
    "TributaryDataLate": {'tributary_retention_oldest_seconds{data="videos"}': "2550000x240"},
    "TributaryPushSilent": {"tributary_push_heard_seconds": "300000x240"},
    "TributaryConnectionsScarce": {'tributary_database_connections{state="idle"}': "280x240"},
}
"""By alarm, what is different from a healthy system when it must fire."""


def families(api: FlaskClient) -> set[str]:
    """What /metrics has, whether or not there is a sample of it."""
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", api.get("/metrics").text, re.MULTILINE))
    return {name for name, kind in kinds.items() if name.startswith("tributary_") and kind != "unknown"}


def asked(said: str) -> set[str]:
    """The metrics that an expression names."""
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in _NAME.findall(said)}


def test_alarms_and_dashboards_ask_for_what_there_is(busy: object, api: FlaskClient) -> None:  # noqa: ARG001
    there = families(api)
    expressions = [rule["expr"] for rule in ALARMS.values()]
    panels = [panel for panel in json.loads(_DASHBOARD.read_text())["panels"] if panel["type"] != "row"]
    drawn = [target["expr"] for panel in panels for target in panel["targets"]]
    assert asked(" ".join(expressions)) <= there
    assert asked(" ".join(drawn)) <= there
    assert len({panel["id"] for panel in panels}) == len(panels)
    unused = there - asked(" ".join(expressions + drawn))
    assert unused <= {"tributary_build_info", "tributary_keys_units_exhausted"}, "what nobody looks at"


def test_each_metric_is_told_and_nothing_else(busy: object, api: FlaskClient) -> None:  # noqa: ARG001
    assert set(re.findall(r"^\| `(tributary_\w+)", _DOCS, re.MULTILINE)) == families(api)


@pytest.mark.parametrize("name", ALARMS)
def test_each_alarm_says_how_grave_it_is_and_what_to_do(name: str) -> None:
    rule = ALARMS[name]
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["runbook_url"] == f"docs/observability.md#{name.lower()}"
    assert f"\n### {name}\n" in _DOCS


def test_each_alarm_is_tried_out() -> None:
    assert set(SICK) == set(ALARMS)


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (Debian: apt-get install prometheus)")
def test_each_alarm_fires_when_it_should_and_no_other_time(tmp_path: Path) -> None:
    cases = {"": HEALTHY, **{alarm: {**HEALTHY, **changed} for alarm, changed in SICK.items()}}
    tests = [_case(alarm, series) for alarm, series in cases.items()]
    file = tmp_path / "tests.yml"
    file.write_text(yaml.safe_dump({"rule_files": [str(_RULES)], "evaluation_interval": "1m", "tests": tests}))
    tried = subprocess.run([str(PROMTOOL), "test", "rules", str(file)], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stdout + tried.stderr


def _case(alarm: str, series: Mapping[str, str]) -> dict[str, Any]:
    firing = 'count by (alertname) (ALERTS{alertstate="firing"})'
    expected = [{"labels": f'{{alertname="{alarm}"}}', "value": 1}] if alarm else []
    return {
        "name": alarm,
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [{"expr": firing, "eval_time": "3h50m", "exp_samples": expected}],
    }
