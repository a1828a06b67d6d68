"""Counts and times as people say them."""

from datetime import timedelta

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def count(number: int, thing: str, things: str = "") -> str:
    """`1 channel`, `2 channels`, `1,000 channels`; `things` where the plural takes more than an s."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


def duration(time: timedelta) -> str:
    """A time by its two largest units: `3 h 20 min`, `2 d 1 h`, `45 s`."""
    seconds = max(0, round(time.total_seconds()))
    for size, name, smaller, rest in ((_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "min"), (_MINUTE, "min", 1, "s")):
        if seconds >= size:
            left = seconds % size // smaller
            return f"{seconds // size} {name}" + (f" {left} {rest}" if left else "")
    return f"{seconds} s"
