"""The health check of a container: `python -m deploy.alive api|worker|beat` ends with 0 when that one is alive.

Workers and beat are judged by what they last wrote into the database, not by whether their process exists: a worker
that hangs, or a beat whose messages nobody receives, runs on and does nothing.
"""

import argparse
import http.client
import socket
import sys
from typing import NoReturn

from sqlalchemy.exc import DBAPIError

from app.config import load_settings
from app.db import Database
from app.jobs.store import list_ticks

_SECONDS = 4.0  # Docker gives up after five
_SILENT_AFTER = {"worker": 30.0, "beat": 180.0}


def main() -> NoReturn:
    """Say in one line what is wrong, if anything; `docker inspect` shows it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=("api", "worker", "beat"))
    role = parser.parse_args().role
    sys.exit(_why_not_served() if role == "api" else _why_silent(role))


def _why_not_served() -> str | None:
    connection = http.client.HTTPConnection("127.0.0.1", 5000, timeout=_SECONDS)  # never through a proxy
    try:
        connection.request("GET", "/livez")
        status = connection.getresponse().status
    except OSError as error:
        return f"the API does not answer: {error}"
    return None if status == http.HTTPStatus.OK else f"/livez answers {status}"


def _why_silent(role: str) -> str | None:
    db = Database(load_settings().database_url.get_secret_value(), pooled=False)
    try:
        with db.begin() as tx:
            ticks = [tick for tick in list_ticks(tx) if tick.role == role]
    except DBAPIError as error:
        return f"the database cannot be asked: {type(error.orig).__name__}"
    # A worker answers for itself; beat speaks through whichever worker received its message.
    ours = [tick for tick in ticks if role == "beat" or tick.worker.startswith(f"{socket.gethostname()}-")]
    if any(tick.silent_seconds < _SILENT_AFTER[role] for tick in ours):
        return None
    return f"nothing was heard of this {role} for {_SILENT_AFTER[role]:.0f} s"


if __name__ == "__main__":
    main()
