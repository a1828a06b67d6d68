"""The command lines of docker-compose.yml, run without Docker: in the image's files, with real servers."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import redis
from celery import Celery
from celery.beat import PersistentScheduler

from app.broker import make_celery
from app.config import Settings
from devstack import valkey as embedded
from devstack.ports import free_port
from devstack.programs import ROOT
from tests.devstack.waiting import wait_until
from tests.production.conftest import Server
from tests.production.deployment import compose, files, services, stage, unpack_image

MakeServer = Callable[..., Server]
IN_TMP = "/tmp/"  # noqa: S108 - a container's own /tmp
GUIDE = (ROOT / "docs" / "production.md").read_text()


class Containers:
    """Starts services in a folder that holds the image's files; what they say goes into `log`."""

    def __init__(self, server: Server, image: Path, log: Path) -> None:
        self._server = server
        self._image = image
        self._log = log
        scripts = Path(sys.executable).parent
        self._environment = {
            **server.environment,
            "ENVIRONMENT": "production",
            "PATH": f"{scripts}:{os.environ['PATH']}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def start(self, service: str) -> "subprocess.Popen[bytes]":
        """The service's command line, but for the port and for the /tmp that a container has to itself."""
        [of_image] = [one.value for one in stage() if one.name == "CMD"]
        command = services()[service].get("command") or json.loads(of_image)
        return self.run(*[self._here(word) for word in command])

    def run(self, *command: str) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(command, cwd=self._image, env=self._environment, stdout=log, stderr=log)

    def is_alive(self, service: str) -> bool:
        """What the service's health check says."""
        [_, *check] = services()[service]["healthcheck"]["test"]
        return self.run(*[self._here(word) for word in check]).wait(60) == 0

    def _here(self, word: str) -> str:
        if word == "0.0.0.0:5000":
            return f"127.0.0.1:{self._server.port}"
        return str(self._log.with_name(Path(word).name)) if word.startswith(IN_TMP) else word


@pytest.mark.stack
def test_the_services_run_on_what_the_image_has_and_write_nothing_into_it(
    make_server: MakeServer, settings: Settings, tmp_path: Path
) -> None:
    server = make_server()
    image = tmp_path / "image"
    image.mkdir()
    unpack_image(image)
    before = files(image)
    log = tmp_path / "log"
    containers = Containers(server, image, log)

    assert containers.start("migrate").wait(60) == 0, log.read_text()
    assert not containers.is_alive("worker")
    api, worker = containers.start("api"), containers.start("worker")
    wait_until(server.serves, 60)
    assert containers.is_alive("worker")
    assert not containers.is_alive("beat")
    stopped_a_minute_ago(tmp_path / "beat", make_celery(settings))
    beat = containers.start("beat")
    wait_until(lambda: containers.is_alive("beat"), 30)

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(services_grace("worker")) == 0, log.read_text()
    for process, service in ((api, "api"), (beat, "beat")):
        process.send_signal(signal.SIGTERM)
        process.wait(services_grace(service))
    assert server.processes() == []
    assert files(image) == before
    assert "Traceback" not in log.read_text()


@pytest.mark.stack
def test_a_worker_that_hangs_is_noticed_and_ended(make_server: MakeServer, empty_database: str, tmp_path: Path) -> None:
    server = make_server()
    containers = Containers(server, ROOT, tmp_path / "log")
    containers.start("migrate").wait(60)
    worker = containers.start("worker")
    wait_until(lambda: containers.is_alive("worker"), 60)
    worker.send_signal(signal.SIGSTOP)
    with psycopg.connect(empty_database) as connection:
        connection.execute("update worker_ticks set ticked_at = ticked_at - interval '30 seconds'")
        connection.commit()
        assert not containers.is_alive("worker")
        assert worker.poll() is None
        connection.execute("update worker_ticks set ticked_at = ticked_at - interval '90 seconds'")
        connection.commit()
    os.utime(tmp_path / "worker.pid", (0, 0))
    assert not containers.is_alive("worker")
    assert worker.wait(10) == -signal.SIGKILL


def stopped_a_minute_ago(schedule: Path, celery: Celery) -> None:
    """The file that beat leaves; without it, beat waits for a minute before its first message."""
    left = PersistentScheduler(app=celery, schedule_filename=str(schedule))
    for entry in left.schedule.values():
        entry.last_run_at = datetime.now(UTC) - timedelta(minutes=1)
    left.close()


def services_grace(service: str) -> int:
    return int(services()[service]["stop_grace_period"].removesuffix("s"))


def test_redis_wants_its_password_and_never_evicts(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "redis_password").write_text("hush\n")
    (tmp_path / "valkey-server").symlink_to(embedded.program())
    [shell, options, script] = services()["redis"]["command"]
    script = script.replace("$$", "$").replace("/run/secrets", str(tmp_path))
    script = script.replace("appendonly yes", f"appendonly yes\nport {port}")
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    server = subprocess.Popen([shell, options, script], cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL)
    try:
        with redis.Redis(port=port, password="hush") as client:
            wait_until(lambda: answers(client))
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            assert client.config_get("appendonly") == {"appendonly": "yes"}
        with redis.Redis(port=port) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
        assert "hush" not in (Path("/proc") / str(server.pid) / "cmdline").read_text()
    finally:
        server.terminate()
        assert server.wait(20) == 0


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


def test_the_secrets_of_the_guide_are_those_that_are_needed(tmp_path: Path) -> None:
    for block in GUIDE.split("```sh\n")[1:3]:
        subprocess.run(["bash", "-euc", block.partition("```")[0]], cwd=tmp_path, check=True)
    secrets = tmp_path / "secrets"
    assert {path.name for path in secrets.iterdir()} == set(compose()["secrets"])
    assert (secrets.stat().st_mode & 0o777) == 0o700
    assert {path.stat().st_mode & 0o777 for path in secrets.iterdir()} == {0o644}

    settings = Settings(_env_file=None, _secrets_dir=secrets)  # type: ignore[call-arg]  # the fields come from the files
    password = (secrets / "postgres_password").read_text().strip()
    assert settings.database_url.get_secret_value() == f"postgresql://tributary:{password}@postgres:5432/tributary"
    assert settings.broker_url().endswith("@redis:6379/0")
    assert shlex.quote(password) == password, "it stands in URLs as it is"
