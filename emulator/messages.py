"""What goes over the control interface: one description for both ends of it."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Annotated, TypedDict, Unpack

from pydantic import AfterValidator, AliasChoices, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from emulator.accounts import KeyState
from emulator.discovery import methods
from emulator.fault_kinds import FaultKind
from emulator.settings import DEFAULT_QUOTAS

MAX_SPEED = 86_400
"""A day in every second."""

MAX_LATENCY = 600_000.0
MAX_QUOTA = 2**53

_CENTURY = 100 * 365.25 * 86_400
_FROM = AliasChoices("from", "since")


def _known(names: Collection[str]) -> AfterValidator:
    def check(name: str) -> str:
        if name not in names:
            raise ValueError(f"there are only: {', '.join(names)}")
        return name

    return AfterValidator(check)


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


_Method = Annotated[str, _known(methods())]
"""Such as `channels.list`."""

_Bucket = Annotated[str, _known(DEFAULT_QUOTAS)]


class Fault(_Message):
    """What shall go wrong and when: always, or with a probability, or for the next calls, or every n-th call.

    A schedule says from when until when, by the emulator's clock, and after how many calls that rhythm applies.
    """

    kind: FaultKind
    method: _Method | None = None
    """None for all methods."""
    probability: float | None = Field(default=None, ge=0, le=1)
    next: int | None = Field(default=None, ge=1)
    every: int | None = Field(default=None, ge=1)
    after: int = Field(default=0, ge=0)
    """Calls that are spared first."""
    since: AwareDatetime | None = Field(default=None, validation_alias=_FROM, serialization_alias="from")
    """The first instant of the schedule: `from` on the wire, which Python keeps for itself."""
    until: AwareDatetime | None = None
    """The instant at which the schedule ends."""
    share: float = Field(default=0.2, ge=0, le=1)
    """Of the items, that a partial answer lacks; at least one."""
    seconds: float = Field(default=5.0, ge=0)
    """How long a slow body takes."""
    size: int = Field(default=33_554_432, ge=1, le=2**30)
    """Bytes of an oversized body."""

    @model_validator(mode="after")
    def _one_rhythm(self) -> "Fault":
        if sum(rhythm is not None for rhythm in (self.probability, self.next, self.every)) > 1:
            raise ValueError("give only one of probability, next and every")
        if self.since and self.until and self.since >= self.until:
            raise ValueError("until is later than from")
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


class Quota(_Message):
    """A bucket's units a day, of one project or (None) of all that have none of their own."""

    bucket: _Bucket
    limit: int = Field(ge=0, le=MAX_QUOTA)
    project: str | None = None


class ClockChange(_Message):
    """The time it shall be now; without it, the machine's time."""

    now: AwareDatetime | None = None


class ClockAdvance(_Message):
    """Seconds to move on, or back when negative."""

    seconds: float = Field(ge=-_CENTURY, le=_CENTURY)


class ClockSpeed(_Message):
    """The emulator's seconds in one of real time; at 0 its clock stands still."""

    speed: float = Field(ge=0, le=MAX_SPEED)


class ClockState(_Message):
    """The emulator's time, its speed, and the Pacific day that quota is counted on."""

    now: AwareDatetime
    pacific_day: date
    speed: float


class Latency(_Message):
    """What an answer waits, of one method or (None) of all that have none of their own."""

    milliseconds: float = Field(ge=0, le=MAX_LATENCY)
    spread: float = Field(default=0, ge=0)
    """Milliseconds more at most, by chance."""
    method: _Method | None = None


class KeyView(_Message):
    """A key that was configured or seen."""

    fingerprint: str
    project: str
    project_number: str
    state: KeyState


class CallCount(_Message):
    """Calls that ended alike, and the units they cost.

    `outcome` is `ok`, `not_modified`, the machine word of an error, or `fault:` and the kind.
    """

    key: str
    project: str
    bucket: str
    method: str
    day: date
    outcome: str
    calls: int
    units: int


class CallFields(TypedDict, total=False):
    """What calls are told apart by."""

    key: str
    project: str
    bucket: str
    method: str
    day: date
    outcome: str


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

    def used(self, **fields: Unpack[CallFields]) -> int:
        """Units spent by the calls with these fields."""
        return sum(line.units for line in self._lines(fields))

    def count(self, **fields: Unpack[CallFields]) -> int:
        """Calls with these fields."""
        return sum(line.calls for line in self._lines(fields))

    def _lines(self, fields: CallFields) -> Iterator[CallCount]:
        return (line for line in self.calls if fields.items() <= dict(line).items())


class LoggedRequest(_Message):
    """One request to the API: what it asked for without its key, and how it ended."""

    at: datetime
    day: date
    key: str
    project: str
    bucket: str
    method: str
    parameters: dict[str, list[str]]
    status: int
    outcome: str
    units: int
