"""The addresses of a host: those that are dead leave time for those that live, and none has more than there is."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from socket import AF_INET, SOCK_STREAM, create_server, socket

import pytest

from app.config import SettingsError
from app.youtube.errors import ApiError, ErrorKind
from app.youtube.wire import Wire
from tests.youtube.rude_server import Server

KEY = "AIzaSyCanary0123456789abcdefghijklmnopq"
PARAMS = {"part": "snippet", "id": "x"}
HOST = "youtube.test"
_NO_FAMILY = 999

Resolve = Callable[..., None]


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """Decide which local ports the name of the host leads to."""

    def resolved(*ports: int, unknown_family: bool = False) -> None:
        found = [(_NO_FAMILY, SOCK_STREAM, 6, "", ("::1", 1))] * unknown_family
        found += [(AF_INET, SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)

    return resolved


@pytest.fixture
def dead() -> Iterator[int]:
    """A port that answers no attempt to connect, because too many wait already."""
    with ExitStack() as held:
        port = held.enter_context(create_server(("127.0.0.1", 0), backlog=0)).getsockname()[1]
        for _ in range(3):
            waiting = held.enter_context(socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        yield port


@pytest.fixture
def mute() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_dead_address_leaves_time_for_the_next(resolve: Resolve, dead: int, server: Server) -> None:
    port = int(server.url.rpartition(":")[2])
    resolve(dead, port)
    wire = Wire(f"http://{HOST}:{port}", timeout=2)
    assert wire.get("channels.list", PARAMS, KEY) == {"items": []}
    wire.close()
    assert server.requests[0].headers["host"] == f"{HOST}:{port}"


def test_an_address_of_a_kind_that_the_machine_lacks_is_passed_over(resolve: Resolve, server: Server) -> None:
    port = int(server.url.rpartition(":")[2])
    resolve(port, unknown_family=True)
    wire = Wire(f"http://{HOST}:{port}", timeout=5)
    assert wire.get("channels.list", PARAMS, KEY) == {"items": []}
    wire.close()


@pytest.mark.alone
def test_many_dead_addresses_take_no_longer_than_one(resolve: Resolve, dead: int) -> None:
    resolve(*[dead] * 30)
    started = time.monotonic()
    with pytest.raises(ApiError) as caught:
        Wire(f"http://{HOST}", timeout=0.3).get("channels.list", PARAMS, KEY)
    assert (caught.value.reason, caught.value.sent) == ("TimeoutError", False)
    assert time.monotonic() - started < 3


@pytest.mark.alone
def test_a_handshake_has_what_connecting_left(resolve: Resolve, dead: int, mute: int) -> None:
    resolve(*[dead] * 30, mute)
    started = time.monotonic()
    with pytest.raises(ApiError) as caught:
        Wire(f"https://{HOST}", timeout=0.3).get("channels.list", PARAMS, KEY)
    assert (caught.value.reason, caught.value.sent) == ("TimeoutError", False)
    assert time.monotonic() - started < 3


def test_a_name_without_any_address(resolve: Resolve) -> None:
    resolve()
    with pytest.raises(ApiError) as caught:
        Wire(f"http://{HOST}").get("channels.list", PARAMS, KEY)
    assert (caught.value.kind, caught.value.sent) == (ErrorKind.TRANSIENT, False)


@pytest.mark.parametrize(
    "url",
    [
        "youtube.googleapis.com",
        "//host",
        "https://",
        "ftp://host",
        "",
        "http://h:99999",
        "http://h:x",
        "http://[::1",
        "http://a b/",
        "http://a\nb",
    ],
)  # fmt: skip - one odd address beside the other
def test_what_is_no_address_is_told_at_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="YOUTUBE_API_URL") as caught:
        Wire(url)
    assert caught.value.hint
