"""deploy/: what other programs are given to read, read by them, or held against what it must fit."""

import json
import re
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from app.broker import QUEUES, make_celery
from app.config import Settings
from app.problem_types import BODY_TOO_LARGE, UNAVAILABLE
from devstack.programs import ROOT
from tests.production.deployment import program, services

DEPLOY = ROOT / "deploy"
NGINX = shutil.which("nginx")


@pytest.mark.skipif(NGINX is None, reason="there is no nginx: apt install nginx-light")
@pytest.mark.parametrize("name", ["nginx.conf", "monitoring.conf"])
def test_nginx_takes_its_configuration(name: str) -> None:
    checked = subprocess.run(
        ["nginx", "-t", "-c", str(DEPLOY / "nginx" / name)], capture_output=True, text=True, check=False
    )
    assert "test is successful" in checked.stderr, checked.stderr
    assert "[warn]" not in checked.stderr


@pytest.mark.skipif(NGINX is None, reason="there is no nginx: apt install nginx-light")
def test_nginx_takes_the_site_with_a_certificate(tmp_path: Path) -> None:
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=test"]
    keys = ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")]
    subprocess.run([*make, *keys], capture_output=True, check=True)
    site = (DEPLOY / "nginx" / "tls.conf").read_text()
    site = site.replace("/etc/letsencrypt/live/tributary.example.org", str(tmp_path)).replace(
        "/opt/tributary", str(ROOT)
    )
    (tmp_path / "site.conf").write_text(site)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; include site.conf; }}"
    )
    command = ["nginx", "-t", "-c", str(tmp_path / "nginx.conf")]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "test is successful" in checked.stderr, checked.stderr


def test_flower_listens_where_the_workers_speak(settings: Settings) -> None:
    config = (DEPLOY / "flower" / "celeryconfig.py").read_text()
    transport = make_celery(settings).conf.broker_transport_options
    assert f'"global_keyprefix": "{transport["global_keyprefix"]}"' in config
    assert f'"priority_steps": {transport["priority_steps"]}' in config
    assert str(QUEUES).replace("'", '"') in config


def test_kafka_is_one_node_that_nobody_outside_reaches() -> None:
    lines = (DEPLOY / "kafka" / "server.properties").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert given["process.roles"] == "broker,controller"
    assert given["controller.quorum.voters"] == f"{given['node.id']}@kafka:9093"
    assert given["advertised.listeners"] == "PLAINTEXT://kafka:9092"
    assert {given[name] for name in given if name.endswith("replication.factor")} == {"1"}
    assert services()["kafka"]["volumes"][1] == f"kafka:{given['log.dirs']}"


def test_a_linter_finds_nothing_in_scripts() -> None:
    scripts = ["start_production.sh", "start_local.sh", "run_tests.sh", "devstack/prepare.sh", ".ci/run"]
    command = [program("shellcheck"), "-x", *scripts]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")


def test_the_unit_of_the_guide_is_one_that_systemd_takes(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd")
    guide = (ROOT / "docs" / "production.md").read_text()
    unit = re.findall(r"```ini\n(.*?)```", guide, re.DOTALL)[0]
    file = tmp_path / "tributary.service"
    file.write_text(unit.replace("/opt/tributary", str(ROOT)).replace("User=tributary", "User=root"))
    checked = subprocess.run(["systemd-analyze", "verify", file], capture_output=True, text=True, check=False)
    assert str(file) not in checked.stderr, checked.stderr


def test_nginx_speaks_like_the_api() -> None:
    """What it answers by itself are problems as docs/problems.md has them."""
    conf = (DEPLOY / "nginx" / "tributary.conf").read_text()
    said = [json.loads(body) for body in re.findall(r"return \d+ '(\{.+\})\\n'", conf)]
    known = [{"type": kind.uri, "title": kind.title, **asdict(kind)} for kind in (UNAVAILABLE, BODY_TOO_LARGE)]
    assert said == [{name: kind[name] for name in ("type", "status", "title", "detail", "hint")} for kind in known]
