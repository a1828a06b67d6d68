"""A catalogue that was fetched at noon, with a clock that both sides share."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.catalog.ids import channel_key
from app.clock import FixedClock
from app.jobs.model import Job
from app.videos.ids import video_key
from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from emulator.universe.universe import Universe
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.jobs.steps import ask_for_metadata, change, fill_catalog
from tests.noon import stand_still

_ADD_VIDEO = """
with added as (
    insert into videos (id, channel, fetched_at, expires_at, availability_since, kind, kind_evidence, asked_at, title,
                        snapshot_at)
    values (:id, :channel, :now, cast(:now as timestamptz) + interval '30 days', :now, 'video', 'test', :now,
            'as it was', :now)
    returning id
)
insert into video_snapshots (video, observed_at) select id, :now from added
"""


@dataclass
class System:
    """The system and the world around it."""

    wiring: Wiring
    emulator: Control
    clock: FixedClock
    api: FlaskClient

    def fetch_channels(self, count: int, start: int = 0) -> list[str]:
        """Channels with their metadata, as of now."""
        ids = self.emulator.channel_ids(count=count, start=start)
        fill_catalog(self.wiring, ids)
        assert work_off(self.wiring, ask_for_metadata(self.wiring)).fetched == count
        return ids

    def add_videos(self, count: int) -> list[str]:
        """Videos as of now, of which no count is known."""
        universe, now = Universe(), self.clock.now()
        channels = (universe.channel(channel_id, now) for channel_id in universe.existing_ids(now))
        found = (video for channel in channels if channel for video in islice(universe.uploads(channel, now), 20))
        videos = list(islice(found, count))
        for video in videos:
            row = {"id": video_key(video.id), "channel": channel_key(video.channel.id), "now": now}
            change(self.wiring, _ADD_VIDEO, **row)
        return [video.id for video in videos]

    def put(self, table: str, row: UUID | int, *, step: int, age: timedelta) -> None:
        """Put a row on a step, last asked so long ago."""
        where = {"id": row, "step": step, "asked": self.clock.now() - age}
        change(self.wiring, f"update {table} set refresh_step = :step, asked_at = :asked where id = :id", **where)  # noqa: S608 - our tables

    def pass_time(self, by: timedelta) -> None:
        """Move both clocks."""
        self.clock.advance(by)
        self.emulator.set_clock(self.clock.now())

    def ask(self, **body: Any) -> Job:
        """Ask for a refresh over HTTP; the job before anybody has worked on it."""
        answer = self.api.post("/api/batch-refresh", json=body)
        assert answer.status_code == 202, answer.text
        return self.wiring.jobs.read(UUID(answer.json["id"]))  # type: ignore[index]

    def refresh(self, **body: Any) -> Job:
        """Ask for a refresh, and work it off."""
        return work_off(self.wiring, self.ask(**body))

    def calls(self, method: str = "channels.list") -> int:
        """How many calls of a method have reached the emulator."""
        return sum(line.calls for line in self.emulator.counters().calls if line.method == method)

    def asked_now(self, table: str = "channels") -> set[Any]:
        """The keys of what was asked for at this moment."""
        found = sql(self.wiring, f"select id from {table} where asked_at = :now", now=self.clock.now())  # noqa: S608 - our tables
        return {row[0] for row in found}


@pytest.fixture
def system(make_wiring: MakeWiring, emulator: Control) -> System:
    clock = stand_still(emulator)
    wiring = make_wiring(clock)
    add_key(wiring, 1)
    return System(wiring, emulator, clock, create_app(wiring).test_client())
