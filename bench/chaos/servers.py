"""The servers of all rounds: PostgreSQL, Valkey, the emulator, and a small file system that can be filled."""

import ctypes
import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.serving import emulator_process
from devstack.postgres import PostgresServer, temporary_postgres
from devstack.valkey import ValkeyServer, temporary_valkey
from emulator.control import Control

NO_DISK = "needs root on Linux, to mount a small file system"
_DISK_MEGABYTES = 256
_CLONE_NEWNS = 0x20000  # <linux/sched.h>


@dataclass(frozen=True)
class Servers:
    """What runs from the first round to the last. `disk` is where databases lie; None where it cannot be filled.

    `told` is what the emulator has told of ids, by question and instant: truth.py asks nothing twice.
    """

    postgres: PostgresServer
    valkey: ValkeyServer
    emulator: Control
    emulator_url: str
    folder: Path
    disk: Path | None
    told: dict[tuple[str, datetime], dict[str, tuple[Any, ...]]] = field(default_factory=dict)

    def create_database(self, name: str, template: str | None = None) -> None:
        """A database of its own, on the small disk if there is one."""
        how = f"template {template}" if template else ""
        where = "tablespace small" if self.disk else ""
        with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as admin:
            admin.execute(f"create database {name} {how} {where}")

    def drop_database(self, name: str) -> None:
        """Away with it, whoever is connected."""
        with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as admin:
            admin.execute(f"drop database if exists {name} with (force)")


@contextmanager
def servers() -> Iterator[Servers]:
    """Start everything, and leave nothing behind."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="tributary-chaos-")))
        folder.chmod(0o711)
        disk = opened.enter_context(_small_disk(folder))  # before PostgreSQL starts, which has to see it
        postgres = opened.enter_context(temporary_postgres())
        valkey = opened.enter_context(temporary_valkey())
        # Its clock stands still: only then do all rounds see the same counts.
        served = opened.enter_context(emulator_process("--speed", "0"))
        control = opened.enter_context(Control(served.url))
        if disk is not None:
            with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
                admin.execute(f"create tablespace small location '{disk}'")
        yield Servers(postgres, valkey, control, served.url, folder, disk)


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path | None]:
    if sys.platform != "linux" or os.geteuid() != 0:
        yield None
        return
    # What is mounted from here on only this process and its children see: it is gone with the last of them, also when
    # they are killed with -9.
    alone = ctypes.CDLL(None).unshare(_CLONE_NEWNS) == 0 and _ran("mount", "--make-rprivate", "/")
    disk, account = folder / "disk", pwd.getpwnam("nobody")  # whom devstack gives PostgreSQL to
    disk.mkdir()
    options = f"size={_DISK_MEGABYTES}m,mode=700,uid={account.pw_uid},gid={account.pw_gid}"
    mounted = alone and _ran("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk))
    try:
        yield disk if mounted else None
    finally:
        if mounted:
            _ran("umount", "--lazy", str(disk))


def _ran(*command: str) -> bool:
    return subprocess.run(command, check=False).returncode == 0
