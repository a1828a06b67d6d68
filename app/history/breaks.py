"""The days on which YouTube began to count public views in another way."""

from datetime import UTC, datetime

from app.history.model import CountingBreak

BREAKS = (
    CountingBreak(
        datetime(2025, 3, 31, tzinfo=UTC),
        shorts_only=True,
        says="on 2025-03-31 YouTube began to count each start and replay of a short as a view: "
        "before and after cannot be compared",
    ),
    CountingBreak(
        datetime(2026, 8, 27, tzinfo=UTC),
        shorts_only=False,
        says="on 2026-08-27 YouTube began to count a view the moment a video begins to play, in all formats: "
        "before and after cannot be compared",
    ),
)
