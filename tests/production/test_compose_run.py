"""docker-compose.yml as it runs: every service of ours by its exact command line, beside real servers and nginx."""

import csv
import json
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from app.broker import QUEUES
from app.problem_types import BODY_TOO_LARGE
from devstack.programs import ROOT
from emulator.control import Control
from tests.devstack.waiting import wait_until
from tests.production.deployment import services
from tests.production.engine import Engine, is_possible, network_of_its_own

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(not is_possible(), reason="only root may make the namespaces of containers"),
    pytest.mark.skipif(not shutil.which("nginx"), reason="there is no nginx: apt install nginx-light"),
]
GUIDE = (ROOT / "docs" / "production.md").read_text()
FRONT = "http://127.0.0.1:8080"
EMULATOR = "http://127.0.0.1:8765"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A project as the guide makes it, in a network of its own."""
    project = tmp_path / "project"
    project.mkdir()
    shutil.copytree(ROOT / "deploy", project / "deploy")
    for block in GUIDE.split("```sh\n")[1:3]:
        subprocess.run(["bash", "-euc", block.partition("```")[0]], cwd=project, check=True)
    rehearsal = GUIDE.split("```dotenv\n")[1].partition("```")[0]
    (project / ".env").write_text(rehearsal + "CELERY_SEND_EVENTS=true\n")
    tmp_path.chmod(0o755)
    with network_of_its_own():
        running = Engine(project, tmp_path)
        yield running
        running.kill()


def start_servers(engine: Engine) -> None:
    """PostgreSQL, after what its image does first, Redis and the emulator."""
    first = """
        mkdir -p "$PGDATA"; cd "$PGDATA"
        initdb --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" --auth=scram-sha-256 $POSTGRES_INITDB_ARGS
        echo "listen_addresses = '*'" >> postgresql.conf
        echo "host all all all scram-sha-256" >> pg_hba.conf
        echo "create database $POSTGRES_DB" | postgres --single -D "$PGDATA" postgres
    """
    data = services()["postgres"]["environment"] | {"PGDATA": "/var/lib/postgresql/18/docker", "LANG": "C.UTF-8"}
    services()["postgres"]["environment"] = data
    assert engine.start("postgres", "bash", "-euc", first).wait(120) == 0, engine.log("postgres")
    for name in ("postgres", "redis", "emulator"):
        engine.start(name)
    wait_until(lambda: engine.is_healthy("postgres"), 60)
    wait_until(lambda: engine.is_healthy("emulator"), 60)


def test_the_services_run_as_they_are_written(engine: Engine, tmp_path: Path) -> None:
    start_servers(engine)
    assert engine.start("migrate").wait(120) == 0, engine.log("migrate")
    for name in ("api", "worker", "beat", "nginx"):
        engine.start(name)
    with httpx.Client(base_url=FRONT, timeout=60, trust_env=False) as api:
        wait_until(lambda: engine.is_healthy("nginx"), 60)
        wait_until(lambda: api.get("/readyz").is_success, 120)
        made = engine.execute("api", "python", "-m", "app", "tokens", "create", "admin", "--scope", "admin")
        api.headers["Authorization"] = f"Bearer {made.stdout.strip()}"
        for name in ("api", "worker"):
            wait_until(partial(engine.is_healthy, name), 60)

        nginx_answers_as_the_api_would(api)
        ids = a_large_upload_passes(api, tmp_path / "project" / "imports" / "uploads")
        events_arrive_as_they_happen(api)
        an_export_is_whole(api, ids)
        if find_spec("flower"):
            flower_shows_the_worker(engine, tmp_path / "project" / "secrets" / "flower_password")
        engine.stop("api")
        without_the_api_it_says_so(api)

    nothing_can_be_written_but_what_is_meant(engine)
    engine.stop("emulator")
    for name in ("worker", "beat", "nginx", "redis", "postgres"):
        assert engine.stop(name) == 0, engine.log(name)
    assert "Traceback" not in "".join(engine.log(name) for name in ("migrate", "api", "worker", "beat"))


def nginx_answers_as_the_api_would(api: httpx.Client) -> None:
    answer = api.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers.get_list("X-Content-Type-Options") == ["nosniff"]
    assert answer.headers["Server"] == "nginx"
    large = api.post("/api/bulk-add-channels", content=b" " * 18 * 2**20, headers={"Content-Type": "application/json"})
    assert (large.status_code, large.headers["Content-Type"]) == (413, "application/problem+json")
    assert large.json()["hint"] == BODY_TOO_LARGE.hint


def a_large_upload_passes(api: httpx.Client, folder: Path) -> list[str]:
    """20 MB; the API writes it into the one folder that it may write to, a worker reads it there."""
    with Control(EMULATOR) as emulator:
        ids = emulator.channel_ids(count=600)
        emulator.set_latency(1_000)
    lines = [f"{channel_id},{'x' * 1_000}" for channel_id in ids] * 35
    answer = api.post("/api/uploads?name=a.csv", content="\n".join(["channel_id,title", *lines]).encode())
    assert answer.status_code == 202, answer.text
    wait_until(lambda: api.get(answer.headers["Location"]).json()["status"] == "completed", 60)
    assert api.get("/api/stats").json()["total_channels"] == len(ids)
    [kept] = folder.iterdir()
    assert kept.stat().st_size > 20 * 2**20
    return ids


def events_arrive_as_they_happen(api: httpx.Client) -> None:
    job = api.post("/api/batch-metadata", json={}).headers["Location"]
    with api.stream("GET", f"{job}/stream") as events:
        told = (json.loads(line.removeprefix("data: ")) for line in events.iter_lines() if line.startswith("data: "))
        first = next(told)
        assert api.get(job).json()["status"] in {"pending", "running"}, "nginx has kept the events back"
        assert first["processed_items"] == 0
        assert [*told][-1]["status"] == "completed"


def an_export_is_whole(api: httpx.Client, ids: list[str]) -> None:
    exported = api.get("/api/exports/channels?columns=channel_id").text
    assert {row["channel_id"] for row in csv.DictReader(exported.splitlines())} == set(ids)


def flower_shows_the_worker(engine: Engine, password: Path) -> None:
    """By the events of workers alone, and to nobody without the password."""
    engine.start("flower")
    engine.start("nginx-monitoring")
    wait_until(partial(engine.is_healthy, "flower"), 60)
    wait_until(partial(engine.is_healthy, "nginx-monitoring"))
    with httpx.Client(base_url="http://127.0.0.1:8082", trust_env=False) as flower:
        assert flower.get("/workers?json=1").status_code == 401
        flower.auth = ("admin", password.read_text().strip())
        wait_until(lambda: [worker["status"] for worker in flower.get("/workers?json=1").json()["data"]] == [True], 60)
        assert {queue["name"] for queue in flower.get("/api/queues/length").json()["active_queues"]} >= set(QUEUES)
    engine.stop("nginx-monitoring")
    engine.stop("flower")


def without_the_api_it_says_so(api: httpx.Client) -> None:
    answer = api.get("/api/jobs")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "the API does not answer"


def nothing_can_be_written_but_what_is_meant(engine: Engine) -> None:
    for place, status in (("/srv", 1), ("/imports", 1), ("/imports/uploads", 0), ("/tmp", 0)):  # noqa: S108 - a tmpfs
        tried = engine.execute("worker", "sh", "-c", f"touch {place}/a && rm {place}/a")
        assert bool(tried.returncode) == bool(status), (place, tried.stderr)
