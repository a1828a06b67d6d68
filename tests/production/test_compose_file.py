"""docker-compose.yml: valid, and nothing in it is open, privileged or secret."""

import json
import re
from importlib.resources import files

import pytest
from jsonschema.validators import validator_for

from devstack.programs import ROOT
from tests.production.deployment import Service, compose, services

OURS = {"migrate", "api", "worker", "beat"}
TOOLS = {"emulator", "flower"}
# Theirs are pinned to a release: what is mounted into them was written for it.
PINNED = {
    "prometheus": "prom/prometheus:v3.5.0",
    "grafana": "grafana/grafana:12.1.0",
    "kafka": "apache/kafka:4.1.0",
}
EVERY_SERVICE = pytest.mark.parametrize("name", services())
GUIDE = (ROOT / "docs" / "production.md").read_text()


def test_it_follows_the_compose_specification() -> None:
    pytest.importorskip("check_jsonschema", reason="it carries the schema of the Compose specification")
    text = (files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json").read_text()
    schema = json.loads(text)
    errors = list(validator_for(schema)(schema).iter_errors(compose()))
    assert not errors, [error.message for error in errors]
    assert "version" not in compose()


@EVERY_SERVICE
def test_every_service_has_as_few_rights_as_possible(name: str) -> None:
    service = services()[name]
    user = service["user"].split(":")[0]
    assert user.isdigit()
    assert user != "0"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "container_name", "network_mode", "devices", "pid", "ipc"} & set(service)
    assert not [volume for volume in service.get("volumes", []) if "docker.sock" in volume]


@EVERY_SERVICE
def test_every_service_is_bounded_and_looked_after(name: str) -> None:
    service = services()[name]
    assert service["init"] is True
    assert re.fullmatch(r"\d+[mg]|\$\{WORKER_MEMORY:-\d+m\}", service["mem_limit"])
    assert service["pids_limit"] > 300, "PostgreSQL may have 300 connections, each of them a process"
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    if name == "migrate":
        assert service["restart"] == "no"
    else:
        assert service["restart"] == "unless-stopped"
        assert service["stop_grace_period"]
        assert name == "api" or service["healthcheck"]["test"], "the API has the health check of the image"


@EVERY_SERVICE
def test_images_are_pinned_and_ours_are_built_once(name: str) -> None:
    image = services()[name]["image"]
    if name in OURS:
        assert image == "tributary:${TRIBUTARY_VERSION:-local}"
        assert ("build" in services()[name]) == (name == "migrate")
    elif name in TOOLS:
        assert image == f"tributary-{name}:" + "${TRIBUTARY_VERSION:-local}"
        assert services()[name]["build"] == {"context": ".", "target": "tools"}
    elif name in PINNED:
        assert image == PINNED[name]
    else:
        assert re.fullmatch(r"[\w/]+:\d+(\.\d+)?-trixie", image)


def test_only_nginx_is_reachable_and_only_from_this_machine() -> None:
    published = {name: service["ports"] for name, service in services().items() if "ports" in service}
    assert published.keys() == {"nginx", "nginx-monitoring"}
    assert all(re.match(r"127\.0\.0\.1:\$\{\w+:-\d+\}:\d+$", port) for ports in published.values() for port in ports)


def test_the_databases_have_no_way_out_and_nobody_a_way_in() -> None:
    networks = {name: set(service["networks"]) for name, service in services().items()}
    assert compose()["networks"]["inside"] == {"internal": True}
    assert {name for name, joined in networks.items() if "outside" in joined} == {"api", "worker"}
    assert {name for name, joined in networks.items() if "front" in joined} == {"nginx", "nginx-monitoring"}
    assert all("inside" in joined for joined in networks.values())
    assert services()["worker"]["networks"]["inside"]["aliases"] == ["celery_worker"]


def test_what_is_extra_is_behind_a_profile() -> None:
    profiles = {name: service["profiles"] for name, service in services().items() if "profiles" in service}
    monitoring = {name: ["monitoring"] for name in ("prometheus", "grafana", "flower", "nginx-monitoring")}
    assert profiles == {"emulator": ["emulator"], "kafka": ["streaming"], **monitoring}


def test_what_is_mounted_exists_and_cannot_be_changed() -> None:
    mounts = [volume.split(":") for service in services().values() for volume in service.get("volumes", [])]
    files = [mount for mount in mounts if mount[0].startswith("./deploy/")]
    assert len(files) > 4
    assert all(mode == ["ro"] for _, _, *mode in files)
    shown = [source for source, *_ in files if "prometheus" not in source and "grafana" not in source]
    assert [source for source in shown if not (ROOT / source).exists()] == []
    assert {source for source, *_ in mounts if not source.startswith(".")} == set(compose()["volumes"])


def test_secrets_are_files_and_stand_nowhere_in_it() -> None:
    assert all(secret == {"file": f"./secrets/{name}"} for name, secret in compose()["secrets"].items())
    assert all(set(service.get("secrets", [])) <= compose()["secrets"].keys() for service in services().values())
    for service in services().values():
        for variable, value in service.get("environment", {}).items():
            is_a_secret = re.search(r"PASSWORD|SECRET|TOKEN|_KEY|_URL", variable)
            assert not is_a_secret or value.startswith("/run/secrets/"), variable
    assert not re.search(r"//[^/\s]*@", (ROOT / "docker-compose.yml").read_text())


def test_every_process_of_ours_has_the_same_secrets() -> None:
    """One that started without an API key of the others would switch that key off."""
    assert len({tuple(services()[name]["secrets"]) for name in OURS}) == 1


def test_nothing_starts_before_the_schema_is_there() -> None:
    for name in OURS - {"migrate"}:
        needs = services()[name]["depends_on"]
        assert needs["migrate"] == {"condition": "service_completed_successfully"}
        assert needs["redis"] == {"condition": "service_healthy"}
    assert services()["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_every_service_is_told_in_the_guide() -> None:
    told = re.findall(r"^\| `([\w-]+)` \|", GUIDE, re.MULTILINE)
    assert set(told) == set(services())


def _seconds(service: Service) -> int:
    return int(service["stop_grace_period"].removesuffix("s"))


def test_a_worker_may_take_as_long_to_stop_as_everywhere_else() -> None:
    script = (ROOT / "start_production.sh").read_text()
    assert f"STOP_SECONDS={_seconds(services()['worker'])}" in script
    assert _seconds(services()["api"]) > 10, "gunicorn's graceful timeout"
