"""Where the time of a batch goes: the CPU of its threads, layer by layer, and how long they waited.

Functions are wrapped for as long as it takes; each counts what it used less what the layers below it did. A profiler
that looks from outside would do as well, were it not that half of the work is done in threads of C libraries.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, NamedTuple


class Layer(NamedTuple):
    """What stands for it: the attribute `name` of `holder`, a module or a class."""

    title: str
    holder: Any
    name: str


class Used(NamedTuple):
    """Seconds: of CPU, and on the clock."""

    cpu: float
    wall: float


class Layers:
    """What each layer has used so far, all threads together."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = layers
        self._stacks = threading.local()
        self._lock = threading.Lock()
        self.used: dict[str, Used] = defaultdict(lambda: Used(0.0, 0.0))

    @contextmanager
    def watched(self) -> Iterator["Layers"]:
        """Count meanwhile."""
        originals = [(layer, getattr(layer.holder, layer.name)) for layer in self._layers]
        for layer, original in originals:
            setattr(layer.holder, layer.name, self._wrapped(layer.title, original))
        try:
            yield self
        finally:
            for layer, original in originals:
                setattr(layer.holder, layer.name, original)

    def _wrapped(self, title: str, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def counted(*args: Any, **kwargs: Any) -> object:
            below = self._enter()
            began = Used(time.thread_time(), time.perf_counter())
            try:
                return original(*args, **kwargs)
            finally:
                self._leave(title, began, below)

        return counted

    def _enter(self) -> list[Used]:
        stack: list[list[Used]] = self._stacks.__dict__.setdefault("stack", [])
        below: list[Used] = []
        stack.append(below)
        return below

    def _leave(self, title: str, began: Used, below: list[Used]) -> None:
        whole = Used(time.thread_time() - began.cpu, time.perf_counter() - began.wall)
        stack = self._stacks.stack
        stack.pop()
        if stack:
            stack[-1].append(whole)
        own = Used(whole.cpu - sum(one.cpu for one in below), whole.wall - sum(one.wall for one in below))
        with self._lock:
            so_far = self.used[title]
            self.used[title] = Used(so_far.cpu + own.cpu, so_far.wall + own.wall)
