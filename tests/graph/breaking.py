"""A graph whose export is longer than all buffers on the way, and what breaks it in the middle."""

from sqlalchemy import text

from app.wiring import Wiring
from tests.graph.edges import Row, add_channels, add_edges

NUMBERS = range(1_000, 2_500)
"""Of its channels."""


def add_a_long_graph(wiring: Wiring) -> None:
    """About 16 MB of it: sockets of this machine hold some."""
    add_channels(wiring, NUMBERS, title="Paper Boats " * 400)
    add_edges(wiring, [Row(n, n + 1) for n in NUMBERS[:-1]])


def end_its_sessions(wiring: Wiring) -> None:
    """What PostgreSQL does when it is restarted, to the sessions that read at this moment."""
    with wiring.db.begin() as tx:
        ended = tx.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null"
            )
        ).all()
    assert ended
