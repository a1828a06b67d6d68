"""Driving an exploration by hand, for tests, benchmarks and whoever writes a method."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from discovery.contract import MOST_CALLS, Ask, Exploration, Found

Answering = Callable[[Ask], Mapping[str, Any] | None]
"""Answers a call with YouTube's JSON, or with None what YouTube refuses."""


@dataclass(slots=True)
class Trace:
    """What an exploration has asked and found, in its order."""

    asks: list[Ask] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)


def drive(exploration: Exploration, answering: Answering) -> Trace:
    """Let it ask and find until it ends, is refused what may not fail, or has made a call more than it may."""
    trace = Trace()
    step = next(exploration, None)
    while step is not None and len(trace.asks) <= MOST_CALLS:
        answer = None
        if isinstance(step, Ask):
            trace.asks.append(step)
            answer = answering(step)
            if answer is None and not step.may_fail:
                break
        else:
            trace.found.append(step)
        try:
            step = exploration.send(answer)
        except StopIteration:
            break
    exploration.close()
    return trace
