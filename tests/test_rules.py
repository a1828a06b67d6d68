"""The rules of the house, where a machine can watch them."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.broker import QUEUES
from app.jobs.types import JOB_TYPES
from workers.registry import kinds

_ROOT = Path(__file__).parents[1]
_PACKAGES = ("app", "workers", "discovery", "emulator", "devstack")
_FILES = sorted(path for package in _PACKAGES for path in (_ROOT / package).rglob("*.py"))
_APP = [path for path in _FILES if path.relative_to(_ROOT).parts[0] in {"app", "workers"}]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{path.relative_to(_ROOT)}:{node.name}", node.end_lineno - node.lineno + 1


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)


def test_functions_and_files_are_short() -> None:
    lengths = [length for path in _FILES for _, length in functions(path)]
    assert statistics.median(lengths) <= 10
    assert statistics.quantiles(lengths, n=10)[-1] <= 30
    lines = [len(path.read_text(encoding="utf-8").splitlines()) for path in _FILES if path.stat().st_size]
    assert statistics.median(lines) <= 150
    assert max(lines) <= 500


def test_only_config_reads_the_environment() -> None:
    # The command line's default address is a person's, not the system's.
    allowed = {"config.py", "cli.py"}
    assert [path for path in _APP if path.name not in allowed and "os.environ" in set(calls(path))] == []


def test_only_the_clock_knows_the_time() -> None:
    asked = {"datetime.now", "datetime.utcnow", "date.today", "time.time"}
    assert [path for path in _APP if path.name != "clock.py" and asked & set(calls(path))] == []


def test_only_query_files_and_migrations_hold_sql() -> None:
    written = re.compile(r"\b(select .+ from|insert into|update \w+ set|delete from) ", re.IGNORECASE)
    # Whether it answers, and which schema it has, is asked of any database, ours or not.
    allowed = {"migrations.py"}
    found = [
        str(path.relative_to(_ROOT))
        for path in _APP
        if path.name not in allowed and written.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_job_type_has_a_kind_and_a_queue_that_is_consumed() -> None:
    assert set(kinds()) == set(JOB_TYPES)
    assert {job_type.queue for job_type in JOB_TYPES.values()} <= set(QUEUES)


@pytest.mark.parametrize("file", ["devstack/programs.py", "docker-compose.yml", "README.md"])
def test_workers_are_started_with_every_queue(file: str) -> None:
    assert ",".join(QUEUES) in (_ROOT / file).read_text(encoding="utf-8")


def test_package_files_stay_empty() -> None:
    assert [path for path in _FILES if path.name == "__init__.py" and path.stat().st_size] == []


def test_no_default_secret_is_shipped() -> None:
    shipped = ("docker-compose.yml", ".env.example", "start_production.sh", "start_local.sh", "Dockerfile")
    given = re.compile(r"(PASSWORD|SECRET_KEY|TOKEN)\s*[:=]\s*['\"]?[A-Za-z0-9]{6,}")
    assert [name for name in shipped if given.search((_ROOT / name).read_text(encoding="utf-8"))] == []


def test_who_promises_that_little_time_passes_has_the_machine_for_himself() -> None:
    found = {
        f"{path.relative_to(_ROOT)}:{function.name}"
        for path in (_ROOT / "tests").rglob("test_*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_")
        if any(limits_a_time(node) for node in ast.walk(function))
        if not any("mark.alone" in ast.unparse(decorator) for decorator in function.decorator_list)
    }
    assert found == set(), "pytest.mark.alone: beside others everything takes longer"


def limits_a_time(node: ast.AST) -> bool:
    """`assert time.monotonic() - began < 2`, and the like."""
    if not (isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare)):
        return False
    measured = re.search(r"\b(monotonic|perf_counter|process_time)\(", ast.unparse(node.test.left))
    return bool(measured) and isinstance(node.test.ops[0], ast.Lt | ast.LtE)
