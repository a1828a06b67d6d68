"""What the doctor says."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing is: `wrong` must be mended, a `warning` should be known; `next_step` says how."""

    area: str
    state: State
    told: str
    next_step: str = ""


def ok(area: str, told: str) -> Finding:
    """All is well."""
    return Finding(area, "ok", told)


def warning(area: str, told: str, next_step: str) -> Finding:
    """It works, and may not for long, or not as wished."""
    return Finding(area, "warning", told, next_step)


def wrong(area: str, told: str, next_step: str) -> Finding:
    """It must be mended."""
    return Finding(area, "wrong", told, next_step)
