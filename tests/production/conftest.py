"""Tributary's processes as a server runs them, each told apart from all others by a mark in its environment."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from uuid import uuid4

import httpx
import psutil
import psycopg
import pytest

from devstack.ports import free_port
from devstack.postgres import PostgresServer
from devstack.programs import ROOT
from devstack.valkey import ValkeyServer
from emulator.server import EmulatorServer
from tests.devstack.waiting import wait_until

_MARK = "TRIBUTARY_TEST_SERVER"


class Server:
    """The environment of one server's processes, and a look at those that run."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.mark = uuid4().hex
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {"PATH": os.environ["PATH"], **environment, _MARK: self.mark}

    def processes(self) -> list[psutil.Process]:
        """All processes that have this environment."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def running(self, *words: str) -> list[psutil.Process]:
        """Those that have these words in their command line, the oldest first."""
        return [process for process in self.processes() if set(words) <= set(_cmdline(process))]

    def get(self, path: str) -> httpx.Response | None:
        """The API's answer, None while it does not answer."""
        try:
            return httpx.get(self.url + path, headers=self.token, trust_env=False)
        except httpx.HTTPError:
            return None

    @cached_property
    def token(self) -> dict[str, str]:
        """The header of a token that may do everything; the database must have been migrated."""
        made = subprocess.run(
            [sys.executable, "-m", "app", "tokens", "create", "tests", "--scope", "admin"],
            env=self.environment, cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return {"Authorization": f"Bearer {made.stdout.strip()}"}

    def serves(self) -> bool:
        """The API is ready, a worker is alive."""
        try:
            if not httpx.get(f"{self.url}/readyz", trust_env=False).is_success:
                return False
        except httpx.HTTPError:
            return False
        workers = self.get("/api/worker-status")
        return bool(workers and workers.json()["alive"])

    def kill(self) -> None:
        """End whatever is left, for a test that failed."""
        for process in self.processes():
            process.kill()
        wait_until(lambda: not self.processes())

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(_MARK) == self.mark
        except psutil.Error:
            return False


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@pytest.fixture
def empty_database(postgres: PostgresServer) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(f"create database {name}")
        yield postgres.url(name)
        admin.execute(f"drop database {name} with (force)")


@pytest.fixture
def make_server(
    empty_database: str, valkey: ValkeyServer, emulator_server: EmulatorServer
) -> Iterator[Callable[..., Server]]:
    """Makes a server with an empty database; keywords change its environment."""
    servers: list[Server] = []

    def make(**changes: str) -> Server:
        environment = {
            "SECRET_KEY": "the secret key of a server",
            "DATABASE_URL": empty_database,
            "REDIS_URL": valkey.url,
            "YOUTUBE_API_URL": emulator_server.url,
            "YOUTUBE_API_KEY_1": "AIzaSyServerKeyNumber000000000000000001",
            "API_RATE_LIMIT_DELAY": "0",
            "KEEPER_SECONDS": "1",
        }
        servers.append(Server({**environment, **changes}))
        return servers[-1]

    yield make
    for server in servers:
        server.kill()
