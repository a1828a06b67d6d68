"""A client for the emulator's control interface, for tests, rehearsals and benchmarks."""

from datetime import datetime
from types import TracebackType
from typing import Self

import httpx
from pydantic import BaseModel, TypeAdapter

from emulator.accounts import KeyState
from emulator.messages import (
    ClockAdvance,
    ClockChange,
    ClockSpeed,
    ClockState,
    Counters,
    Fault,
    KeyChange,
    KeyView,
    Latency,
    LoggedRequest,
    Quota,
)

_IDS = TypeAdapter(list[str])
_FAULTS = TypeAdapter(list[Fault])
_KEYS = TypeAdapter(list[KeyView])
_LATENCIES = TypeAdapter(list[Latency])
_QUOTAS = TypeAdapter(list[Quota])
_LOG = TypeAdapter(list[LoggedRequest])


class Control:
    """Looks into the emulator at `url` and changes it.

    Raises httpx.HTTPStatusError for what the emulator refuses, with its explanation in the response.
    """

    def __init__(self, url: str) -> None:
        # a proxy in the environment must not come between a test and its emulator
        self._client = httpx.Client(base_url=f"{url.rstrip('/')}/_emulator/", trust_env=False, timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def counters(self) -> Counters:
        """Calls and units since the last reset."""
        return Counters.model_validate(self._ask("GET", "counters"))

    def requests(self) -> list[LoggedRequest]:
        """The last requests, oldest first."""
        return _LOG.validate_python(self._ask("GET", "requests"))

    def reset(self) -> None:
        """Counters, log, ledger, faults, keys, quotas, clock and latency: as at the start."""
        self._ask("POST", "reset")

    def list_keys(self) -> list[KeyView]:
        """The keys that were configured or seen."""
        return _KEYS.validate_python(self._ask("GET", "keys"))

    def bind_key(self, key: str, project: str) -> KeyView:
        """Say which project a key belongs to."""
        return KeyView.model_validate(self._ask("PUT", "keys", KeyChange(key=key, project=project)))

    def set_key_state(self, key: str, state: KeyState | str) -> KeyView:
        """Break a key, or make it `active` again."""
        return KeyView.model_validate(self._ask("PUT", "keys", KeyChange(key=key, state=KeyState(state))))

    def set_quota(self, bucket: str, limit: int, project: str | None = None) -> None:
        """Units a day, of one project or of all that have no quota of their own."""
        self._ask("PUT", "quotas", Quota(bucket=bucket, limit=limit, project=project))

    def quotas(self) -> list[Quota]:
        """Units a day, first of all projects without an own quota."""
        return _QUOTAS.validate_python(self._ask("GET", "quotas"))

    def clock(self) -> ClockState:
        """The emulator's time, its speed and its Pacific day."""
        return ClockState.model_validate(self._ask("GET", "clock"))

    def set_clock(self, now: datetime | None) -> ClockState:
        """Make it this instant, from which the clock runs on. Needs a time zone; None is the clock of the start."""
        return ClockState.model_validate(self._ask("PUT", "clock", ClockChange(now=now)))

    def advance_clock(self, seconds: float) -> ClockState:
        """Move on."""
        return ClockState.model_validate(self._ask("POST", "clock/advance", ClockAdvance(seconds=seconds)))

    def set_clock_speed(self, speed: float) -> ClockState:
        """Let the clock run so many seconds in one of real time: 60 is an hour a minute, and at 0 it stands still."""
        return ClockState.model_validate(self._ask("PUT", "clock/speed", ClockSpeed(speed=speed)))

    def set_latency(self, milliseconds: float, *, spread: float = 0, method: str | None = None) -> None:
        """Let answers wait, by chance up to `spread` longer: of one method, or of all without an own latency."""
        self._ask("PUT", "latency", Latency(milliseconds=milliseconds, spread=spread, method=method))

    def latencies(self) -> list[Latency]:
        """What answers wait, first of all methods without an own latency."""
        return _LATENCIES.validate_python(self._ask("GET", "latency"))

    def add_fault(self, fault: Fault) -> None:
        """Let something go wrong."""
        self._ask("POST", "faults", fault)

    def faults(self) -> list[Fault]:
        """The faults that may still strike."""
        return _FAULTS.validate_python(self._ask("GET", "faults"))

    def clear_faults(self) -> None:
        """Nothing goes wrong any more."""
        self._ask("DELETE", "faults")

    def channel_ids(self, count: int = 10, start: int = 0) -> list[str]:
        """Ids of channels that exist, from channel number `start` on; at most 10,000."""
        return _IDS.validate_python(self._ask("GET", f"channels?start={start}&count={count}"))

    def _ask(self, verb: str, path: str, message: BaseModel | None = None) -> object:
        content = message.model_dump_json(exclude_none=True, by_alias=True) if message else None
        response = self._client.request(verb, path, content=content)
        response.raise_for_status()
        answer: object = response.json()
        return answer
