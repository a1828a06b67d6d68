"""The logs of the processes: one file each, the earlier starts beside it."""

from pathlib import Path

_KEPT = 3
_TAIL_BYTES = 20_000


def rotate(log: Path) -> None:
    """Move `x.log` to `x.log.1`, that to `x.log.2` and so on; the oldest of three is dropped."""
    for number in range(_KEPT, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        newer = log.with_name(f"{log.name}.{number - 1}") if number > 1 else log
        if newer.exists():
            newer.replace(older)


def tail(log: Path, lines: int = 10) -> list[str]:
    """The last lines of a log; none when there is no log."""
    if not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
        return file.read().decode(errors="replace").splitlines()[-lines:]
