"""The doctor at the servers: PostgreSQL and Redis."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis
from redis.exceptions import RedisError
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from app import migrations
from app.db import Queries
from app.logs import redact
from app.system.finding import Finding, ok, warning, wrong
from app.wiring import Wiring
from app.words import count

Q = Queries("system")
_OLDEST, _SCHEMA = 15, "run `python -m app migrate`"
_FULL = 0.8
_SKEW_SECONDS = 5.0
_LITTLE_BYTES = 2 * 2**30
_GIGA = 2**30
_WAIT_SECONDS = 3
_RAISE = "raise max_connections, put a pooler between, or run fewer processes (docs/configuration.md, CALLS_IN_FLIGHT)"


def postgres(wiring: Wiring) -> Iterator[Finding]:
    """Whether it answers, is new enough, has the schema, room for connections and rows, and shows our time."""
    try:
        with wiring.db.begin() as tx:
            began = wiring.clock.now()
            seen: dict[str, Any] = dict(tx.execute(Q["server"]).mappings().one())
            ended = wiring.clock.now()
            schema = migrations.current(tx)
    except DBAPIError as error:
        said = redact(str(error.orig).splitlines()[0])
        yield wrong("postgres", f"it does not answer: {said}", "start it, or mend DATABASE_URL")
        return
    yield from _version(seen, schema)
    used, most = seen["connections"], seen["max_connections"]
    told = f"{used:,} of {count(most, 'connection')} in use"
    yield warning("postgres", told, _RAISE) if used > _FULL * most else ok("postgres", told)
    yield from _disk(wiring, seen["bytes"])
    skew = (seen["now"] - (began + (ended - began) / 2)).total_seconds() if not wiring.settings.clock_file else 0.0
    told = f"its clock and that of this machine are {abs(skew):.1f} s apart"
    sync = "let both follow a time server (NTP): leases and days of quota end by these clocks"
    yield warning("clock", told, sync) if abs(skew) > _SKEW_SECONDS else ok("clock", told)


def _version(seen: dict[str, Any], schema: str | None) -> Iterator[Finding]:
    version, newest = seen["version"], migrations.newest()
    if seen["number"] // 10_000 < _OLDEST:
        yield wrong("postgres", f"it is version {version}", f"use version {_OLDEST} or newer")
    elif seen["standby"]:
        told = f"version {version}, a standby that takes no writes"
        yield wrong("postgres", told, "name the primary in DATABASE_URL")
    else:
        yield ok("postgres", f"it answers, version {version}")
    if schema == newest:
        yield ok("schema", f"it is {schema}, as this version needs")
    elif schema is None:
        yield wrong("schema", f"the database is empty; this version needs {newest}", _SCHEMA)
    else:
        step = f"{_SCHEMA}; if it is newer than {newest}, run the version of Tributary that made it"
        yield wrong("schema", f"it is {schema}; this version needs {newest}", step)


def _disk(wiring: Wiring, size: int) -> Iterator[Finding]:
    """Free space can be seen only where the server is on this machine, and by a user who may know its folder."""
    told = f"the database has {size / _GIGA:.1f} GB"
    host = make_url(wiring.settings.database_url.get_secret_value()).host or ""
    folder = _folder(wiring) if host in {"", "127.0.0.1", "localhost", "::1"} or host.startswith("/") else None
    if folder is None or not folder.is_dir():
        yield ok("disk", f"{told}; how much is free on its machine cannot be seen from here")
        return
    free = shutil.disk_usage(folder).free
    told = f"{told}; {free / _GIGA:.1f} GB are free"
    yield warning("disk", told, "make room: a full disk stops everything") if free < _LITTLE_BYTES else ok("disk", told)


def _folder(wiring: Wiring) -> Path | None:
    try:
        with wiring.db.begin() as tx:
            return Path(tx.execute(Q["data_folder"]).scalar_one())
    except DBAPIError:
        return None


def broker(wiring: Wiring) -> Iterator[Finding]:
    """Whether Redis answers, may throw messages away, and keeps them over a restart."""
    url = wiring.settings.redis_address()
    client = redis.Redis.from_url(
        url, socket_connect_timeout=_WAIT_SECONDS, socket_timeout=_WAIT_SECONDS, decode_responses=True
    )
    try:
        with client:
            client.ping()
            yield ok("redis", "it answers")
            yield from _keeping(client)
    except RedisError as error:
        said = redact(str(error)) or type(error).__name__
        yield wrong("redis", f"it does not answer: {said}", "start it, or mend REDIS_URL; jobs are kept in PostgreSQL")


def _keeping(client: redis.Redis) -> Iterator[Finding]:
    memory = dict(client.info("memory"))
    policy, most, used = memory.get("maxmemory_policy", ""), memory.get("maxmemory", 0), memory.get("used_memory", 0)
    if policy and policy != "noeviction":
        step = "set maxmemory-policy noeviction: messages that are thrown away are sent again only after a while"
        yield warning("redis", f"it may throw keys away when it is full ({policy})", step)
    elif policy:
        yield ok("redis", "it throws nothing away (noeviction)")
    if most and used > _FULL * most:
        told = f"{used / most:.0%} of its memory is used"
        yield warning("redis", told, "give it more (maxmemory), or look who else uses it")
    kept = dict(client.info("persistence"))
    if kept.get("aof_enabled"):
        yield ok("redis", "messages outlive a restart (append-only file)")
    else:
        yield ok("redis", "messages may be lost at a restart; workers find the work in PostgreSQL all the same")
