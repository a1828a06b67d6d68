"""The SQL of what names turned out to mean."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from app.catalog.ids import channel_id_of, channel_key
from app.db import Queries
from app.youtube.resolving.links import Named
from app.youtube.resolving.lookups import Certainty, Verdict

Q = Queries("youtube")


def find(tx: Connection, names: Iterable[Named], now: datetime | None) -> dict[tuple[str, str], Verdict]:
    """What is known of these names, by kind and name."""
    asked = list(names)
    where = {"kinds": [name.kind.value for name in asked], "names": [name.name for name in asked], "now": now}
    return {
        (row.kind, row.name): Verdict(
            channel_id_of(row.channel) if row.channel else None,
            Certainty(row.certainty) if row.certainty else None,
            row.reason,
        )
        for row in tx.execute(Q["find_resolutions"], where)
    }


def save(tx: Connection, told: Mapping[Named, Verdict], now: datetime | None) -> None:
    """Keep what YouTube said: a channel for thirty days, its absence for one."""
    columns = {
        "kinds": [name.kind.value for name in told],
        "names": [name.name for name in told],
        "channels": [channel_key(one.channel_id) if one.channel_id else None for one in told.values()],
        "certainties": [one.certainty.value if one.certainty else None for one in told.values()],
        "reasons": [one.reason for one in told.values()],
    }
    tx.execute(Q["save_resolutions"], {**columns, "now": now})


def forget_expired(tx: Connection, now: datetime | None) -> None:
    """Let go of what may not be kept any longer."""
    tx.execute(Q["forget_expired_resolutions"], {"now": now})
