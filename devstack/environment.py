"""The environment of Tributary's own processes: what the user set, and what the stack adds to it."""

import os
import re
import secrets
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dotenv import dotenv_values

from devstack.home import write_private
from devstack.ports import LOCALHOST
from devstack.process import MARK

_OF_PROCESSES = {MARK, "PYTHONUNBUFFERED"}
_KEY = re.compile(r"YOUTUBE_API_KEY_\d+")


def load(root: Path, data: Path) -> dict[str, str]:
    """The user's environment over the project's `.env`, completed by what needs no running server.

    An empty value counts as not set. `data` is the stack's folder.
    """
    environment = _of_the_user(root)
    environment.setdefault("SECRET_KEY", _secret(data / "secret_key"))
    environment.setdefault("IMPORT_ROOT", str(data / "imports"))
    # A proxy of the company must not be asked for servers on this machine.
    environment["NO_PROXY"] = ",".join(filter(None, [environment.get("NO_PROXY"), LOCALHOST]))
    environment["PYTHONUNBUFFERED"] = "1"
    environment[MARK] = str(data)
    return environment


@contextmanager
def told(environment: Mapping[str, str], root: Path, data: Path, url: str) -> Iterator[Path]:
    """For a while, `<data>/environment` has what the stack added, for a shell to read: only its owner can."""
    theirs = _of_the_user(root)
    added = {name: value for name, value in environment.items() if name not in _OF_PROCESSES | theirs.keys()}
    path = data / "environment"
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in {**added, "TRIBUTARY_URL": url}.items()]
    write_private(path, "".join(lines))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def has_youtube_key(environment: Mapping[str, str]) -> bool:
    """Whether any YOUTUBE_API_KEY_n is set."""
    return any(_KEY.fullmatch(name) for name in environment)


def has_redis(environment: Mapping[str, str]) -> bool:
    """Whether the user has a Redis, also one at Upstash."""
    return "REDIS_URL" in environment or "UPSTASH_REDIS_URL" in environment


def _of_the_user(root: Path) -> dict[str, str]:
    found = {**dotenv_values(root / ".env"), **os.environ}
    return {name: value for name, value in found.items() if value}


def _secret(path: Path) -> str:
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text().strip()
