"""The way of one API call: who calls, what goes wrong, what it costs, what it asks, what it gets."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from emulator import discovery, refusals
from emulator.accounts import Account, KeyState, fingerprint
from emulator.answers import Thinner
from emulator.clock import pacific_day
from emulator.errors import ApiError, quota_exceeded
from emulator.fault_kinds import FaultKind
from emulator.faults import FAILURES, REFUSALS
from emulator.journal import Entry
from emulator.messages import Fault
from emulator.methods.contract import Call, ReadMethod
from emulator.methods.registry import METHODS
from emulator.parameters import read_parameters, read_parts
from emulator.refusals import Caller
from emulator.state import State
from emulator.wire import HTML, Reply, Request, is_known, json_reply, not_modified

SECRETS = frozenset({"key", "access_token", "oauth_token"})
NO_ACCOUNT = Account(fingerprint="none", project="none")

_NOT_FOUND = (
    b"<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n<p><b>404.</b> That's an error.\n"
)


class Api:
    """Answers requests under /youtube/v3/."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._paths = {(m.verb, f"/{m.path}"): m for m in discovery.methods().values()}

    def name_of(self, request: Request) -> str | None:
        """The name of the method that is asked; None where there is none."""
        described = self._find(request)
        return described.name if described else None

    def reply(self, request: Request) -> Reply:
        """The answer to a request, counted and logged."""
        described = self._find(request)
        if described is None:
            return Reply(404, _NOT_FOUND, {"content-type": HTML})
        method = METHODS.get(described.name)
        if method is None:
            spoken = ", ".join(METHODS)
            return json_reply(
                501, _unimplemented(f"The emulator does not speak {described.name}. It speaks: {spoken}.")
            )
        return _Visit(self._state, described, method, request).reply()

    def _find(self, request: Request) -> discovery.Method | None:
        verb = request.headers.get("x-http-method-override", request.verb).upper()
        return self._paths.get((verb, request.path))


class _Visit:
    """One call on its way; `units` and `account` are what is known of it so far."""

    def __init__(self, state: State, described: discovery.Method, method: ReadMethod, request: Request) -> None:
        self._state = state
        self._described = described
        self._method = method
        self._request = request
        self._now = state.clock.now()
        self._account = NO_ACCOUNT
        self._units = 0

    def reply(self) -> Reply:
        try:
            fault = self._admit()
            reply = self._state.answers.answer(self._call(), self._method, self._thinner(fault))
        except ApiError as error:
            return self._end(json_reply(error.code, error.body), error.reason)
        except Exception:
            # A fault of ours, which the server answers with 500: the ledger has counted it, so it stands here too.
            self._end(Reply(500, b"", {}), "crash")
            raise
        if fault:
            spoilt = reply if fault.kind is FaultKind.PARTIAL else replace(reply, fault=fault)
            return self._end(spoilt, f"fault:{fault.kind}")
        if is_known(reply, self._request):
            return self._end(not_modified(reply), "not_modified")
        return self._end(reply, "ok")

    def _admit(self) -> Fault | None:
        """Let the caller in and charge the call. Answers the fault that will spoil a good answer."""
        caller = self._identify()
        fault = self._state.faults.strike(self._method.name, self._now)
        if fault and fault.kind in REFUSALS:
            raise REFUSALS[fault.kind](caller)
        self._charge(caller)
        if fault and fault.kind in FAILURES:
            raise FAILURES[fault.kind](caller)
        return fault

    def _identify(self) -> Caller:
        headers, given = self._request.headers, dict(self._request.pairs)
        if "authorization" in headers or given.keys() & {"access_token", "oauth_token"}:
            raise refusals.no_oauth()
        key = headers.get("x-goog-api-key") or given.get("key", "")
        if not key:
            raise refusals.unregistered()
        self._account = self._state.accounts.find(fingerprint(key))
        bucket = self._method.bucket
        limit = self._state.ledger.limit(self._account.project, bucket)
        caller = Caller(self._account, key, self._request.address, self._method.name, bucket, limit, self._now)
        if self._account.state is not KeyState.ACTIVE:
            raise refusals.BY_KEY_STATE[self._account.state](caller)
        return caller

    def _charge(self, caller: Caller) -> None:
        units = self._method.units
        if self._state.ledger.spend(self._account.project, caller.bucket, pacific_day(self._now), units):
            self._units = units
        elif caller.bucket == "default":
            raise quota_exceeded()
        else:
            raise refusals.bucket_exhausted(caller)

    def _call(self) -> Call:
        values = read_parameters(self._described, self._request.pairs)
        if values.get("alt", ("json",))[0] != "json":
            raise ApiError(501, _unimplemented("The emulator speaks JSON only: leave out alt."), "UNIMPLEMENTED")
        return Call(self._described, values, read_parts(self._described, values), self._now)

    def _thinner(self, fault: Fault | None) -> Thinner | None:
        """What takes items away from the answer, if the fault does."""
        if fault is None or fault.kind is not FaultKind.PARTIAL:
            return None
        return partial(self._state.faults.thin, share=fault.share)

    def _end(self, reply: Reply, outcome: str) -> Reply:
        account = self._account
        self._state.journal.add(
            Entry(
                at=self._now,
                day=pacific_day(self._now),
                key=account.fingerprint,
                project=account.project,
                bucket=self._method.bucket,
                method=self._method.name,
                parameters=_loggable(self._described, self._request),
                status=reply.status,
                outcome=outcome,
                units=self._units,
            )
        )
        return reply


def _loggable(method: discovery.Method, request: Request) -> Mapping[str, list[str]]:
    """The parameters without secrets, and without unknown ones: a misspelt one may hold a key."""
    known = (discovery.shared_parameters().keys() | method.parameters.keys()) - SECRETS
    found: dict[str, list[str]] = {}
    for name, text in request.pairs:
        if name in known:
            found.setdefault(name, []).append(text)
    return found


def _unimplemented(message: str) -> dict[str, Any]:
    return {"error": {"code": 501, "message": message, "status": "UNIMPLEMENTED"}}
