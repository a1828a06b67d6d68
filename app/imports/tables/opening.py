"""A connection to somebody else's database, for reading only; what goes wrong there is said without any password."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from app.imports.contract import SourceAwayError, UnusableSourceError

CONNECT_SECONDS, ANSWER_SECONDS = 5, 60
"""So long a server may take to be reached, and to begin with its answer."""
_ROWS_AHEAD = 1_000
_SHOWN = 300


def make_engine(dialect: str, connect: Callable[[], Any]) -> Engine:
    """An engine that opens its connections by `connect`, keeps none, reads as rows come, and logs no values."""
    engine = create_engine(f"{dialect}://", creator=connect, poolclass=NullPool, hide_parameters=True)
    return engine.execution_options(stream_results=True, max_row_buffer=_ROWS_AHEAD)


@contextmanager
def opened(engine: Engine, password: str) -> Iterator[Connection]:
    """A connection, closed at the end. Raises SourceAwayError where trying again may help, else UnusableSourceError."""
    try:
        with engine.connect() as connection:
            yield connection
    except (OperationalError, InterfaceError) as error:
        raise SourceAwayError(f"the database cannot be read at the moment: {_told(error, password)}") from None
    except DBAPIError as error:
        raise UnusableSourceError(f"the table cannot be read: {_told(error, password)}") from None
    except SQLAlchemyError as error:
        raise UnusableSourceError(f"the table cannot be read: {type(error).__name__}") from None
    except RuntimeError:  # so PyMySQL refuses the request for a file
        raise UnusableSourceError("the server does not speak as it should; nothing was told to it") from None


def _told(error: DBAPIError, password: str) -> str:
    told = " ".join(str(error.orig).split())
    return (told.replace(password, "***") if password else told)[:_SHOWN]
