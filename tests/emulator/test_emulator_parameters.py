"""Every parameter of every spoken method, as the discovery document declares it."""

import re
from typing import Any

import jsonschema
import pytest

from emulator import discovery
from emulator.control import Control
from emulator.methods.channels import FILTERS, OWNER_PARTS, RENDERERS
from emulator.methods.registry import METHODS
from tests.emulator.asking import Asker

# every other method is walked by the conformance test; here the words of the errors are looked at
DECLARED = {("channels.list", p.name): p for p in discovery.methods()["channels.list"].parameters.values()}
PARTS = sorted({"id", *RENDERERS})


def _spoken() -> list[discovery.Method]:
    return [discovery.methods()[name] for name in METHODS]


def _schema(name: str) -> dict[str, Any]:
    """A schema of the document as JSON Schema, closed: a property that it does not name is a mistake."""
    return {"$ref": f"#/$defs/{name}", "$defs": {name: _closed(body) for name, body in _all_schemas().items()}}


def _all_schemas() -> dict[str, Any]:
    document: dict[str, Any] = discovery._document()
    schemas: dict[str, Any] = document["schemas"]
    return schemas


def _closed(body: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in body:
        return {"$ref": f"#/$defs/{body['$ref']}"}
    closed: dict[str, Any] = {key: body[key] for key in ("type", "enum") if key in body}
    if body.get("format") in {"uint64", "int64"}:
        closed["pattern"] = "^[0-9]+$"
    if "items" in body:
        closed["items"] = _closed(body["items"])
    if body.get("type") == "object":
        more = body.get("additionalProperties")
        closed["additionalProperties"] = _closed(more) if more else False
        closed["properties"] = {name: _closed(value) for name, value in body.get("properties", {}).items()}
    return closed


def test_every_answer_fits_its_schema(ask: Asker, control: Control) -> None:
    ids = control.channel_ids(200)
    checker = jsonschema.Draft202012Validator(_schema("ChannelListResponse"))
    for start in range(0, 200, 50):
        checker.validate(ask(part=",".join(PARTS), id=",".join(ids[start : start + 50])).json())


def test_the_schema_check_can_fail() -> None:
    checker = jsonschema.Draft202012Validator(_schema("ChannelListResponse"))
    assert not checker.is_valid({"items": [{"statistics": {"viewCount": 5}}]})
    assert not checker.is_valid({"items": [{"statistics": {"views": "5"}}]})
    assert not checker.is_valid({"items": [{"status": {"privacyStatus": "open"}}]})


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_the_document_is_spoken(ask: Asker, control: Control, part: str) -> None:
    items = ask.items(part=part, id=",".join(control.channel_ids(50)))
    assert len(items) == 50
    assert part == "id" or any(part in item for item in items)


def test_no_part_of_the_document_is_forgotten() -> None:
    assert discovery.methods()["channels.list"].parts == {*PARTS, *OWNER_PARTS}


@pytest.mark.parametrize("part", sorted(OWNER_PARTS))
def test_parts_for_owners_are_forbidden(ask: Asker, control: Control, part: str) -> None:
    error = ask.error(part=f"id,{part}", id=control.channel_ids(1)[0])
    assert (error["code"], error["errors"][0]["reason"]) == (403, "forbidden")
    assert error["errors"][0]["domain"] == "youtube.common"


@pytest.mark.parametrize(("method", "name"), [key for key, p in DECLARED.items() if p.type == "integer"])
def test_every_number_has_its_range(ask: Asker, control: Control, method: str, name: str) -> None:
    parameter = DECLARED[method, name]
    assert parameter.maximum is not None
    assert parameter.minimum is not None
    wanted = {"part": "id", "id": control.channel_ids(1)[0]}
    for good in (parameter.minimum, parameter.maximum):
        assert ask(**wanted, **{name: str(good)}).status_code == 200
    error = ask.error(**wanted, **{name: str(parameter.maximum + 1)})
    assert error["errors"][0]["reason"] == "invalidParameter"
    assert error["errors"][0]["location"] == name
    assert str(parameter.maximum) in error["message"]
    for bad in ("abc", "-1", "1.5", "٣", "99999999999999"):
        error = ask.error(**wanted, **{name: bad})
        assert error["status"] == "INVALID_ARGUMENT"
        assert error["message"] == f"Invalid value at 'max_results' (TYPE_UINT32), \"{bad}\""


@pytest.mark.parametrize(("method", "name"), [key for key, p in DECLARED.items() if p.default])
def test_every_default_is_used(ask: Asker, control: Control, method: str, name: str) -> None:
    wanted = {"part": "id", "id": control.channel_ids(1)[0]}
    default = DECLARED[method, name].default
    assert default
    assert ask(**wanted).json() == ask(**wanted, **{name: default}).json()


@pytest.mark.parametrize(("method", "name"), [key for key, p in DECLARED.items() if p.type == "boolean"])
def test_every_boolean_is_one(ask: Asker, control: Control, method: str, name: str) -> None:
    assert DECLARED[method, name].type == "boolean"
    wanted = {"part": "id", "id": control.channel_ids(1)[0]}
    assert ask(**wanted, **{name: "false"}).status_code == 200
    assert "TYPE_BOOL" in ask.error(**wanted, **{name: "maybe"})["message"]


@pytest.mark.parametrize("name", sorted(discovery.shared_parameters()))
def test_every_shared_parameter_is_taken(ask: Asker, control: Control, name: str) -> None:
    parameter = discovery.shared_parameters()[name]
    good = parameter.default or (parameter.enum[0] if parameter.enum else "id")
    status = ask(part="id", id=control.channel_ids(1)[0], **{name: {"fields": "items/id"}.get(name, good)}).status_code
    assert status == (401 if name in {"access_token", "oauth_token"} else 200)
    if parameter.enum:
        error = ask.error(part="id", id=control.channel_ids(1)[0], **{name: "nonsense"})
        assert error["status"] == "INVALID_ARGUMENT"


def test_other_forms_than_json_are_not_spoken(ask: Asker, control: Control) -> None:
    assert ask.error(part="id", id=control.channel_ids(1)[0], alt="proto")["status"] == "UNIMPLEMENTED"


@pytest.mark.parametrize("name", ["ids", "Part", "for_handle", "order"])
def test_an_unknown_parameter_is_refused(ask: Asker, name: str) -> None:
    error = ask.error(part="id", id="x", **{name: "1"})
    assert error["message"].startswith(f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query')
    assert error["errors"][0]["reason"] == "invalid"
    assert error["details"][0]["@type"] == "type.googleapis.com/google.rpc.BadRequest"


def test_part_is_required(ask: Asker) -> None:
    for parameters in ({"id": "x"}, {"id": "x", "part": ""}):
        assert ask.error(**parameters)["errors"][0]["location"] == "part"


@pytest.mark.parametrize("part", ["contentdetails", " snippet", "snippet,,id", "invideoPromotion", "kind"])
def test_an_unknown_part_is_refused(ask: Asker, part: str) -> None:
    [item] = ask.error(part=part, id="x")["errors"]
    assert (item["reason"], item["domain"], item["location"]) == ("unknownPart", "youtube.part", "part")


def test_a_filter_is_required(ask: Asker) -> None:
    for parameters in ({}, {"id": ""}, {"mine": "false"}):
        error = ask.error(part="id", **parameters)
        assert error["message"] == f"No filter selected. Expected one of: {', '.join(FILTERS)}"
        item = error["errors"][0]
        assert (item["reason"], item["domain"]) == ("missingRequiredParameter", "youtube.parameter")
        assert (item["location"], item["locationType"]) == ("parameters.", "other")


def test_two_filters_are_one_too_many(ask: Asker) -> None:
    error = ask.error(part="id", id="x", forHandle="@y")
    assert error["message"] == "Incompatible parameters specified in the request: id, forHandle"
    assert error["errors"][0]["reason"] == "incompatibleParameters"


@pytest.mark.parametrize(
    ("filters", "status", "reason"),
    [
        ({"mine": "true"}, 401, "authorizationRequired"),
        ({"mySubscribers": "true"}, 401, "authorizationRequired"),
        ({"managedByMe": "true"}, 403, "forbidden"),
        ({"categoryId": "GC1"}, 404, "categoryNotFound"),
    ],
)
def test_filters_that_a_key_cannot_use(ask: Asker, filters: dict[str, str], status: int, reason: str) -> None:
    error = ask.error(part="id", **filters)
    assert (error["code"], error["errors"][0]["reason"]) == (status, reason)


def test_fifty_ids_and_no_more(ask: Asker, control: Control) -> None:
    ids = control.channel_ids(51)
    assert len(ask.items(part="id", id=",".join(ids[:50]))) == 50
    for wanted in (",".join(ids), ",".join(ids[:50]) + ","):  # the empty one after the comma counts
        [item] = ask.error(part="id", id=wanted)["errors"]
        assert (item["reason"], item["location"]) == ("invalidFilters", "parameters.")


@pytest.mark.parametrize("token", ["x", "!!!!", "AAAA", "CDIQA", "CDIRAA", "ümlaut"])
def test_a_page_token_that_no_page_gave(ask: Asker, token: str) -> None:
    [item] = ask.error(part="id", id="x", pageToken=token)["errors"]
    assert (item["reason"], item["location"]) == ("invalidPageToken", "pageToken")


def test_an_unknown_language_is_refused(ask: Asker) -> None:
    assert ask.error(part="snippet", id="x", hl="klingon!")["errors"][0]["reason"] == "unsupportedLanguageCode"


def test_methods_that_are_not_spoken_say_so(http_paths: dict[str, int]) -> None:
    assert http_paths == {"/youtube/v3/liveBroadcasts": 501, "/youtube/v3/nothing": 404, "/": 200}


@pytest.fixture
def http_paths(ask: Asker) -> dict[str, int]:
    return {path: ask.http.get(path).status_code for path in ("/youtube/v3/liveBroadcasts", "/youtube/v3/nothing", "/")}


def test_every_spoken_method_is_a_read_method_of_the_document() -> None:
    for method in _spoken():
        assert method.verb == "GET"
        assert re.fullmatch(r"youtube/v3/[\w:]+", method.path)
