"""The server's side of control: JSON under /_emulator/. Who can reach the emulator can change it."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from pydantic import BaseModel, ValidationError

from emulator.accounts import Account, fingerprint
from emulator.clock import pacific_day
from emulator.journal import Entry
from emulator.messages import (
    CallCount,
    ClockAdvance,
    ClockChange,
    ClockState,
    Counters,
    Fault,
    KeyChange,
    KeyView,
    Latency,
    LoggedRequest,
    QuotaChange,
    UnitCount,
)
from emulator.state import State
from emulator.wire import Reply, Request, json_reply

PREFIX = "/_emulator/"

Answer = BaseModel | Sequence[BaseModel] | Sequence[str] | None


class ControlApi:
    """Answers requests under /_emulator/."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._routes: Mapping[tuple[str, str], Callable[[Request], Answer]] = {
            ("GET", "counters"): lambda _: self.counters(),
            ("GET", "requests"): lambda _: [_logged(entry) for entry in state.journal.last],
            ("GET", "keys"): lambda _: [_view(account) for account in state.accounts.all()],
            ("PUT", "keys"): self._change_key,
            ("PUT", "quotas"): self._change_quota,
            ("GET", "clock"): lambda _: self._clock(),
            ("PUT", "clock"): self._set_clock,
            ("POST", "clock/advance"): self._advance_clock,
            ("PUT", "latency"): self._change_latency,
            ("GET", "faults"): lambda _: state.faults.all(),
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

    def counters(self) -> Counters:
        """Calls and units since the last reset."""
        state = self._state
        calls = [
            CallCount(key=key, project=project, bucket=bucket, method=method, day=day, outcome=outcome, calls=calls)
            for (key, project, bucket, method, day, outcome), calls in state.journal.counts.items()
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
        return Counters(calls=tuple(calls), units=tuple(units))

    def _change_key(self, request: Request) -> KeyView:
        change = KeyChange.model_validate_json(request.body)
        account = self._state.accounts.find(change.fingerprint or fingerprint(change.key or ""))
        account.project = change.project or account.project
        account.state = change.state or account.state
        return _view(account)

    def _change_quota(self, request: Request) -> None:
        change = QuotaChange.model_validate_json(request.body)
        self._state.ledger.set_limit(change.bucket, change.limit, change.project)

    def _clock(self) -> ClockState:
        now = self._state.clock.now()
        return ClockState(now=now, pacific_day=pacific_day(now))

    def _set_clock(self, request: Request) -> ClockState:
        change = ClockChange.model_validate_json(request.body)
        self._state.clock.reset()
        if change.now is not None:
            self._state.clock.set(change.now)
        return self._clock()

    def _advance_clock(self, request: Request) -> ClockState:
        self._state.clock.advance(ClockAdvance.model_validate_json(request.body).seconds)
        return self._clock()

    def _change_latency(self, request: Request) -> None:
        self._state.latency_ms = Latency.model_validate_json(request.body).milliseconds

    def _channels(self, request: Request) -> list[str]:
        given = dict(request.pairs)
        start, wanted = int(given.get("start", "0")), min(int(given.get("count", "10")), 10_000)
        return list(islice(self._state.world.universe.existing_ids(self._state.clock.now(), start), wanted))


def _view(account: Account) -> KeyView:
    return KeyView(
        fingerprint=account.fingerprint,
        project=account.project,
        project_number=account.project_number,
        state=account.state,
    )


def _logged(entry: Entry) -> LoggedRequest:
    return LoggedRequest(
        at=entry.at,
        key=entry.key,
        project=entry.project,
        method=entry.method,
        parameters=dict(entry.parameters),
        status=entry.status,
        outcome=entry.outcome,
        units=entry.units,
    )


def _plain(answer: Answer) -> object:
    if isinstance(answer, BaseModel):
        return answer.model_dump(mode="json")
    if isinstance(answer, Sequence):
        return [_plain(entry) if isinstance(entry, BaseModel) else entry for entry in answer]
    return {}


def _explained(error: ValidationError | ValueError) -> str:
    """What is wrong by field, without the values: one of them may be a key."""
    if not isinstance(error, ValidationError):
        return "start and count are whole numbers"
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors())
