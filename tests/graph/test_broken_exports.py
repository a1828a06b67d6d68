"""/api/graph/export when something breaks in the middle: the reader can tell, and the next one is served."""

import socket
from urllib.parse import urlsplit

import httpx
import pytest
from flask_openapi3 import OpenAPI

from app.graph.exports import FORMATS
from app.graph.routes import MOST_EXPORTS, make_blueprint
from app.web import create_app
from app.wiring import Wiring
from tests.api.serving import serving
from tests.devstack.waiting import wait_until
from tests.graph.breaking import NUMBERS, add_a_long_graph, end_its_sessions
from tests.graph.edges import channel_id
from tests.jobs.steps import change


@pytest.mark.parametrize("kind", FORMATS)
def test_a_reader_can_tell_that_it_broke(wiring: Wiring, kind: str) -> None:
    add_a_long_graph(wiring)
    with serving(create_app(wiring)) as url:
        link = f"{url}/api/graph/export?format={kind}"
        for _ in range(3):  # more often than there may be exports at once
            with httpx.stream("GET", link) as answer:
                assert answer.status_code == 200
                assert answer.headers["Transfer-Encoding"] == "chunked"
                pieces = answer.iter_raw()
                next(pieces)
                end_its_sessions(wiring)
                with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
                    list(pieces)
        assert httpx.get(link).status_code == 200


def test_what_is_deleted_meanwhile_is_in_it_all_the_same(wiring: Wiring) -> None:
    """All of it is one state of the database: that in which it began."""
    add_a_long_graph(wiring)
    with serving(create_app(wiring)) as url, httpx.stream("GET", f"{url}/api/graph/export?format=graphml") as answer:
        pieces = answer.iter_text()
        told = next(pieces)
        change(wiring, "delete from channel_discoveries returning 1")
        change(wiring, "delete from channels returning 1")
        told += "".join(pieces)
    assert told.count("<node ") == len(NUMBERS)
    assert told.count("<edge ") == len(NUMBERS) - 1
    assert f'source="{channel_id(NUMBERS[-2])}" target="{channel_id(NUMBERS[-1])}"' in told
    assert told.endswith("</graphml>\n")


def test_readers_who_rest_keep_nobody_waiting(wiring: Wiring) -> None:
    add_a_long_graph(wiring)
    web = OpenAPI("web")
    web.register_api(make_blueprint(wiring.graph, patience=0.1))
    with serving(web) as url:
        resting = [socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) for _ in range(MOST_EXPORTS)]
        for reader in resting:
            reader.sendall(b"GET /api/graph/export?format=csv HTTP/1.1\r\nHost: here\r\n\r\n")
            assert reader.recv(1)
        wait_until(lambda: httpx.get(f"{url}/api/graph/export?format=csv").status_code == httpx.codes.OK)
        for reader in resting:
            reader.close()
