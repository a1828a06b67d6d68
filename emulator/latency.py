"""How long answers are waited for."""

import random

from emulator.messages import Latency


class Latencies:
    """What is waited before an answer, of each method or of all. Equal seeds and orders of calls wait equally long."""

    def __init__(self, seed: int, milliseconds: float) -> None:
        self._seed = seed
        self._initial = Latency(milliseconds=milliseconds)
        self.reset()

    def reset(self) -> None:
        """As the emulator was started."""
        self._set: dict[str | None, Latency] = {None: self._initial}
        self._chance = random.Random(f"{self._seed} latency")  # noqa: S311 -- a game

    def set(self, latency: Latency) -> None:
        """Change it for one method, or for all that have none of their own."""
        self._set[latency.method] = latency

    def all(self) -> list[Latency]:
        """What is set: first what holds for all methods without an own latency."""
        return list(self._set.values())

    def seconds(self, method: str | None) -> float:
        """What the next answer waits; None for an address that is no method's."""
        latency = self._set.get(method) or self._set[None]
        spread = self._chance.random() * latency.spread if latency.spread else 0
        return (latency.milliseconds + spread) / 1000
