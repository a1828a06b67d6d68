"""What an engine does with docker-compose.yml, without one: users, mounts, secrets and names, in namespaces of Linux.

A service runs by its exact command line, as its user without capabilities, on a read-only root that has its volumes,
its secrets and its tmpfs; all share one network of their own, where each is found by its name. There are no images:
programs are those of this machine, and that of the Dockerfile is what it copies, beside this Python.
"""

import ctypes
import fcntl
import json
import os
import shlex
import shutil
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from devstack import valkey
from devstack.postgres import programs
from tests.production.deployment import Service, compose, services, stage, unpack_image

_CLONE_NEWNET = 0x40000000
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1
_BEGINS_IN = {"tributary": "/srv", "valkey": "/data"}
_FOLDERS = ("/usr/sbin", "/usr/bin", "/sbin", "/bin")
_DOCKERS_NAMES = ("127.0.0.11", 53)
_SCRIPT = """
mount -t tmpfs -o mode=755 tmpfs "$ROOT"
eval "$MOUNTS"
mount -o remount,ro "$ROOT"
hostname "$NAME"
exec chroot "$ROOT" setpriv --reuid="$ID" --regid="$ID" --clear-groups \
    --no-new-privs --bounding-set=-all --inh-caps=-all -- env --ignore-environment --chdir="$FOLDER" "$@"
"""


def is_possible() -> bool:
    """Whether this account may make namespaces: root outside of most containers."""
    asked = subprocess.run(["unshare", "--mount", "--net", "--uts", "true"], capture_output=True, check=False)
    return os.geteuid() == 0 and asked.returncode == 0


class Engine:
    """Starts services of the compose file in `project`, the folder that its relative paths begin in."""

    def __init__(self, project: Path, folder: Path) -> None:
        self._project = project
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "root").mkdir()
        for name, target in (("app", ""), ("tools", "tools")):
            (folder / name).mkdir()
            unpack_image(folder / name, target)
        self._programs = folder / "programs"
        self._programs.mkdir()
        (self._programs / "valkey-server").symlink_to(valkey.program())

    def start(self, name: str, *command: str) -> "subprocess.Popen[bytes]":
        """Start a service, or another command in its place; what it says goes to `log(name)`."""
        service = services()[name]
        user = service["user"].partition(":")[0]
        arguments = [*self._environment(service), *(command or self._command(service))]
        variables = {
            "PATH": os.environ["PATH"],
            "ROOT": str(self._folder / "root"),
            "MOUNTS": "\n".join(self._mounts(service, user)),
            "NAME": name,
            "ID": user,
            "FOLDER": next((folder for image, folder in _BEGINS_IN.items() if service["image"].startswith(image)), "/"),
        }
        with self._log(name).open("ab") as log:
            self._log(name).chmod(0o666)
            script = ["unshare", "--mount", "--uts", "sh", "-euc", _SCRIPT, "sh", *arguments]
            process = subprocess.Popen(script, env=variables, stdout=log, stderr=log)
        if not command:
            self._running[name] = process
        return process

    def execute(self, name: str, *command: str) -> "subprocess.CompletedProcess[str]":
        """As `docker compose exec` does it."""
        service, pid = services()[name], str(self._running[name].pid)
        inside = ["nsenter", "--target", pid, "--mount", "--uts", "--root", "--wd", "setpriv", "--no-new-privs"]
        user = service["user"].partition(":")[0]
        drop = [f"--reuid={user}", f"--regid={user}", "--clear-groups", "--", "env", "--ignore-environment"]
        arguments = [*inside, *drop, *self._environment(service), *command]
        return subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)

    def is_healthy(self, name: str) -> bool:
        """What the health check says: that of the service, else that of its image."""
        service = services()[name]
        kind, *test = service["healthcheck"]["test"] if "healthcheck" in service else _health_check_of_image(service)
        command = ["sh", "-c", test[0].replace("$$", "$")] if kind == "CMD-SHELL" else test
        return self.execute(name, *command).returncode == 0

    def stop(self, name: str) -> int:
        """SIGTERM; its status within the time that an engine gives it."""
        process = self._running.pop(name)
        process.terminate()
        return process.wait(int(services()[name]["stop_grace_period"].removesuffix("s")))

    def kill(self) -> None:
        """End what a test that failed has left."""
        for process in self._running.values():
            process.kill()
            process.wait()

    def log(self, name: str) -> str:
        """What a service said."""
        return self._log(name).read_text() if self._log(name).exists() else ""

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def _command(self, service: Service) -> list[str]:
        command = [*service.get("entrypoint", []), *service.get("command", [])]
        words = command or json.loads(_of_image(service, "CMD"))
        return [str(word).replace("$$", "$") for word in words]

    def _environment(self, service: Service) -> list[str]:
        path = ":".join(
            str(folder) for folder in (Path(sys.prefix, "bin"), programs("18") / "bin", self._programs, *_FOLDERS)
        )
        values = {"PATH": path, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        if "env_file" in service and (self._project / ".env").exists():
            lines = (self._project / ".env").read_text().splitlines()
            values |= dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
        values |= service.get("environment", {})
        return [f"{name}={value}" for name, value in values.items()]

    def _mounts(self, service: Service, user: str) -> Iterator[str]:
        """Lines of a shell, in the order of an engine: what is deeper comes later."""
        for entry in service.get("tmpfs", []):
            target, _, options = entry.partition(":")
            yield f'mkdir -p "$ROOT{target}" && mount -t tmpfs -o {options or "mode=1777"} tmpfs "$ROOT{target}"'
        for path in _of_this_machine():
            yield _bind(path, path, read_only=path not in ("/proc", "/dev"))
        yield _bind(str(self._programs), str(self._programs))
        yield _bind(str(_made_etc(self._folder)), "/etc")
        if "tributary" in service["image"]:
            yield _bind(str(self._folder / (_target(service) or "app")), "/srv")
        for name in service.get("secrets", []):
            yield _bind(str(self._project / compose()["secrets"][name]["file"]), f"/run/secrets/{name}")
        for volume in service.get("volumes", []):
            source, target, *mode = volume.split(":")
            yield _bind(self._volume(source, int(user)), target, read_only=mode == ["ro"])

    def _volume(self, source: str, user: int) -> str:
        if source.startswith("./"):
            return str(self._project / source)
        folder = self._folder / "volumes" / source
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(folder, user, user)
        return str(folder)


def _bind(source: str, target: str, *, read_only: bool = True) -> str:
    place = shlex.quote(target)
    parent = shlex.quote(str(Path(target).parent))
    made = f'mkdir -p "$ROOT"{place}' if Path(source).is_dir() else f'mkdir -p "$ROOT"{parent}; : > "$ROOT"{place}'
    mount = f'{made}; mount --rbind {shlex.quote(source)} "$ROOT"{place}'
    return f'{mount}; mount -o remount,bind,ro "$ROOT"{place}' if read_only else mount


def _of_this_machine() -> list[str]:
    """Programs and libraries; /bin and the like are links into /usr on some systems, and folders on others."""
    folders = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/proc", "/dev", sys.base_prefix, sys.prefix]
    return [folder for folder in folders if Path(folder).is_dir()]


def _made_etc(folder: Path) -> Path:
    """/etc with the names of the services, and nothing else of this machine but where its libraries are."""
    etc = folder / "etc"
    if not etc.exists():
        (etc / "tributary").mkdir(parents=True)
        for name in ("ld.so.cache", "localtime"):
            if Path("/etc", name).exists():
                shutil.copy(Path("/etc", name), etc)
        users = {"tributary": 10001, "postgres": 999, "nginx": 101}
        (etc / "passwd").write_text("".join(f"{name}:x:{n}:{n}::/nonexistent:/bin/sh\n" for name, n in users.items()))
        (etc / "group").write_text("".join(f"{name}:x:{n}:\n" for name, n in users.items()))
        (etc / "hosts").write_text(f"127.0.0.1 localhost {' '.join(services())}\n")
        (etc / "nsswitch.conf").write_text("passwd: files\nhosts: files\n")
    return etc


def _target(service: Service) -> str:
    build = service.get("build")
    return str(build["target"]) if isinstance(build, dict) else ""


def _of_image(service: Service, name: str) -> str:
    return [one.value for one in stage(_target(service)) if one.name == name][-1]


def _health_check_of_image(service: Service) -> list[str]:
    check: list[str] = json.loads(_of_image(service, "HEALTHCHECK").partition("CMD ")[2])
    return ["CMD", *check]


@contextmanager
def network_of_its_own() -> Iterator[None]:
    """This thread, and what it starts, has a network with nothing but itself, where names of services are answered."""
    libc: Any = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/thread-self/ns/net").open() as ours:
        if libc.unshare(_CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "unshare")
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as names:
                fcntl.ioctl(names, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP))
                names.bind(_DOCKERS_NAMES)
                threading.Thread(target=_answer, args=(names,), daemon=True).start()
                yield
                with suppress(OSError):  # it says that nobody was connected, and wakes the thread all the same
                    names.shutdown(socket.SHUT_RDWR)
        finally:
            libc.setns(ours.fileno(), _CLONE_NEWNET)


def _answer(names: socket.socket) -> None:
    """Every name is at 127.0.0.1: a DNS server in a few bytes."""
    while True:
        try:
            question, asker = names.recvfrom(512)
        except OSError:
            return
        if not question:
            return
        head = question[:2] + b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00"
        names.sendto(head + question[12:] + b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x0a\x00\x04\x7f\x00\x00\x01", asker)
