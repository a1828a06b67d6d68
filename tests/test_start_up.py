"""What a process loads when it starts: what only some requests and commands need waits for those."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETTINGS = {
    "SECRET_KEY": "x" * 32,
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1",
}
PARTS_OF_SERVERS = {"sqlalchemy", "alembic", "celery", "kombu", "redis", "flask", "googleapiclient", "pydantic"}


def loaded(module: str) -> set[str]:
    """The packages that a process has loaded after importing a module."""
    program = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, cwd=ROOT, env=SETTINGS, capture_output=True, text=True, check=True, timeout=60)
    return set(ended.stdout.split())


@pytest.mark.parametrize("module", ["app.web", "workers.run", "app.cli"])
def test_no_process_loads_the_graph_library_before_a_graph_is_measured(module: str) -> None:
    assert "app" in loaded(module)
    assert "networkx" not in loaded(module)


def test_the_command_line_is_a_client() -> None:
    assert not loaded("app.cli") & PARTS_OF_SERVERS
