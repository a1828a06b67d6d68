"""One call to YouTube, and everything that can become of it."""

import gzip
import logging
import os
import signal
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from socket import socket

import pytest

from app.youtube.errors import ApiError, ErrorKind
from app.youtube.methods.channels import channels_request, parse_channels
from app.youtube.methods.videos import videos_request
from app.youtube.wire import Wire
from tests.youtube.rude_server import Server, http

KEY = "AIzaSyCanary0123456789abcdefghijklmnopq"
PARAMS = {"part": "snippet", "id": "UC_x5XG1OV2P6uZZ5FSM9Ttw"}
SUSPENDED = (
    b'{"error": {"code": 403, "message": "Consumer \'api_key:%s\' has been suspended.",'
    b' "details": [{"reason": "CONSUMER_SUSPENDED"}]}}' % KEY.encode()
)


def get(wire: Wire) -> dict[str, object]:
    return wire.get("channels.list", PARAMS, KEY)


def failure(wire: Wire) -> ApiError:
    with pytest.raises(ApiError) as caught:
        get(wire)
    return caught.value


def test_a_call_brings_the_json_and_carries_the_key_in_the_header_only(wire: Wire, server: Server) -> None:
    server.answer(http(b'{"items": [{"id": "x"}]}'))
    assert get(wire) == {"items": [{"id": "x"}]}
    (request,) = server.requests
    assert (request.method, request.path) == ("GET", "/youtube/v3/channels")
    assert request.query == {"part": ["snippet"], "id": [PARAMS["id"]], "alt": ["json"], "prettyPrint": ["false"]}
    assert request.headers.pop("x-goog-api-key") == KEY
    assert KEY not in repr(request)


def test_a_method_with_a_colon_in_its_path(wire: Wire, server: Server) -> None:
    wire.get("videos.batchGetStats", {"part": "statistics", "id": "a,b"}, KEY)
    assert server.requests[0].path == "/youtube/v3/videos:batchGetStats"


def test_answers_are_compressed_on_the_way(wire: Wire, server: Server) -> None:
    server.answer(http(gzip.compress(b'{"items": [1]}'), Content_Encoding="gzip"))
    assert get(wire) == {"items": [1]}
    assert server.requests[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("encoding", "encode"), [("identity", bytes), ("", bytes), ("GZIP", gzip.compress), ("deflate", zlib.compress)]
)
def test_an_answer_says_how_it_is_encoded(
    wire: Wire, server: Server, encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    server.answer(http(encode(b'{"items": [1]}'), Content_Encoding=encoding))
    assert get(wire) == {"items": [1]}


@pytest.mark.parametrize(
    "body", [b"", b"not gzip", gzip.compress(b"{}", mtime=0)[:-9], gzip.compress(b"x" * 40 * 2**20)]
)
def test_an_error_that_cannot_be_unpacked_keeps_its_status_and_its_wish(
    wire: Wire, server: Server, body: bytes
) -> None:
    server.answer(http(body, "429 Slow", Content_Encoding="gzip", Retry_After="7"))
    error = failure(wire)
    assert (error.kind, error.http_status, error.retry_after) == (ErrorKind.THROTTLED, 429, 7.0)


def test_an_answer_in_chunks(wire: Wire, server: Server) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.answer(head + b'8\r\n{"items"\r\n5\r\n: []}\r\n0\r\n\r\n')
    assert get(wire) == get(wire) == {"items": []}


def test_an_answer_that_ends_with_its_connection(wire: Wire, server: Server) -> None:
    server.answer_and_hang_up(b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"items": []}')
    assert get(wire) == get(wire) == {"items": []}


def test_fifty_ids_with_all_their_fields_still_fit_in_a_get(wire: Wire, server: Server) -> None:
    wire.get(*channels_request(["UC" + "a" * 22] * 50), KEY)
    wire.get(*videos_request(["a" * 11] * 50), KEY)
    assert [request.method for request in server.requests] == ["GET", "GET"]


def test_what_is_too_long_for_a_url_travels_in_the_body(wire: Wire, server: Server) -> None:
    ids = ",".join(["UC" + "a" * 22] * 90)
    wire.get("channels.list", PARAMS | {"id": ids}, KEY)
    (request,) = server.requests
    assert (request.method, request.headers["x-http-method-override"]) == ("POST", "GET")
    assert request.query["id"] == [ids]


def test_threads_that_call_at_the_same_time_share_no_connection(wire: Wire, server: Server) -> None:
    all_asked = threading.Barrier(3, timeout=5)

    def together(sock: socket) -> bool:
        all_asked.wait()
        sock.sendall(http())
        return True

    server.reply = together
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(get, [wire] * 3)) == [{"items": []}] * 3
    assert len({request.connection for request in server.requests}) == 3


def test_the_next_thread_finds_the_connection_open(wire: Wire, server: Server) -> None:
    for _ in range(3):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(get, wire).result()
    assert len({request.connection for request in server.requests}) == 1


def test_a_forked_process_opens_its_own_connection(wire: Wire, server: Server) -> None:
    get(wire)
    if (child := os.fork()) == 0:
        with suppress(BaseException):
            get(wire)
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    get(wire)
    parent, forked, parent_again = [request.connection for request in server.requests]
    assert parent == parent_again != forked


def test_after_close_a_call_opens_a_new_connection(wire: Wire, server: Server) -> None:
    get(wire)
    wire.close()
    get(wire)
    assert server.requests[0].connection != server.requests[1].connection


def test_a_connection_that_the_server_closed_while_idle_costs_nothing(wire: Wire, server: Server) -> None:
    server.answer_and_hang_up(http())
    get(wire)
    assert server.closed.acquire(timeout=5)
    assert get(wire) == {"items": []}
    assert len(server.requests) == 2


def test_a_call_is_never_repeated_behind_the_ledgers_back(wire: Wire, server: Server) -> None:
    server.answer_and_hang_up(b"")
    error = failure(wire)
    assert (error.kind, error.sent) == (ErrorKind.TRANSIENT, True)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", ["500 Oops", "503 Busy", "429 Slow"])
def test_an_error_is_not_repeated_either(wire: Wire, server: Server, status: str) -> None:
    server.answer(http(b"", status))
    failure(wire)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Elsewhere", "308 Gone there"])
def test_a_redirect_is_not_followed_because_it_would_take_the_key_along(
    wire: Wire, server: Server, status: str
) -> None:
    server.answer(http(b"", status, Location=f"{server.url}/elsewhere"))
    assert failure(wire).kind is ErrorKind.TRANSIENT
    assert len(server.requests) == 1


def test_proxies_of_the_environment_are_not_used(wire: Wire, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    get(wire)
    assert len(server.requests) == 1


BROKEN = {
    "cut off": http(b'{"items"', Content_Length="500"),
    "shorter than announced": http(b'{"items": []}', Content_Length="500"),
    "cut off inside gzip": http(gzip.compress(b'{"items": []}')[:-9], Content_Encoding="gzip"),
    "cut off between chunks": b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"it\r\n',
    "not gzip at all": http(b"{}", Content_Encoding="gzip"),
    "not HTTP": b"SSH-2.0-OpenSSH\r\n",
    "not JSON": http(b"<html>Sorry</html>"),
    "empty": http(b""),
    "not an object": http(b"[1]"),
    "nested without end": http(b"[" * 100_000),
    "nested too deep": http(b'{"items": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
    "not UTF-8": http(b'{"items": "\xff"}'),
    "a number too long to read": http(b'{"items": ' + b"9" * 5000 + b"}"),
    "half a surrogate pair, and not UTF-8": http(b'{"title": "\\ud83d", "items": "\xff"}'),
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a part of the content": http(status="206 Partial Content"),
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_transient_and_does_not_spoil_the_next(wire: Wire, server: Server, answer: bytes) -> None:
    server.answer_and_hang_up(answer)
    assert failure(wire).kind is ErrorKind.TRANSIENT
    assert server.closed.acquire(timeout=5)
    server.answer(http(b'{"items": [2]}'))
    assert get(wire) == {"items": [2]}


@pytest.mark.parametrize("said", [b"\\ud83d", b"\\ude00\\ud83d", b"a\\udc00b"])
def test_a_text_that_was_cut_inside_an_emoji_does_not_spoil_the_answer(wire: Wire, server: Server, said: bytes) -> None:
    item = b'{"id": "x", "snippet": {"title": "%s", "description": "\\ud83d\\ude00"}}' % said
    server.answer(http(b'{"items": [%s]}' % item))
    (facts,) = parse_channels(get(wire))
    assert facts.description == "😀"
    assert "\ufffd" in facts.title


@pytest.mark.parametrize("number", [b"1e999", b"NaN", b"-Infinity", b"18446744073709551616"])
def test_a_number_that_counts_nothing_does_not_spoil_the_answer(wire: Wire, server: Server, number: bytes) -> None:
    server.answer(http(b'{"items": [{"id": "x", "statistics": {"viewCount": %s, "videoCount": 1}}]}' % number))
    (facts,) = parse_channels(get(wire))
    assert (facts.view_count, facts.video_count) == (None, 1)


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_an_answer_without_end_is_given_up(server: Server, compress: type[bytes]) -> None:
    wire = Wire(server.url, max_body_bytes=100_000)
    headers = {} if compress is bytes else {"Content_Encoding": "gzip"}
    server.answer(http(compress(b'{"items": "%s"}' % (b"x" * 1_000_000)), **headers))
    error = failure(wire)
    assert (error.kind, "100000 bytes" in str(error)) == (ErrorKind.TRANSIENT, True)


@pytest.mark.parametrize(
    ("begun", "drop"),
    [
        (http(Content_Length="1000"), b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        (b"HTTP/1.1 200 ", b"O"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["body", "chunks", "endless body", "header", "status", "promises"],
)
@pytest.mark.alone
def test_the_time_counts_for_the_whole_call_not_for_each_byte(server: Server, begun: bytes, drop: bytes) -> None:
    given_up = threading.Event()

    def drip(sock: socket) -> bool:
        with suppress(OSError):
            sock.sendall(begun)
            while not given_up.wait(0.01):
                sock.sendall(drop)
        return False

    server.reply = drip
    started = time.monotonic()
    error = failure(Wire(server.url, timeout=0.2))
    given_up.set()
    assert (error.kind, error.reason) == (ErrorKind.TRANSIENT, "TimeoutError")
    assert time.monotonic() - started < 3


def test_nobody_listens(server: Server) -> None:
    error = failure(Wire("http://127.0.0.1:1"))
    assert (error.kind, error.reason, error.sent) == (ErrorKind.TRANSIENT, "ConnectionRefusedError", False)
    assert not server.requests


def test_an_error_keeps_what_google_said(wire: Wire, server: Server) -> None:
    body = b'{"error": {"message": "Slow <b>down</b>", "errors": [{"reason": "userRateLimitExceeded"}]}}'
    server.answer(http(body, "403 Forbidden", Retry_After="7"))
    error = failure(wire)
    assert (error.kind, error.reason, error.http_status) == (ErrorKind.THROTTLED, "userRateLimitExceeded", 403)
    assert (str(error), error.retry_after) == ("YouTube answered 403: Slow down", 7.0)


@pytest.mark.parametrize("body", [b'[{"error": {"errors": []}}]', b'{"error": "status of it"}', b"{}", b'{"error": 5}'])
def test_layouts_on_which_the_library_itself_would_fail(wire: Wire, server: Server, body: bytes) -> None:
    server.answer(http(body, "403 Forbidden"))
    assert failure(wire).http_status == 403


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("channels.list", {"id": "x"}),
        ("channels.list", PARAMS | {"idd": "x"}),
        ("channels.list", PARAMS | {"maxResults": "many"}),
        ("no.such", {}),
    ],
)
def test_a_call_that_cannot_be_built_is_our_bug_and_is_not_sent(
    wire: Wire, server: Server, method: str, params: dict[str, str]
) -> None:
    with pytest.raises(ApiError) as caught:
        wire.get(method, params, KEY)
    assert (caught.value.kind, caught.value.sent) == (ErrorKind.OUR_BUG, False)
    assert not server.requests


@pytest.mark.parametrize("key", ["", KEY + "\n", KEY + "é", KEY + " x"])
def test_a_key_that_no_header_can_carry_is_not_sent_nor_told(wire: Wire, server: Server, key: str) -> None:
    with pytest.raises(ApiError) as caught:
        wire.get("channels.list", PARAMS, key)
    assert caught.value.kind is ErrorKind.KEY_DEAD
    assert KEY not in repr(caught.value)
    assert not server.requests


def test_an_interrupted_call_does_not_spoil_the_next(wire: Wire, server: Server) -> None:
    """As Celery's soft time limit interrupts: with an exception from a signal, at any line."""

    class TimeIsUpError(Exception):
        pass

    def interrupt(*_: object) -> None:
        raise TimeIsUpError

    def interrupt_main_thread(_: socket) -> bool:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)
        return True

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        server.reply = interrupt_main_thread
        with pytest.raises(TimeIsUpError):
            get(wire)
    finally:
        signal.signal(signal.SIGALRM, before)
    server.answer(http(b'{"items": [2]}'))
    assert get(wire) == {"items": [2]}


def test_a_key_of_any_form_is_blanked_out_of_what_google_echoes(wire: Wire, server: Server) -> None:
    server.answer(http(b'{"error": {"message": "sesame-open is not welcome"}}', "403 Forbidden"))
    with pytest.raises(ApiError) as caught:
        wire.get("channels.list", PARAMS, "sesame-open")
    assert str(caught.value) == "YouTube answered 403: [key] is not welcome"


@pytest.mark.parametrize("key", ["key", "keyInvalid", "error", "rror", "4", '"'])
def test_a_key_that_is_a_word_does_not_spoil_what_is_told(wire: Wire, server: Server, key: str) -> None:
    body = b'{"error": {"message": "API key not valid: %s", "errors": [{"reason": "keyInvalid"}]}}'
    server.answer(http(body % key.replace('"', '\\"').encode(), "400 Bad Request"))
    with pytest.raises(ApiError) as caught:
        wire.get("channels.list", PARAMS, key)
    assert (caught.value.kind, caught.value.http_status) == (ErrorKind.KEY_DEAD, 400)
    assert str(caught.value).endswith(": [key]")


def test_a_key_is_blanked_before_a_long_message_is_cut(wire: Wire, server: Server) -> None:
    server.answer(http(b'{"error": {"message": "%s sesame-open"}}' % (b"x" * 492), "403 Forbidden"))
    with pytest.raises(ApiError) as caught:
        wire.get("channels.list", PARAMS, "sesame-open")
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        http(b'{"error": "%s"}' % KEY.encode(), "403 Forbidden"),
        http(SUSPENDED, "403 Forbidden"),
        http(KEY.encode(), "500 Oops"),
        http(KEY.encode()),
        http(),
        b"",
    ],
)
def test_no_error_and_no_log_holds_the_key(
    wire: Wire, server: Server, caplog: pytest.LogCaptureFixture, answer: bytes
) -> None:
    server.answer_and_hang_up(answer)
    caplog.set_level(logging.DEBUG)
    told: list[object] = [wire]
    try:
        get(wire)
    except ApiError as error:
        told += [error, str(error), vars(error), error.__cause__, error.__context__]
    assert KEY not in repr(told) + caplog.text
