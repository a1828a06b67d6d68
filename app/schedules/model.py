"""What the room of the schedules hands out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.schedules.rhythm import Rhythm


class FireOutcome(StrEnum):
    """What became of a time that a schedule had."""

    FIRED = "fired"
    RUN = "run"
    SKIPPED = "skipped"
    MISSED = "missed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person says: which job to ask for, and when."""

    job_type: str
    params: Mapping[str, Any]
    cron: str | None
    every_seconds: int | None
    time_zone: str
    enabled: bool
    grace_seconds: int

    @property
    def rhythm(self) -> Rhythm:
        """When it fires."""
        return Rhythm(self.cron, self.every_seconds, self.time_zone)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A row of schedules. `last_fire_at` and `last_job_id` are of the last time that made a job."""

    id: UUID
    name: str
    plan: Plan
    next_fire_at: datetime | None
    last_fire_at: datetime | None
    last_job_id: UUID | None
    created_at: datetime
    updated_at: datetime

    @property
    def requester(self) -> str:
        """What its jobs show as `requested_by`."""
        return f"schedule:{self.name}"


@dataclass(frozen=True, slots=True)
class Fire:
    """A time that a schedule had: what became of it, when, and how many earlier times were missed with it."""

    fire_at: datetime
    outcome: FireOutcome
    job_id: UUID | None
    missed: int
    why: str | None
    decided_at: datetime
