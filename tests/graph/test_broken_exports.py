"""/api/graph/export when something breaks in the middle: the reader can tell, and the next one is served."""

import httpx
import pytest

from app.graph.exports import FORMATS
from app.web import create_app
from app.wiring import Wiring
from tests.api.serving import serving
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
