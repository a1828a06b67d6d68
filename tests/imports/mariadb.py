"""A MariaDB for tests, where this machine has one: TRIBUTARY_TEST_MARIADB names a mariadbd, or it is in the PATH."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql

from devstack.ports import LOCALHOST
from devstack.process import identity
from devstack.server import EmbeddedServer

USER, PASSWORD = "importer", "canary-Pä55 w:rd/@%"
_FOLDERS = f"{os.defpath}:/usr/sbin:/usr/local/sbin:/usr/libexec"


def mariadbd() -> str | None:
    """The program, or None."""
    named = os.environ.get("TRIBUTARY_TEST_MARIADB")
    return named or shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:{_FOLDERS}")


class MariadbServer(EmbeddedServer):
    """MariaDB on 127.0.0.1, with one account that may do everything in `test`, run by an ordinary account."""

    title = "MariaDB"

    @property
    def _data(self) -> Path:
        return self.home.folder / "data"

    def _prepare(self) -> None:
        install = shutil.which("mariadb-install-db", path=f"{Path(str(mariadbd())).parent}:{_FOLDERS}")
        assert install is not None
        subprocess.run(
            [
                install,
                "--no-defaults",
                f"--datadir={self._data}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ],
            cwd=self.home.folder,
            env=self._environment,
            check=True,
            capture_output=True,
            **identity(self.home.account),
        )

    def _argv(self, port: int) -> list[str]:
        where = [f"--datadir={self._data}", f"--socket={self.home.folder}/s", f"--bind-address={LOCALHOST}"]
        fast = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--skip-log-bin"]
        return [str(mariadbd()), "--no-defaults", f"--port={port}", "--local-infile=1", *where, *fast]

    def _answers(self, port: int) -> bool:
        try:
            pymysql.connect(host=LOCALHOST, port=port, user="root").close()
        except pymysql.Error:
            return False
        return True


@contextmanager
def temporary_mariadb() -> Iterator[MariadbServer]:
    """Started, and gone afterwards."""
    server = MariadbServer(Path(tempfile.mkdtemp(prefix="tributary-")))
    try:
        server.start()
        with pymysql.connect(host=LOCALHOST, port=server.port, user="root") as admin, admin.cursor() as cursor:
            cursor.execute(f"create user {USER}@'%%' identified by %s", [PASSWORD])
            cursor.execute(f"grant all on *.* to {USER}@'%'")
        yield server
    finally:
        server.remove()
