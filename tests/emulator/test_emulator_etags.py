"""Answers that the caller has already, and answers that are compressed for whoever reads that."""

import httpx
import pytest

from emulator.control import Control
from tests.emulator.asking import KEY, Asker


@pytest.fixture
def known(ask: Asker, control: Control) -> tuple[dict[str, str], str]:
    """A query and the ETag of its answer, within its quotation marks."""
    query = {"part": "snippet", "id": ",".join(control.channel_ids(5)), "key": KEY}
    return query, ask(**query).headers["etag"]


@pytest.mark.parametrize("sent", ["{}", "W/{}", '"other", {}', '"other",W/{} , "third"', "*"])
def test_what_the_caller_has_is_not_sent_again(ask: Asker, known: tuple[dict[str, str], str], sent: str) -> None:
    query, etag = known
    response = ask.http.get(ask.path, params=query, headers={"if-none-match": sent.format(etag)})
    assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", etag)
    assert "vary" in response.headers
    assert "content-type" not in response.headers


@pytest.mark.parametrize("sent", ['"other"', 'W/"other"', '""', "", '"*"', "{}x", 'x{0}, "{0}y"'])
def test_what_the_caller_does_not_have_is_sent(ask: Asker, known: tuple[dict[str, str], str], sent: str) -> None:
    query, etag = known
    response = ask.http.get(ask.path, params=query, headers={"if-none-match": sent.format(etag)})
    assert response.status_code == 200


def test_the_etag_stands_in_the_body_too(ask: Asker, known: tuple[dict[str, str], str]) -> None:
    query, etag = known
    assert ask(**query).json()["etag"] == etag.strip('"')


def test_an_error_is_an_error_whatever_the_caller_has(ask: Asker) -> None:
    response = ask.http.get(
        ask.path, params={"part": "nonsense", "id": "x", "key": KEY}, headers={"if-none-match": "*"}
    )
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("gzip, deflate", True),
        ("br;q=1, GZIP;q=0.1", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("identity", False),
        ("x-gzip-not", False),
        ("", False),
    ],
)
def test_answers_are_compressed_for_whoever_reads_that(
    http: httpx.Client, known: tuple[dict[str, str], str], accepted: str, *, packed: bool
) -> None:
    query, etag = known
    response = http.get("/youtube/v3/channels", params=query, headers={"accept-encoding": accepted})
    assert response.headers.get("content-encoding") == ("gzip" if packed else None)
    assert response.headers["etag"] == etag
    assert len(response.json()["items"]) == 5
