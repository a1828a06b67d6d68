"""What the person at the terminal sees: one line for each step; plain lines when nobody watches."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rich.console import Console

from devstack.errors import StackError


class StubbornConsole(Console):
    """A console that falls silent when its reader goes away, as `tee` does at Ctrl-C.

    Rich's own would end the process then, in the middle of stopping the servers.
    """

    def on_broken_pipe(self) -> None:
        """Print nothing from now on, also not what Python flushes at its end."""
        with suppress(SystemExit):
            super().on_broken_pipe()


class Screen:
    """Lines on standard output, or on another console."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or StubbornConsole()

    def say(self, text: str = "", style: str = "") -> None:
        """Print a text as it is: log lines may look like markup. A terminal that is gone is ignored."""
        with suppress(OSError):
            self._console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Show that a step is going on, and how long it took once it went well."""
        began = time.monotonic()
        with self._console.status(name, spinner="line"):
            yield
        self.say(f"  {name:<48} {time.monotonic() - began:6.1f} s")

    def complain(self, error: StackError) -> None:
        """Say what went wrong and what to do."""
        self.say(str(error), style="red")
        if error.hint:
            self.say(f"What to do: {error.hint}")
