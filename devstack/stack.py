"""The processes of one machine: started in order, watched, revived when they die, stopped in reverse."""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from devstack.errors import StackError
from devstack.logs import tail
from devstack.program import ending
from devstack.screen import Screen

_POLL_SECONDS = 0.1
_FIRST_DELAY = 1.0
_LONGEST_DELAY = 30.0
_STEADY_SECONDS = 60.0  # who lived that long starts its delays anew


class Member(Protocol):
    """A server or a program, as the stack sees it."""

    log: Path
    process: subprocess.Popen[bytes] | None

    @property
    def title(self) -> str:
        """What it is called in messages."""

    @property
    def running(self) -> bool:
        """Whether it lives."""

    def start(self) -> None:
        """Start it, and wait until it answers where that can be known."""

    def stop(self) -> None:
        """Stop it and all that it started, in bounded time."""


@dataclass
class _Watched:
    """A member and when it may be started again after it died."""

    member: Member
    started: float
    delay: float = _FIRST_DELAY
    restart_at: float | None = None


class Stack:
    """The members in the order of their start. `restart` False: the first death raises StackError."""

    def __init__(self, screen: Screen, *, restart: bool = True) -> None:
        self._screen = screen
        self._restart = restart
        self._watched: list[_Watched] = []

    def start(self, member: Member) -> None:
        """Start a member and watch it from now on."""
        self._watched.append(_Watched(member, time.monotonic()))  # first: a Ctrl-C in its start must stop it
        member.start()

    def watch(self, until: Callable[[], bool]) -> None:
        """Watch over the members until the condition holds."""
        while not until():
            for watched in self._watched:
                self._look_after(watched)
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """Stop every member, the last one first, and say so."""
        while self._watched:
            member = self._watched.pop().member
            if member.process is not None:
                began = time.monotonic()
                member.stop()
                self._screen.say(f"  stopped {member.title:<40} {time.monotonic() - began:6.1f} s")

    def _look_after(self, watched: _Watched) -> None:
        now = time.monotonic()
        if watched.member.running:
            return
        if watched.restart_at is None:
            self._mourn(watched, now)
        elif now >= watched.restart_at:
            self._revive(watched, now)

    def _mourn(self, watched: _Watched, now: float) -> None:
        member = watched.member
        if now - watched.started > _STEADY_SECONDS:
            watched.delay = _FIRST_DELAY
        news = f"{member.title} {ending(member.process)}. The end of {member.log}:"
        report = "\n".join([news, *(f"    {line}" for line in tail(member.log))])
        if not self._restart:
            raise StackError(report, hint="Mend what the log says, then start again.")
        self._screen.say(report, style="red")
        self._screen.say(f"It is started again in {watched.delay:.0f} s.")
        watched.restart_at = now + watched.delay
        watched.delay = min(watched.delay * 2, _LONGEST_DELAY)

    def _revive(self, watched: _Watched, now: float) -> None:
        watched.restart_at = None
        watched.started = now
        try:
            watched.member.start()
        except StackError as error:  # a server that does not come up; the next round sees it dead and waits longer
            self._screen.complain(error)
        else:
            self._screen.say(f"{watched.member.title} was started again.")
