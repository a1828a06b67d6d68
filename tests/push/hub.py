"""A hub on this machine: it takes requests, verifies them at the callback, and sends what a test lets it say."""

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import httpx

FEED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:at="http://purl.org/atompub/tombstones/1.0"'
    ' xmlns="http://www.w3.org/2005/Atom">\n'
    '<link rel="hub" href="https://pubsubhubbub.appspot.com"/>\n{entries}\n</feed>'
)
ENTRY = (
    "<entry><id>yt:video:{video_id}</id><yt:videoId>{video_id}</yt:videoId><yt:channelId>{channel_id}</yt:channelId>"
    '<title>Tom &amp; Jerry</title><link rel="alternate" href="https://www.youtube.com/watch?v={video_id}"/>'
    "<author><name>Someone</name><uri>https://www.youtube.com/channel/{channel_id}</uri></author>"
    "<published>2026-11-20T10:00:00+00:00</published><updated>{when}</updated></entry>"
)
DELETED = (
    '<at:deleted-entry ref="yt:video:{video_id}" when="{when}">'
    '<link href="https://www.youtube.com/watch?v={video_id}"/>'
    "<at:by><name>Someone</name><uri>https://www.youtube.com/channel/{channel_id}</uri></at:by></at:deleted-entry>"
)
WHEN = "2026-11-20T10:00:01.552394234+00:00"


def message(video_id: str, channel_id: str, when: str = WHEN, shape: str = ENTRY) -> bytes:
    """What YouTube lets the hub say of one video."""
    return FEED.format(entries=shape.format(video_id=video_id, channel_id=channel_id, when=when)).encode()


@dataclass
class HubDouble:
    """`status` and `verifies` say how it answers; `asked` is what it was asked, `verified` what our answers were."""

    url: str = ""
    status: int = 202
    verifies: bool = True
    lease_seconds: int = 432_000
    asked: list[dict[str, str]] = field(default_factory=list)
    verified: list[int] = field(default_factory=list)
    http: httpx.Client = field(default_factory=lambda: httpx.Client(verify=False))  # noqa: S501 - no TLS here, and no certificates to load
    _threads: list[threading.Thread] = field(default_factory=list)

    def of(self, channel_id: str) -> dict[str, str]:
        """What was last asked about a channel."""
        return next(form for form in reversed(self.asked) if form["hub.topic"].endswith(f"channel_id={channel_id}"))

    def take(self, form: dict[str, str]) -> None:
        self.asked.append(form)
        if self.status == 202 and self.verifies:
            thread = threading.Thread(target=self.verify, args=(form,))
            self._threads.append(thread)
            thread.start()

    def verify(self, form: dict[str, str], **changed: str) -> httpx.Response:
        """Ask our callback whether it wanted that; the challenge must come back."""
        query = {"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": "a challenge <b>"}
        query |= {"hub.lease_seconds": str(self.lease_seconds)}
        query |= {f"hub.{name}": said for name, said in changed.items()}
        answer = self.http.get(form["hub.callback"], params=query)
        self.verified.append(answer.status_code)
        return answer

    def settle(self) -> None:
        """Wait until every verification has been answered."""
        for thread in self._threads:
            thread.join(10)

    def send(
        self, form: dict[str, str], body: bytes, *, method: str = "sha1", secret: str | None = None
    ) -> httpx.Response:
        """Tell our callback something, signed with the secret of the subscription or another one."""
        key = form["hub.secret"] if secret is None else secret
        signature = hmac.new(key.encode(), body, getattr(hashlib, method)).hexdigest()
        headers = {"Content-Type": "application/atom+xml", "X-Hub-Signature": f"{method}={signature}"}
        return self.http.post(form["hub.callback"], content=body, headers=headers)


@contextmanager
def hubbing() -> Iterator[HubDouble]:
    hub = HubDouble()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            hub.take(dict(parse_qsl(body)))
            words = b"" if hub.status == 202 else b"Over quota \x00 for " + body.encode()
            self.send_response(hub.status)
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        hub.url = f"http://127.0.0.1:{server.server_port}/subscribe"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield hub
        hub.settle()
        hub.http.close()
        server.shutdown()
