"""The server's side of control: JSON under /_emulator/. Who can reach the emulator can change it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from emulator.accounts import Account, fingerprint
from emulator.clock import pacific_day
from emulator.journal import Entry, Line
from emulator.messages import (
    CallCount,
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
    UnitCount,
)
from emulator.state import State
from emulator.universe.ids import channel_id
from emulator.wire import Reply, Request, json_reply

_LOOKED_AT_LEAST = 1000

PREFIX = "/_emulator/"

Answer = BaseModel | Sequence[BaseModel] | Sequence[str] | None
Told = TypeVar("Told", CallCount, UnitCount, LoggedRequest)


class ControlApi:
    """Answers requests under /_emulator/."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._routes: Mapping[tuple[str, str], Callable[[Request], Answer]] = {
            ("GET", "counters"): lambda request: self.counters(_filters(request)),
            ("GET", "requests"): lambda request: _matching(map(_logged, state.journal.last), _filters(request)),
            ("GET", "keys"): lambda _: [_view(account) for account in state.accounts.all()],
            ("PUT", "keys"): self._change_key,
            ("GET", "quotas"): lambda _: self.quotas(),
            ("PUT", "quotas"): self._change_quota,
            ("GET", "clock"): lambda _: self._clock(),
            ("PUT", "clock"): self._set_clock,
            ("POST", "clock/advance"): self._advance_clock,
            ("PUT", "clock/speed"): self._change_speed,
            ("GET", "latency"): lambda _: state.latency.all(),
            ("PUT", "latency"): lambda request: state.latency.set(Latency.model_validate_json(request.body)),
            ("GET", "faults"): lambda _: state.faults.all(state.clock.now()),
            ("POST", "faults"): lambda request: state.faults.add(Fault.model_validate_json(request.body)),
            ("DELETE", "faults"): lambda _: state.faults.clear(),
            ("GET", "channels"): self._channels,
            ("POST", "reset"): lambda _: state.reset(),
        }

    def reply(self, request: Request) -> Reply:
        """Do what is asked. 400 says which field is wrong, 404 what there is to ask for."""
        route = self._routes.get((request.verb, request.path.removeprefix(PREFIX)))
        if route is None:
            return json_reply(404, {"error": f"Unknown; there are: {', '.join(map(' '.join, self._routes))}"})
        try:
            return json_reply(200, _plain(route(request)))
        except (ValidationError, ValueError) as error:
            return json_reply(400, {"error": _explained(error)})

    def counters(self, fields: Mapping[str, str] = MappingProxyType({})) -> Counters:
        """Calls and units since the last reset, of these fields only."""
        state = self._state
        calls = [
            CallCount(**line._asdict(), calls=tally.calls, units=tally.units)
            for line, tally in state.journal.counts.items()
        ]
        units = [
            UnitCount(
                project=project,
                bucket=bucket,
                day=day,
                limit=state.ledger.limit(project, bucket),
                used=usage.used,
                refused=usage.refused,
            )
            for project, bucket, day, usage in state.ledger.lines()
        ]
        return Counters(calls=tuple(_matching(calls, fields)), units=tuple(_matching(units, fields)))

    def quotas(self) -> list[Quota]:
        """Units a day, first of all projects without an own quota."""
        return [
            Quota(bucket=bucket, limit=limit, project=project) for project, bucket, limit in self._state.ledger.limits()
        ]

    def _change_key(self, request: Request) -> KeyView:
        change = KeyChange.model_validate_json(request.body)
        account = self._state.accounts.find(change.fingerprint or fingerprint(change.key or ""))
        account.project = change.project or account.project
        account.state = change.state or account.state
        return _view(account)

    def _change_quota(self, request: Request) -> None:
        change = Quota.model_validate_json(request.body)
        self._state.ledger.set_limit(change.bucket, change.limit, change.project)

    def _clock(self) -> ClockState:
        now = self._state.clock.now()
        return ClockState(now=now, pacific_day=pacific_day(now), speed=self._state.clock.speed)

    def _set_clock(self, request: Request) -> ClockState:
        change = ClockChange.model_validate_json(request.body)
        if change.now is None:
            self._state.clock.reset()
        else:
            self._state.clock.set(change.now)
        return self._clock()

    def _advance_clock(self, request: Request) -> ClockState:
        self._state.clock.advance(ClockAdvance.model_validate_json(request.body).seconds)
        return self._clock()

    def _change_speed(self, request: Request) -> ClockState:
        self._state.clock.set_speed(ClockSpeed.model_validate_json(request.body).speed)
        return self._clock()

    def _channels(self, request: Request) -> list[str]:
        given = {"start": "0", "count": "10", **dict(request.pairs)}
        if not (given["start"].isdecimal() and given["count"].isdecimal()):
            raise ValueError("start and count are whole numbers")
        start, wanted = int(given["start"]), min(int(given["count"]), 10_000)
        universe, now = self._state.world.universe, self._state.clock.now()
        # in the early years hardly any exists: the search must not keep everybody else waiting
        looked_at = map(channel_id, range(start, start + 2 * wanted + _LOOKED_AT_LEAST))
        return list(islice((name for name in looked_at if universe.channel(name, now)), wanted))


def _view(account: Account) -> KeyView:
    return KeyView(
        fingerprint=account.fingerprint,
        project=account.project,
        project_number=account.project_number,
        state=account.state,
    )


def _filters(request: Request) -> Mapping[str, str]:
    wanted = dict(request.pairs)
    if wanted.keys() - Line._fields:
        raise ValueError(f"calls can be chosen by {', '.join(Line._fields)} only")
    return wanted


def _matching(lines: Iterable[Told], wanted: Mapping[str, str]) -> list[Told]:
    """The lines with these values in those of the fields that they have."""
    return [line for line in lines if all(str(getattr(line, name, text)) == text for name, text in wanted.items())]


def _logged(entry: Entry) -> LoggedRequest:
    return LoggedRequest(
        at=entry.at,
        **entry.line._asdict(),
        parameters=dict(entry.parameters),
        status=entry.status,
        units=entry.units,
    )


def _plain(answer: Answer) -> object:
    if isinstance(answer, BaseModel):
        return answer.model_dump(mode="json", by_alias=True)
    if isinstance(answer, Sequence):
        return [_plain(entry) if isinstance(entry, BaseModel) else entry for entry in answer]
    return {}


def _explained(error: ValidationError | ValueError) -> str:
    """What is wrong by field, without the values: one of them may be a key."""
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors())
