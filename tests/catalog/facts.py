"""A channel as YouTube could tell it, and how a worker writes it down."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from app.catalog.ids import channel_key
from app.catalog.model import ChannelFacts
from app.wiring import Wiring

ID = "UC_x5XG1OV2P6uZZ5FSM9Ttw"
NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
FACTS = ChannelFacts(
    channel_id=ID,
    title="Paper Boats",
    description="Boats of paper.\nAnd rivers.",
    handle="@paperboats",
    country="NZ",
    default_language="en-GB",
    keywords=("boats", "paper folding"),
    topics=("https://en.wikipedia.org/wiki/Hobby",),
    published_at=datetime(2020, 7, 29, 6, 53, 50, 717729, UTC),
    thumbnail_url="https://t/800",
    banner_url="https://b",
    uploads_playlist_id="UU_x5XG1OV2P6uZZ5FSM9Ttw",
    subscriber_count=12_300,
    view_count=2**63 - 1,
    video_count=42,
    made_for_kids=False,
)
NOTHING = replace(
    FACTS,
    title="", description="", handle=None, country=None, default_language=None, keywords=(), topics=(),
    published_at=None, thumbnail_url=None, banner_url=None, uploads_playlist_id=None, subscriber_count=None,
    view_count=None, video_count=None, made_for_kids=None,
)  # fmt: skip
HOSTILE = [
    "'; drop table channels; --",
    '<img src=x onerror="alert(1)">',
    "=cmd|' /C calc'!A0",
    "\\N",
    "\\.",
    "a\tb\nc\rd\\e\\",
    "{}",
    '{"a","b"}',
    '"',
    "NULL",
    "null",
    "\u202egnirts\u2028\u0085\ufeff",
    "👩‍👩‍👧‍👦 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "%s %(name)s :name $1",
    "x" * 100_000,
]


def save(wiring: Wiring, *facts: ChannelFacts, absent: Sequence[str] = ()) -> int:
    """Write facts; how many channels were known."""
    with wiring.db.begin() as tx:
        gone = [channel_key(channel_id) for channel_id in absent]
        wiring.catalog.note_absence(tx, gone)
        return len(wiring.catalog.save_facts(tx, [(fact, "en") for fact in facts]))
