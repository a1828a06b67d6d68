"""The emulator against the discovery document: method by method, parameter by parameter, part by part, path by path.

What differs is in conformance/explained.py, each with its reason, and nothing else may.
"""

import gzip
from datetime import datetime
from itertools import pairwise

import pytest

from emulator import discovery
from emulator.methods.registry import METHODS
from emulator.web import GZIP_FROM
from tests.emulator.asking import KEY
from tests.emulator.conformance.asking import Resource, verdict
from tests.emulator.conformance.explained import ALL, EXPLAINED, explained
from tests.emulator.conformance.schemas import declares, problems
from tests.emulator.conformance.walk import PART, Walk, parameters_of

SPOKEN = sorted(METHODS)
PARAMETERS = [(method, name) for method in SPOKEN for name in sorted(parameters_of(method))]
PARTS = [(method, part) for method in SPOKEN for part in sorted(discovery.methods()[method].parts)]
DATED = [method for method in SPOKEN if "publishedAfter" in discovery.methods()[method].parameters]
PAGED = [method for method in SPOKEN if "pageToken" in discovery.methods()[method].parameters]


def test_the_walk_goes_through_all_that_is_declared() -> None:
    declared = [name for method in SPOKEN for name in discovery.methods()[method].parameters]
    assert (len(SPOKEN), len(declared), len(discovery.shared_parameters())) == (15, 129, 11)
    walked = len(PARAMETERS) + len(SPOKEN)  # `part` is walked by its values
    assert walked == len(declared) + len(SPOKEN) * len(discovery.shared_parameters())


@pytest.mark.parametrize(("method", "name"), PARAMETERS)
def test_a_parameter_is_what_the_document_says(walk: Walk, method: str, name: str) -> None:
    assert walk.parameter(method, name) == explained(method, name)


@pytest.mark.parametrize(("method", "part"), PARTS)
def test_a_part_is_served_or_known_to_be_the_owners(walk: Walk, method: str, part: str) -> None:
    assert walk.part(method, part) == explained(method, f"part {part}")


@pytest.mark.parametrize("method", SPOKEN)
def test_every_path_of_the_schema_can_be_asked_for_alone(walk: Walk, method: str) -> None:
    assert walk.fields(method) == explained(method, "paths")


@pytest.mark.parametrize("method", SPOKEN)
def test_every_answer_fits_its_schema(walk: Walk, method: str) -> None:
    example = walk.example(method)
    selections = [
        {**selection, "part": walk.served_parts(method)} for selection in example.every_part or [example.base]
    ]
    answers = [walk.door.content(method, selection) for selection in selections]
    assert any("items" in answer for answer in answers)
    found = set().union(*(problems(discovery.methods()[method].response, answer) for answer in answers))
    assert found == explained(method, "schema")


def test_every_explanation_is_of_something_that_is_walked() -> None:
    walked = {*PARAMETERS, *((method, f"part {part}") for method, part in PARTS)}
    walked |= {(method, subject) for method in SPOKEN for subject in ("schema", "paths", "pages")}
    walked |= {(ALL, name) for name in discovery.shared_parameters()}
    assert EXPLAINED.keys() <= walked
    assert all(why for differences in EXPLAINED.values() for why in differences.values())


def test_the_check_of_schemas_can_fail() -> None:
    wrong = {
        "kind": "youtube#videoListResponse",
        "items": [{"statistics": {"viewCount": 5, "views": "5"}, "snippet": {"publishedAt": "2026-01-01"}}],
        "pageInfo": {"totalResults": "1", "resultsPerPage": 2**31},
    }
    assert problems("ChannelListResponse", wrong) == {
        "kind: const youtube#channelListResponse",
        "items.statistics.viewCount: type",
        "items.statistics: additionalProperties views",
        "items.snippet.publishedAt: pattern",
        "pageInfo.totalResults: type",
        "pageInfo.resultsPerPage: maximum",
    }


@pytest.mark.parametrize("method", PAGED)
def test_a_list_is_walked_forth_and_back_without_loss(walk: Walk, method: str) -> None:
    if walk.example(method).pages is None:
        answer = walk.door.content(method, {"part": PART, **walk.example(method).base, "maxResults": "1"})
        assert {"one page"} - {key for key in answer if key == "nextPageToken"} == explained(method, "pages")
        assert len(answer["items"]) > 1
        return
    most = discovery.methods()[method].parameters["maxResults"].maximum
    assert most
    whole = [item["id"] for page in walk.pages(method, most) for item in page["items"]]
    size = max(1, len(whole) // 4)
    pages = list(walk.pages(method, size))
    assert [item["id"] for page in pages for item in page["items"]] == whole
    assert len({str(name) for name in whole}) == len(whole) >= 4
    assert all(page["pageInfo"]["resultsPerPage"] == size >= len(page["items"]) for page in pages)
    back = declares(discovery.methods()[method].response, "prevPageToken")
    assert ["prevPageToken" in page for page in pages] == [back and number > 0 for number in range(len(pages))]
    for before, page in pairwise(pages):
        if back:
            assert next(walk.pages(method, size, page["prevPageToken"]))["items"] == before["items"]


@pytest.mark.parametrize("method", DATED)
def test_two_instants_part_a_list(walk: Walk, method: str) -> None:
    asked = {"part": PART, **(walk.example(method).pages or {}), "maxResults": "50"}
    whole = walk.door.items(method, asked)
    middle = sorted(map(_published, whole))[len(whole) // 2]
    before = walk.door.items(method, {**asked, "publishedBefore": middle.isoformat()})
    after = walk.door.items(method, {**asked, "publishedAfter": middle.isoformat()})
    assert all(_published(item) <= middle for item in before)
    assert all(_published(item) >= middle for item in after)
    assert {str(item["id"]) for item in (*before, *after)} == {str(item["id"]) for item in whole}
    assert before
    assert after


def _published(item: Resource) -> datetime:
    return datetime.fromisoformat(item["snippet"]["publishedAt"])


@pytest.mark.parametrize("method", PAGED)
@pytest.mark.parametrize("token", ["x", "!!!!", "AAAA", "CDIQA", "ümlaut", "CAUQAA" * 100])
def test_a_page_token_that_no_page_gave_is_refused(walk: Walk, method: str, token: str) -> None:
    example = walk.example(method)
    response = walk.door(method, {"part": PART, **(example.pages or example.base), "pageToken": token})
    [error] = response.json()["error"]["errors"]
    assert (response.status_code, error["reason"], error["location"]) == (400, "invalidPageToken", "pageToken")


@pytest.mark.parametrize("method", SPOKEN)
def test_what_the_document_does_not_know_is_refused(walk: Walk, method: str) -> None:
    good = {"part": PART, **walk.example(method).base}
    assert verdict(walk.door(method, good)) == "ok"
    assert verdict(walk.door(method, {**good, "nonsense": "1"})) == "400 invalid"
    assert verdict(walk.door(method, {**good, "part": f"{PART},nonsense"})) == "400 unknownPart"
    for fields in ("nonsense", "items/nonsense", "items(id", "items)", "items/kind/more"):
        assert verdict(walk.door(method, {**good, "fields": fields})) == "400 badRequest"


@pytest.mark.parametrize("method", SPOKEN)
def test_what_is_required_cannot_be_left_out(walk: Walk, method: str) -> None:
    base = walk.example(method).base
    for parameters in (base, {**base, "part": ""}):
        [error] = walk.door(method, parameters).json()["error"]["errors"]
        assert (error["reason"], error["location"]) == ("required", "part")
    if base and method != "search.list":  # which finds something without any word
        assert verdict(walk.door(method, {"part": PART})).startswith("400 ")


@pytest.mark.parametrize("method", SPOKEN)
def test_parts_may_be_given_in_one_or_in_several(walk: Walk, method: str) -> None:
    asked = walk.example(method).base
    parts = walk.served_parts(method)
    together = walk.door.content(method, {**asked, "part": parts})
    assert walk.door.content(method, {**asked, "part": parts.split(",")}) == together


@pytest.mark.parametrize("method", SPOKEN)
def test_a_mask_may_name_several_paths(walk: Walk, method: str) -> None:
    asked = {"part": PART, **walk.example(method).base}
    whole = walk.door.content(method, asked)
    masked = walk.door.content(method, {**asked, "fields": "kind, items/etag , items( id , snippet / * )"})
    items = [{name: item[name] for name in ("etag", "id", "snippet") if name in item} for item in whole["items"]]
    assert masked == {"kind": whole["kind"], "items": items}
    assert walk.door.content(method, {**asked, "fields": "*"}).keys() == whole.keys()


@pytest.mark.parametrize("method", SPOKEN)
def test_an_answer_that_has_not_changed_is_not_sent_again(walk: Walk, method: str) -> None:
    asked = {"part": PART, **walk.example(method).base}
    first = walk.door(method, asked)
    assert first.headers["etag"] == f'"{first.json()["etag"]}"'
    again = walk.door(method, asked, **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = walk.door(method, {**asked, "part": f"id,{PART}"}, **{"if-none-match": '"another"'})
    assert other.status_code == 200


@pytest.mark.parametrize("method", SPOKEN)
def test_the_key_may_come_in_a_header(walk: Walk, method: str) -> None:
    asked = {"part": PART, **walk.example(method).base}
    inside = walk.door.content(method, {**asked, "key": ""}, **{"x-goog-api-key": KEY})
    assert inside == walk.door.content(method, asked)
    assert verdict(walk.door(method, {**asked, "key": ""})) == "403 forbidden"


@pytest.mark.parametrize("method", SPOKEN)
def test_a_long_query_may_be_posted(walk: Walk, method: str) -> None:
    asked = {"part": PART, **walk.example(method).base}
    path, override = discovery.methods()[method].path, {"x-http-method-override": "GET"}
    posted = walk.door.http.post(f"/{path}", data={"key": KEY, **asked}, headers=override)
    assert posted.json() == walk.door.content(method, asked)
    assert walk.door.http.post(f"/{path}", data={"key": KEY, **asked}).status_code != 200


@pytest.mark.parametrize("method", SPOKEN)
def test_an_answer_is_compressed_for_those_who_take_it(walk: Walk, method: str) -> None:
    asked = {"part": walk.served_parts(method), **walk.example(method).base}
    plain = walk.door(method, asked, **{"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    path, query = discovery.methods()[method].path, {"key": KEY, **asked}
    with walk.door.http.stream("GET", f"/{path}", params=query, headers={"accept-encoding": "gzip"}) as packed:
        body = b"".join(packed.iter_raw())
    is_long = len(plain.content) >= GZIP_FROM
    assert packed.headers.get("content-encoding") == ("gzip" if is_long else None)
    assert (gzip.decompress(body) if is_long else body) == plain.content


@pytest.mark.parametrize("method", SPOKEN)
def test_an_answer_is_indented_unless_asked_otherwise(walk: Walk, method: str) -> None:
    asked = {"part": PART, **walk.example(method).base}
    indented, plain = walk.door(method, asked), walk.door(method, {**asked, "prettyPrint": "false"})
    assert indented.content.startswith(b'{\n  "kind": ')
    assert b"\n" not in plain.content
    assert indented.json() == plain.json()
