r"""What an import costs beside `psql \copy` of the clean ids: `python -m bench import [--rows N] [--titles]`.

Both fill the same table with the same indexes, on a PostgreSQL of its own that is as durable as a local one: first psql
with the distinct ids as PostgreSQL itself writes them, then, the table emptied, an import of the file with its header,
2 % repeated rows and 0.1 % that hold no id, then an import of the same file again. A process of its own carries the
imports out, and tells its peak of memory. Prints a table, then JSON.
"""

import argparse
import base64
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import SecretStr
from sqlalchemy import text

from app.config import Settings
from app.jobs import batch_store
from app.jobs.model import Job
from app.jobs.states import ENDED
from app.logs import set_up_logs
from app.migrator import migrate
from app.wiring import Wiring
from bench.meters import cpu_seconds, peak_bytes, postgres_of
from bench.serving import table
from devstack.postgres import PostgresServer, programs
from devstack.valkey import temporary_valkey
from workers.batches import run_batch
from workers.keeper import keep

_SEED = 7
_REPEATED, _BAD = 0.02, 0.001
_REMEMBERED = 1_000
_FILE, _CLEAN = "channels.csv", "clean.tsv"


class Made(NamedTuple):
    """What the file holds."""

    rows: int
    distinct: int
    bad: int


class Cost(NamedTuple):
    """What one way in has cost: seconds on the clock, and of CPU in PostgreSQL."""

    seconds: float
    postgres_cpu: float


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--titles", action="store_true", help="with a title beside each id")
    options.add_argument("--page", type=int, default=None, help="rows that are committed at a time")
    asked = options.parse_args()
    print(json.dumps(measure(asked.rows, titles=asked.titles, page=asked.page), indent=2))


def measure(rows: int, *, titles: bool = False, page: int | None = None) -> dict[str, Any]:
    """All figures of one run."""
    with (
        tempfile.TemporaryDirectory(prefix="tributary-bench-") as folder,
        PostgresServer(Path(folder) / "pg") as postgres,
        temporary_valkey() as valkey,
    ):
        made = _make_files(Path(folder), rows, titles=titles)
        postgres.ensure_database("bench")
        told = {"database_url": postgres.url("bench"), "redis_url": valkey.url, "import_root": folder}
        wiring = _wiring(told)
        migrate(wiring.db)
        copied = _cost(wiring, lambda: _copy(postgres, Path(folder), titles=titles))
        taken = [_count(wiring)]
        with wiring.db.begin() as tx:
            tx.execute(text("truncate channels"))
        jobs = [_import(wiring, told, page) for _ in range(2)]
        taken.append(_count(wiring))
        wiring.close()
    if set(taken) != {made.distinct}:
        sys.exit(f"{made.distinct} channels were given, and {taken} taken in")
    return _report(made, copied, jobs)


def _make_files(folder: Path, rows: int, *, titles: bool) -> Made:
    """The file of an import, and its distinct ids as PostgreSQL writes them; the same at each run."""
    chance, seen, distinct, bad = random.Random(_SEED), list[bytes](), 0, 0
    with (folder / _FILE).open("wb") as file, (folder / _CLEAN).open("wb") as clean:
        file.write(b"channel_id,title\n" if titles else b"channel_id\n")
        for number in range(rows):
            title = b"Channel number %d" % number if titles else b""
            lot = chance.random()
            if lot < _BAD:
                key, bad = b"", bad + 1
            elif lot < _BAD + _REPEATED and seen:
                key = chance.choice(seen)
            else:
                key, distinct = chance.randbytes(16), distinct + 1
                clean.write(key.hex().encode() + (b"\t" + title if titles else b"") + b"\n")
                seen[distinct % _REMEMBERED : distinct % _REMEMBERED + 1] = [key]
            channel_id = b"UC" + base64.urlsafe_b64encode(key)[:22] if key else b"UCmissing"
            file.write(channel_id + (b"," + title if titles else b"") + b"\n")
    return Made(rows, distinct, bad)


def _copy(postgres: PostgresServer, folder: Path, *, titles: bool) -> None:
    columns = "id, title" if titles else "id"
    command = f"\\copy channels ({columns}) from '{folder / _CLEAN}'"
    psql = [str(programs("18") / "bin" / "psql"), postgres.url("bench"), "--quiet", "--no-psqlrc", "-c", command]
    subprocess.run(psql, check=True)


def _import(wiring: Wiring, told: dict[str, str], page: int | None) -> tuple[Job, Cost, int]:
    """One import by a process of its own: the job, its cost, and the peak of the process's memory in bytes."""
    job = wiring.imports.ask_for_file("csv", _FILE, page)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(told, str(job.id), theirs))
    process.start()
    ours.recv()  # its modules are loaded
    ours.send("begin")
    cost = _cost(wiring, ours.recv)
    peak = ours.recv()
    process.join()
    return wiring.jobs.read(job.id), cost, peak


def _work(told: dict[str, str], job_id: str, pipe: Connection) -> None:
    wiring = _wiring(told)
    pipe.send("ready")
    pipe.recv()
    while wiring.jobs.read(job_id).status not in ENDED:  # type: ignore[arg-type]
        keep(wiring)
        with wiring.db.begin() as tx:
            due = batch_store.list_due(tx, patience=0, long_patience=0, now=None)
        for batch_id, *_ in due:
            run_batch(wiring, batch_id, "bench", threading.Event())
    pipe.send("done")
    pipe.send(peak_bytes())


def _wiring(told: dict[str, str]) -> Wiring:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # an option of pydantic-settings
        secret_key=SecretStr("the secret key of a benchmark"),
        log_level="ERROR",
        **told,  # type: ignore[arg-type]
    )
    set_up_logs(settings)
    return Wiring(settings)


def _cost(wiring: Wiring, work: Callable[[], object]) -> Cost:
    with wiring.db.begin() as tx:
        tx.execute(text("checkpoint"))
    server = postgres_of(wiring)
    began, before = time.perf_counter(), cpu_seconds(server)
    work()
    return Cost(time.perf_counter() - began, cpu_seconds(server) - before)


def _count(wiring: Wiring) -> int:
    with wiring.db.begin() as tx:
        return int(tx.execute(text("select count(*) from channels")).scalar_one())


def _report(made: Made, copied: Cost, jobs: list[tuple[Job, Cost, int]]) -> dict[str, Any]:
    names = ("import", "the same file again")
    costs = {"psql \\copy of the clean ids": copied, **{name: job[1] for name, job in zip(names, jobs, strict=True)}}
    rows = [
        {
            "way": way,
            "seconds": round(cost.seconds, 2),
            "rows a second": round(made.rows / cost.seconds),
            "ratio": round(cost.seconds / copied.seconds, 2),
            "CPU of PostgreSQL": round(cost.postgres_cpu, 2),
        }
        for way, cost in costs.items()
    ]
    print(table(rows), file=sys.stderr)
    return {
        **made._asdict(),
        "ways": rows,
        "outcomes": {name: job[0].outcomes for name, job in zip(names, jobs, strict=True)},
        "peak_megabytes": {name: job[2] >> 20 for name, job in zip(names, jobs, strict=True)},
        "load": [round(one, 1) for one in os.getloadavg()],
    }


if __name__ == "__main__":
    main()
