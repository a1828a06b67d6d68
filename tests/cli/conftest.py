import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli import main
from app.web import create_app
from app.wiring import Wiring
from tests.api.serving import serving
from tests.conftest import MakeWiring, add_key
from tests.hands import due
from workers.batches import run_batch
from workers.keeper import keep, tick

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """What a command said, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Ended]


@pytest.fixture
def api_url(wiring: Wiring) -> Iterator[str]:
    with serving(create_app(wiring)) as url:
        yield url


@pytest.fixture
def worker(make_wiring: MakeWiring) -> Iterator[Wiring]:
    """A worker in a thread: what a Celery worker calls, round after round, until the test ends."""
    wiring, ended = make_wiring(), threading.Event()
    add_key(wiring, 1)

    def work() -> None:
        while not ended.wait(0.02):
            tick(wiring, "here-1", "worker")
            keep(wiring)
            for batch_id in due(wiring):
                run_batch(wiring, batch_id, "here-1", ended)

    thread = threading.Thread(target=work, name="worker")
    thread.start()
    yield wiring
    ended.set()
    thread.join()


@pytest.fixture
def environment(api_url: str, wiring: Wiring) -> dict[str, str]:
    settings = wiring.settings
    return {
        "TRIBUTARY_URL": api_url,
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value() if settings.redis_url else "",
    }


@pytest.fixture
def run_process(environment: dict[str, str], tmp_path: Path) -> Run:
    """Runs `python -m app ...` as a person would, with its output piped. Takes a second."""

    def running(*arguments: str) -> Ended:
        ended = subprocess.run(
            [sys.executable, "-m", "app", *arguments],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return running


@pytest.fixture
def run(
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """The same in the process of the test."""
    monkeypatch.chdir(tmp_path)

    def running(*arguments: str, **more: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["tributary", *arguments])
        for name, value in {**environment, **more}.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ended(int(ended.value.code or 0), said.out, said.err)

    return running
