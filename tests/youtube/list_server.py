"""A server of playlists whose tokens are offsets, as YouTube's are; a test may change a list between two pages."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

STALE = {"error": {"code": 400, "errors": [{"reason": "invalidPageToken"}]}}
NOT_FOUND = {"error": {"code": 404, "errors": [{"reason": "playlistNotFound"}]}}
BROKEN = {"error": {"code": 503, "errors": [{"reason": "backendError"}]}}


@dataclass
class Playlists:
    """Lists of video ids by name, and what comes before each answer: a change, or an error instead of it."""

    url: str = ""
    page: int = 3
    lists: dict[str, list[str]] = field(default_factory=dict)
    before: Callable[[str, int], dict[str, Any] | None] = lambda *_: None
    calls: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, name: str, offset: int) -> dict[str, Any]:
        with self.lock:
            self.calls[name] += 1
            if error := self.before(name, offset):
                return error
            if name not in self.lists:
                return NOT_FOUND
            shown = self.lists[name][offset : offset + self.page]
            more = offset + self.page < len(self.lists[name])
        items = [{"contentDetails": {"videoId": video}} for video in shown]
        return {"items": items} | ({"nextPageToken": str(offset + self.page)} if more else {})


@contextmanager
def playing() -> Iterator[Playlists]:
    playlists = Playlists()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            answer = playlists.answer(asked["playlistId"][0], int(asked.get("pageToken", ["0"])[0]))
            body = json.dumps(answer).encode()
            self.send_response(answer.get("error", {}).get("code", 200))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        playlists.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield playlists
        server.shutdown()
