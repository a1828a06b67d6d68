"""What goes over the control interface: one description for both ends of it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from emulator.accounts import KeyState
from emulator.discovery import methods
from emulator.fault_kinds import FaultKind
from emulator.settings import DEFAULT_QUOTAS


def _known(names: Collection[str]) -> AfterValidator:
    def check(name: str) -> str:
        if name not in names:
            raise ValueError(f"there are only: {', '.join(names)}")
        return name

    return AfterValidator(check)


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fault(_Message):
    """What shall go wrong and when: always, or with a probability, or for the next calls, or every n-th call."""

    kind: FaultKind
    method: Annotated[str, _known(methods())] | None = None
    """Such as `channels.list`; None for all methods."""
    probability: float | None = Field(default=None, ge=0, le=1)
    next: int | None = Field(default=None, ge=1)
    every: int | None = Field(default=None, ge=1)
    seconds: float = Field(default=5.0, ge=0)
    """How long a slow body takes."""
    size: int = Field(default=33_554_432, ge=1)
    """Bytes of an oversized body."""

    @model_validator(mode="after")
    def _one_rhythm(self) -> "Fault":
        if sum(rhythm is not None for rhythm in (self.probability, self.next, self.every)) > 1:
            raise ValueError("give only one of probability, next and every")
        return self


class KeyChange(_Message):
    """A key, or its fingerprint, and what to change about it."""

    key: str | None = Field(default=None, repr=False)
    fingerprint: str | None = None
    project: str | None = None
    state: KeyState | None = None

    @model_validator(mode="after")
    def _one_name(self) -> "KeyChange":
        if (self.key is None) == (self.fingerprint is None):
            raise ValueError("give either key or fingerprint")
        return self


class QuotaChange(_Message):
    """A bucket's units a day, of one project or (None) of all that have none of their own."""

    bucket: Annotated[str, _known(DEFAULT_QUOTAS)]
    limit: int = Field(ge=0)
    project: str | None = None


class ClockChange(_Message):
    """The time it shall be now; without it, the machine's time."""

    now: AwareDatetime | None = None


class ClockAdvance(_Message):
    """Seconds to move on, or back when negative."""

    seconds: float


class ClockState(_Message):
    """The emulator's time, and the Pacific day that quota is counted on."""

    now: AwareDatetime
    pacific_day: date


class Latency(_Message):
    """What every answer waits."""

    milliseconds: float = Field(ge=0)


class KeyView(_Message):
    """A key that was configured or seen."""

    fingerprint: str
    project: str
    project_number: str
    state: KeyState


class CallCount(_Message):
    """Calls that ended alike. `outcome` is `ok`, `not_modified`, the machine word of an error, or `fault:` + kind."""

    key: str
    project: str
    bucket: str
    method: str
    day: date
    outcome: str
    calls: int


class UnitCount(_Message):
    """A project's bucket on one Pacific day; `refused` counts calls that found it empty."""

    project: str
    bucket: str
    day: date
    limit: int
    used: int
    refused: int


class Counters(_Message):
    """Everything that was counted since the last reset."""

    calls: tuple[CallCount, ...]
    units: tuple[UnitCount, ...]

    def used(self, *, project: str | None = None, bucket: str | None = None, day: date | None = None) -> int:
        """Units spent, of one project, bucket or day if given."""
        return sum(
            line.used
            for line in self.units
            if project in {None, line.project} and bucket in {None, line.bucket} and day in {None, line.day}
        )

    def count(self, *, method: str | None = None, outcome: str | None = None, key: str | None = None) -> int:
        """Calls made, of one method, outcome or key fingerprint if given."""
        return sum(
            line.calls
            for line in self.calls
            if method in {None, line.method} and outcome in {None, line.outcome} and key in {None, line.key}
        )


class LoggedRequest(_Message):
    """One request to the API: what it asked for without its key, and how it ended."""

    at: datetime
    key: str
    project: str
    method: str
    parameters: dict[str, list[str]]
    status: int
    outcome: str
    units: int
