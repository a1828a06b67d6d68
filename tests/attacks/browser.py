"""A real browser without a screen, driven over a pipe: Chromium of the system, and nothing else to install."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("google-chrome")
_OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-extensions", "--remote-debugging-pipe")  # fmt: skip
_WATCHED = ("Page.javascriptDialogOpening", "Audits.issueAdded", "Log.entryAdded", "Runtime.exceptionThrown")


class Browser:
    """One page that visits addresses."""

    def __init__(self, to: int, back: int) -> None:
        self._to = to
        self._back = os.fdopen(back, "rb")
        self._number = 0
        self._events: list[dict[str, Any]] = []
        self._session: str | None = None
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for part in ("Page", "Log", "Runtime", "Audits"):
            self._ask(f"{part}.enable")

    def visit(self, url: str) -> tuple[Any, list[dict[str, Any]]]:
        """Open an address and wait until it is loaded; what happened: dialogs, errors, breaches of a policy.

        The first value is what `document.documentElement.dataset.owned` holds: a script of ours never sets it.
        """
        self._events.clear()
        told = self._ask("Page.navigate", url=url)
        if not told.get("errorText"):
            self._wait_for("Page.loadEventFired")
        owned = self._ask("Runtime.evaluate", expression="document.documentElement.dataset.owned || ''")
        return owned["result"].get("value"), [one for one in self._events if one["method"] in _WATCHED]

    def close(self) -> None:
        """Close the pipe; the browser ends with it."""
        os.close(self._to)
        self._back.close()

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        asked: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._to, json.dumps(asked).encode() + b"\0")
        while (said := self._hear()).get("id") != self._number:
            pass
        if "error" in said:
            raise RuntimeError(f"{method}: {said['error']}")
        return dict(said["result"])

    def _wait_for(self, method: str) -> None:
        if not any(one["method"] == method for one in self._events):
            while self._hear().get("method") != method:
                pass

    def _hear(self) -> dict[str, Any]:
        piece = bytearray()
        while (byte := self._back.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("the browser has ended")
            piece += byte
        said: dict[str, Any] = json.loads(piece)
        if "method" in said:
            self._events.append(said)
        if said.get("method") == "Page.javascriptDialogOpening":
            # Nobody would answer it, and everything would wait.
            self._number += 1
            answer = {"id": self._number, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
            os.write(self._to, json.dumps(answer | {"sessionId": self._session}).encode() + b"\0")
        return said


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser with a profile of its own, which is gone afterwards."""
    heard, to = os.pipe()
    back, told = os.pipe()

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        argv = [str(PROGRAM), *_OPTIONS, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{heard} 4>&{told}', "bash", *argv],
            pass_fds=(heard, told),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(heard)
        os.close(told)
        browser = Browser(to, back)
        try:
            yield browser
        finally:
            browser.close()
            process.terminate()
            process.wait(20)
