"""Following a job on a terminal: a bar where it can move, a line now and then where it cannot."""

import time
from dataclasses import dataclass
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from app.errors import TributaryError

_ENDED = frozenset({"completed", "failed", "cancelled", "paused"})
_LOOK_EVERY = 0.3
_LINE_EVERY = 5.0


@dataclass(frozen=True, slots=True)
class JobEnd:
    """How a job ended (or that it is paused), with its counters."""

    status: str
    why: str
    outcomes: dict[str, int]
    total: int
    units: int
    link: str


def watch(api: httpx.Client, link: str, title: str, console: Console) -> JobEnd:
    """Show a job's progress until it ends. A job that waits for quota is watched on, saying until when."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[why]}", markup=False),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=None, why="")
        lines = _Lines(console, title)
        while True:
            job = checked(api.get(link))
            bar.update(
                task,
                completed=job["processed_items"],
                total=job["expected_items"] or None,
                why=_waits_for(job) or _ends(job).removeprefix(", "),
            )
            if not console.is_terminal:
                lines.show(job)
            if job["status"] in _ENDED:
                return _end(job, link)
            time.sleep(_LOOK_EVERY)


class _Lines:
    """Progress where nothing can move: a line when the state changes, and every few seconds."""

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._title = title
        self._shown = ""
        self._at = 0.0

    def show(self, job: dict[str, Any]) -> None:
        state = f"{job['status']} {_waits_for(job)}"
        if state != self._shown or time.monotonic() - self._at > _LINE_EVERY:
            self._shown, self._at = state, time.monotonic()
            done = f"{job['processed_items']:,}/{job['expected_items']:,}"
            line = f"{self._title}: {done} {state}".rstrip() + _ends(job)
            self._console.print(line, markup=False, soft_wrap=True)


def checked(answer: httpx.Response) -> dict[str, Any]:
    """The answer's JSON; a problem becomes an error with the API's own words."""
    try:
        told: dict[str, Any] = answer.json()
    except ValueError:
        what = f"{answer.url.copy_with(path='/', query=None)} answered {answer.status_code} without JSON"
        raise TributaryError(what, hint="is this the address of Tributary's API?") from None
    if answer.is_error:
        raise TributaryError(told.get("detail", f"HTTP {answer.status_code}"), hint=told.get("hint", ""))
    return told


def _waits_for(job: dict[str, Any]) -> str:
    until = f", until {job['resume_at']}" if job["resume_at"] else ""
    return f"({job['why']}{until})" if job["why"] and job["status"] != "completed" else ""


def _ends(job: dict[str, Any]) -> str:
    """Not a part of the state: it moves all the time."""
    return f", done by {job['eta']['finish_at']}" if job["eta"] and job["eta"]["finish_at"] else ""


def _end(job: dict[str, Any], link: str) -> JobEnd:
    why = job["error_message"] or job["why"] or ""
    return JobEnd(job["status"], why, job["outcomes"], job["total_items"], job["units_used"], link)
