"""What a fault is: a context that breaks something where it is entered and has it mended where it is left."""

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from bench.chaos.scene import Scene


@dataclass(frozen=True)
class Moment:
    """Where and when a fault strikes: the system, the job that is under way and its kind, and the seeded chance."""

    scene: Scene
    job_id: UUID
    kind: str
    chance: random.Random

    def victim(self) -> int:
        """The number of one of the workers."""
        return self.chance.randrange(len(self.scene.workers))


Condition = Callable[[], bool]
"""Whether a fault has been broken for long enough."""

Strike = Callable[[Moment], AbstractContextManager[Condition]]


@dataclass(frozen=True)
class Fault:
    """A fault by name. `calls`: it strikes only who calls YouTube. `slow`: what it does takes half a minute to pass."""

    name: str
    strike: Strike
    calls: bool = False
    slow: bool = False
    needs_disk: bool = False


def at_once() -> bool:
    """There is nothing to wait for."""
    return True


def for_a_while(moment: Moment) -> Condition:
    """One to three seconds from now on."""
    until = time.monotonic() + moment.chance.uniform(1, 3)
    return lambda: time.monotonic() >= until
