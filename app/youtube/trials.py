"""Tests of API keys, one call for each: what is wrong with which, and what it cost."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from app.keys.model import Block, Key, NoQuotaError
from app.keys.service import Keys, pasted
from app.keys.trial_units import TrialUnits
from app.keys.vault import VaultError, fingerprint
from app.youtube.costs import METHODS
from app.youtube.diagnosis import EXHAUSTED, FINE, UNREADABLE, Diagnosis, diagnose
from app.youtube.errors import ApiError, ErrorKind
from app.youtube.probes import PROBES
from app.youtube.wire import Wire

_PROBE = PROBES["channels.list"]  # the cheapest there is: one unit, and an answer of some hundred bytes
_BUCKET = METHODS[_PROBE.method].bucket
_SWITCHED_OFF = frozenset({ErrorKind.KEY_DEAD, ErrorKind.KEY_MISCONFIGURED, ErrorKind.PROJECT_MISCONFIGURED})


@dataclass(frozen=True, slots=True)
class KeyTrial:
    """What the test of one key brought. A key that is not stored has neither id, name nor project.

    `works` is whether calls can be made with it now; `diagnosis` a word for machines; `google_says` the words of the
    error; `until` when an exhausted one has units again; `units` what the test cost.
    """

    key_id: int | None
    key_name: str | None
    fingerprint: str
    project: str | None
    works: bool
    diagnosis: str
    in_words: str
    next_step: str
    link: str | None
    google_says: str | None
    until: datetime | None
    units: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _Asked:
    """How a call ended."""

    diagnosis: Diagnosis
    units: int = 0
    seconds: float = 0.0
    says: str | None = None
    until: datetime | None = None


class Trials:
    """Asks YouTube with one key. What it learns is noted for this key, as after every call, and for no other."""

    def __init__(self, keys: Keys, units: TrialUnits, wire: Wire, threads: int) -> None:
        self._keys = keys
        self._units = units
        self._wire = wire
        self._threads = threads

    def of_all(self) -> list[KeyTrial]:
        """Test every stored key."""
        keys = self._keys.listed()
        with ThreadPoolExecutor(max(1, min(self._threads, len(keys)))) as pool:
            return list(pool.map(self._stored, keys))

    def of_key(self, key_id: int) -> KeyTrial:
        """Test a stored key. Raises UnknownKeyError."""
        return self._stored(self._keys.read(key_id))

    def of_secret(self, secret: SecretStr) -> KeyTrial:
        """Test a key that a person holds. Of one that is not stored, nothing is kept but its unit.

        Raises BadInputError.
        """
        key_id = self._units.stored(secret)
        if key_id is not None:
            return self.of_key(key_id)
        return self._tried(None, lambda: self._units.take_for(secret, _BUCKET), fingerprint(pasted(secret)))

    def _stored(self, key: Key) -> KeyTrial:
        return self._tried(key, lambda: self._units.take(key.id, _BUCKET), key.fingerprint)

    def _tried(self, key: Key | None, take: Callable[[], Block], told: str) -> KeyTrial:
        try:
            block = take()
        except VaultError:
            return _told(key, told, _Asked(UNREADABLE))
        except NoQuotaError as error:
            return _told(key, told, _Asked(EXHAUSTED, until=error.resume_at))
        asked = self._ask(block, learn=key is not None)
        return _told(key and self._keys.read(key.id), told, asked)

    def _ask(self, block: Block, *, learn: bool) -> _Asked:
        """Make the call in the key's turn, and settle its unit."""
        threading.Event().wait(block.wait_seconds)
        began, spent = time.perf_counter(), 1
        try:
            self._wire.get(_PROBE.method, _PROBE.params, block.secret)
        except ApiError as error:
            spent = int(error.sent)
            if learn:
                self._note(block, error)
            until = block.resets_at if error.kind is ErrorKind.BUCKET_EXHAUSTED else None
            return _Asked(diagnose(error), spent, _since(began), error.message, until)
        finally:
            self._keys.give_back(block, spent=spent)
        return _Asked(FINE, spent, _since(began))

    def _note(self, block: Block, error: ApiError) -> None:
        self._keys.note_error(block, f"{error.kind}: {error.reason}", error.project_number)
        if error.kind is ErrorKind.BUCKET_EXHAUSTED:
            self._keys.exhausted(block)
        elif error.kind is ErrorKind.PROJECT_SUSPENDED:
            self._keys.suspended(block, error.reason)
        elif error.kind in _SWITCHED_OFF:
            self._keys.disable(block, f"{error.reason}: {error.message}", whole_project=False)


def _told(key: Key | None, fingerprint: str, asked: _Asked) -> KeyTrial:
    found = asked.diagnosis
    return KeyTrial(
        key_id=key.id if key else None,
        key_name=key.key_name if key else None,
        fingerprint=fingerprint,
        project=key.project if key else None,
        works=found is FINE,
        diagnosis=found.word,
        in_words=found.in_words,
        next_step=_switch_on(key) if found is FINE else found.next_step,
        link=found.link or None,
        google_says=asked.says,
        until=asked.until,
        units=asked.units,
        seconds=asked.seconds,
    )


def _switch_on(key: Key | None) -> str:
    """What is left to do with a key that works."""
    if key is None:
        return "store it with POST /api/api-keys, or `keys add`"
    if key.suspended_why:
        return 'its project is marked as suspended: PATCH it with {"is_active": true, "lift_suspension": true}'
    if not key.is_active:
        return (
            f"it is switched off ({key.disabled_reason}): `keys enable {key.id}`, or PATCH it with "
            '{"is_active": true}'
        )
    return FINE.next_step


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 3)
