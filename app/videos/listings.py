"""The SQL of uploads lists that are being read: what was paid for is kept until its videos have been fetched."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.db import Queries, copy_rows
from app.videos.model import ListedPage, OpenListing

Q = Queries("videos")


def forget_of_others(tx: Connection, channels: Sequence[UUID], job_id: UUID) -> None:
    """Let a job read these lists from the beginning where another kind of wish may have begun them."""
    tx.execute(Q["forget_listings_of_others"], {"channels": list(channels), "job_id": job_id})


def read_listings(tx: Connection, channels: Sequence[UUID], now: datetime | None) -> dict[UUID, OpenListing]:
    """Where the lists of these channels stand; those that rested for more than a week are forgotten."""
    tx.execute(Q["forget_old_listings"], {"now": now})
    found = tx.execute(Q["read_listings"], {"channels": list(channels)}).mappings()
    return {row["channel"]: OpenListing(**row) for row in found}


def add_pages(tx: Connection, pages: Sequence[ListedPage], now: datetime | None) -> None:
    """Keep what one page each of several lists has brought, without the videos that are known and still fresh."""
    tx.execute(Q["stage_listings"])
    rows = ((page.channel, list(page.videos), page.is_over, page.next_token) for page in pages)
    copy_rows(tx, "incoming_listings", ("channel", "videos", "is_over", "next_token"), rows)
    tx.execute(Q["add_pages"], {"now": now})


def take_off(tx: Connection, channels: Sequence[UUID], videos: Sequence[int]) -> None:
    """Strike out the videos that were asked for."""
    tx.execute(Q["take_off"], {"channels": list(channels), "ids": list(videos)})


def finish(tx: Connection, channels: Sequence[UUID]) -> list[OpenListing]:
    """Remove the lists of which nothing is left to be read or fetched; how they ended."""
    found = tx.execute(Q["finish_listings"], {"channels": list(channels)}).mappings()
    return [OpenListing(**row) for row in found]
