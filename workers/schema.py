"""A worker that is newer than the database waits for it: on an old schema every batch would fail."""

import time

from sqlalchemy.exc import DBAPIError

from app.db import Database
from app.logs import logger
from app.migrations import standing

_LOOK_SECONDS = 2.0
_log = logger(__name__)


def await_schema(db: Database) -> None:
    """Return when this version can work with the database, or when it is away: for that the keeper waits."""
    told = ""
    while True:
        try:
            with db.begin() as tx:
                usable, words = standing(tx)
        except DBAPIError:
            return
        if words not in {"ok", told}:
            _log.warning("schema_differs", database=words)
            told = words
        if usable:
            return
        time.sleep(_LOOK_SECONDS)
