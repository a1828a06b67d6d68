"""PostgreSQL and Valkey, each by the same tests: what a server must keep, and whom it must leave alone."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from devstack.errors import FolderHeldError, PortTakenError, StackError
from devstack.home import open_home
from devstack.postgres import PostgresServer, _libraries, programs
from devstack.process import MARK, identity
from devstack.server import EmbeddedServer
from devstack.valkey import ValkeyServer
from tests.devstack.waiting import wait_until

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand its servers to somebody else")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")


@dataclass(frozen=True)
class Kind:
    make: Callable[[Path], EmbeddedServer]
    write: Callable[[EmbeddedServer], None]
    read: Callable[[EmbeddedServer], object]


def _postgres(data: Path) -> PostgresServer:
    return PostgresServer(data, durable=False)


def _write_row(server: EmbeddedServer) -> None:
    assert isinstance(server, PostgresServer)
    server.ensure_database()
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'kept' AS what")


def _read_row(server: EmbeddedServer) -> object:
    assert isinstance(server, PostgresServer)
    with psycopg.connect(server.url()) as connection:
        row = connection.execute("SELECT what FROM kept").fetchone()
    return row and row[0]


def _write_key(server: EmbeddedServer) -> None:
    assert isinstance(server, ValkeyServer)
    with redis.Redis.from_url(server.url) as client:
        client.set("what", "kept")


def _read_key(server: EmbeddedServer) -> object:
    assert isinstance(server, ValkeyServer)
    with redis.Redis.from_url(server.url, decode_responses=True) as client:
        return client.get("what")


KINDS = {"postgres": Kind(_postgres, _write_row, _read_row), "valkey": Kind(ValkeyServer, _write_key, _read_key)}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
def server(kind: Kind, folder: Path) -> Iterator[EmbeddedServer]:
    with kind.make(folder / "data") as running:
        yield running


def test_data_outlives_a_stop(kind: Kind, server: EmbeddedServer) -> None:
    kind.write(server)
    server.stop()
    assert not server.running
    server.start()
    assert kind.read(server) == "kept"


def test_data_outlives_a_crash(kind: Kind, server: EmbeddedServer) -> None:
    kind.write(server)
    server.crash()
    assert not server.running
    server.start()
    assert kind.read(server) == "kept"


def test_another_start_finds_the_data_at_the_same_port(kind: Kind, server: EmbeddedServer, folder: Path) -> None:
    kind.write(server)
    server.stop()
    with kind.make(folder / "data") as later:
        assert later.port == server.port
        assert kind.read(later) == "kept"


def test_a_port_that_was_taken_meanwhile_is_given_up(kind: Kind, server: EmbeddedServer, folder: Path) -> None:
    server.stop()
    with ValkeyServer(folder / "thief", port=server.port), kind.make(folder / "data") as later:
        assert later.port != server.port


def test_a_port_that_was_asked_for_is_not_given_up(server: EmbeddedServer, folder: Path) -> None:
    with pytest.raises(PortTakenError, match=str(server.port)):
        ValkeyServer(folder / "other", port=server.port).start()


def test_two_side_by_side_do_not_meet(kind: Kind, server: EmbeddedServer, folder: Path) -> None:
    with kind.make(folder / "other") as other:
        kind.write(server)
        kind.write(other)
        other.crash()
        assert kind.read(server) == "kept"


def test_a_folder_has_one_holder(kind: Kind, server: EmbeddedServer, folder: Path) -> None:
    with pytest.raises(FolderHeldError, match=str(os.getpid())):
        kind.make(folder / "data").start()
    assert server.running


def test_the_password_is_for_the_owner_alone_and_on_no_command_line(server: EmbeddedServer) -> None:
    assert stat.S_IMODE((server.home.folder / "password").stat().st_mode) == 0o600
    assert server.process
    assert server.home.password() not in " ".join(psutil.Process(server.process.pid).cmdline())


def test_a_log_says_why_a_start_failed(folder: Path) -> None:
    with PostgresServer(folder / "data", durable=False) as server:
        server.stop()
        (server.home.folder / "cluster" / "postgresql.conf").write_text("nonsense = 1\n")
        with pytest.raises(StackError, match="nonsense"):
            server.start()
    assert not server.running


def test_a_database_is_made_once(folder: Path) -> None:
    with PostgresServer(folder / "data", durable=False) as server:
        server.ensure_database('O\'Brien "x"')
        server.ensure_database('O\'Brien "x"')


@pytest.mark.parametrize("version", ["15", "16", "18"])
def test_every_version_knows_the_letters_of_all_languages(version: str, folder: Path) -> None:
    try:
        programs(version)
    except StackError as missing:
        pytest.skip(str(missing))
    with (
        PostgresServer(folder / "data", version=version, durable=False) as server,
        psycopg.connect(server.url("postgres")) as connection,
    ):
        assert connection.execute("SELECT lower('ÄÇŽ')").fetchone() == ("äçž",)
        assert connection.info.server_version // 10_000 == int(version)


def test_a_cluster_of_another_version_is_refused_by_name(folder: Path) -> None:
    with PostgresServer(folder / "data", version="16", durable=False):
        pass
    with pytest.raises(StackError, match="made by PostgreSQL 16"):
        PostgresServer(folder / "data", version="18").start()


def test_a_cluster_without_its_password_is_not_started(folder: Path) -> None:
    with PostgresServer(folder / "data", durable=False) as server:
        (server.home.folder / "password").unlink()
    with pytest.raises(StackError, match="has no password"):
        PostgresServer(folder / "data").start()


def test_a_process_id_that_a_stranger_has_now_does_not_block_the_start(folder: Path) -> None:
    with PostgresServer(folder / "data", durable=False) as server:
        pid_file = server.home.folder / "cluster" / "postmaster.pid"
        before = pid_file.read_text()
        server.crash()
        stranger = subprocess.Popen(["sleep", "60"], user=server.home.account.uid if server.home.account else None)
        try:
            pid_file.write_text(before.replace(before.split()[0], str(stranger.pid), 1))
            server.start()
            assert stranger.poll() is None
        finally:
            stranger.kill()
            stranger.wait()


def test_a_server_that_was_left_behind_is_stopped(kind: Kind, server: EmbeddedServer, folder: Path) -> None:
    """Started without the tie to its parent, as on systems that have no such tie."""
    kind.write(server)
    server.stop()
    who = identity(server.home.account)
    left = subprocess.Popen(server._argv(server.port), cwd=server.home.folder, env=server._environment, **who)
    wait_until(lambda: server._answers(server.port))
    with kind.make(folder / "data") as later:
        assert left.wait(10) is not None
        assert kind.read(later) == "kept"


@linux_only
def test_a_killed_supervisor_leaves_nothing_behind(folder: Path) -> None:
    script = (
        "import signal, sys; from pathlib import Path\n"
        "from devstack.postgres import PostgresServer; from devstack.valkey import ValkeyServer\n"
        "folder = Path(sys.argv[1])\n"
        "PostgresServer(folder / 'postgres', durable=False).start(); ValkeyServer(folder / 'valkey').start()\n"
        "print('ready', flush=True); signal.pause()\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout
    assert supervisor.stdout.readline() == "ready\n"
    assert _marked(folder)
    supervisor.send_signal(signal.SIGKILL)
    supervisor.communicate()
    wait_until(lambda: not _marked(folder))


def _marked(folder: Path) -> list[int]:
    """The processes whose mark lies below the folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK, "").startswith(str(folder)):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def test_an_ordinary_user_needs_no_help(
    kind: Kind, folder: Path, ordinary_user: Callable[[Callable[[], None]], None]
) -> None:
    folder.chmod(0o777)

    def story() -> None:
        with kind.make(folder / "data") as server:
            kind.write(server)
            server.crash()
            server.start()
            assert kind.read(server) == "kept"
            assert server.home.folder == folder / "data"

    ordinary_user(story)


@needs_root
def test_root_serves_a_folder_that_nobody_else_may_enter(kind: Kind, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    server = kind.make(tmp_path / "data")
    try:
        with server:
            kind.write(server)
        with kind.make(tmp_path / "data") as later:
            assert kind.read(later) == "kept"
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
        assert (tmp_path / "data").is_symlink()
        assert server.process
    finally:
        server.remove()
    assert list(tmp_path.iterdir()) == []


@needs_root
def test_root_carries_on_as_the_owner_of_the_folder(folder: Path) -> None:
    data = folder / "data"
    data.mkdir()
    os.chown(data, 1234, 1234)
    with ValkeyServer(data) as server:
        assert server.process
        assert psutil.Process(server.process.pid).uids().real == 1234


@needs_root
def test_programs_below_the_folder_of_root_are_copied_with_what_they_load(tmp_path: Path, folder: Path) -> None:
    installed = programs("18")
    originals = [installed, *_libraries(installed)]
    site = Path(os.path.commonpath([path.parent for path in originals]))
    for path in originals:
        shutil.copytree(path, tmp_path / path.relative_to(site))
    home = open_home(folder / "data")
    source, *libraries = (tmp_path / path.relative_to(site) for path in originals)
    copy = home.program(source, *libraries)
    assert not copy.is_relative_to(tmp_path)
    subprocess.run([copy / "bin" / "initdb", "--version"], check=True, cwd=folder, **identity(home.account))
