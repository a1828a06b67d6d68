"""Parameters in the words of the real service; that each is what it is declared to be, the conformance walk shows."""

import httpx
import pytest

from emulator.control import Control
from emulator.methods.channels import FILTERS, OWNER_PARTS
from tests.emulator.asking import KEY, Asker


@pytest.mark.parametrize("part", sorted(OWNER_PARTS))
def test_parts_for_owners_are_forbidden(ask: Asker, control: Control, part: str) -> None:
    error = ask.error(part=f"id,{part}", id=control.channel_ids(1)[0])
    assert (error["code"], error["errors"][0]["reason"]) == (403, "forbidden")
    assert error["errors"][0]["domain"] == "youtube.common"


@pytest.mark.parametrize("bad", ["abc", "-1", "1.5", "\u0663", "99999999999999"])
def test_a_number_that_is_none_is_named_with_its_type(ask: Asker, bad: str) -> None:
    error = ask.error(part="id", id="x", maxResults=bad)
    assert error["message"] == f"Invalid value at 'max_results' (TYPE_UINT32), \"{bad}\""
    assert error["status"] == "INVALID_ARGUMENT"


def test_a_number_out_of_range_is_told_the_range(ask: Asker) -> None:
    error = ask.error(part="id", id="x", maxResults="51")
    assert error["message"] == "Invalid value '51'. Values must be within the range: [0, 50]"
    assert (error["errors"][0]["reason"], error["errors"][0]["location"]) == ("invalidParameter", "maxResults")


def test_a_boolean_is_true_or_false(ask: Asker) -> None:
    assert ask.error(part="id", mine="maybe")["message"] == "Invalid value at 'mine' (TYPE_BOOL), \"maybe\""


def test_a_value_of_a_fixed_set_is_named_with_its_type(http: httpx.Client) -> None:
    ask = Asker(http, "/youtube/v3/search")
    kind = "type.googleapis.com/youtube.api.v3.SearchListRequest.VideoTypeWrapper.VideoType"
    error = ask.error(part="snippet", type="video", videoType="short")
    assert error["message"] == f"Invalid value at 'video_type' ({kind}), \"short\""


def test_an_instant_has_a_zone(http: httpx.Client) -> None:
    ask = Asker(http, "/youtube/v3/search")
    for bad in ("2026-01-01T00:00:00", "2026-01-01", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+01:00"):
        error = ask.error(part="snippet", publishedAfter=bad)
        assert error["message"] == (
            "Invalid value at 'published_after' (type.googleapis.com/google.protobuf.Timestamp), "
            "Field 'published_after', Illegal timestamp format; "
            "timestamps must end with 'Z' or have a valid timezone offset."
        )


def test_of_several_values_the_last_one_counts(ask: Asker, http: httpx.Client, control: Control) -> None:
    [one] = control.channel_ids(1)
    pairs = {"part": "id", "id": one, "maxResults": ["abc", "7"], "key": KEY}
    assert http.get(ask.path, params=pairs).json()["pageInfo"]["resultsPerPage"] == 7


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


def test_an_unknown_language_is_refused(ask: Asker) -> None:
    assert ask.error(part="snippet", id="x", hl="klingon!")["errors"][0]["reason"] == "unsupportedLanguageCode"


def test_methods_that_are_not_spoken_say_so(http_paths: dict[str, int]) -> None:
    assert http_paths == {"/youtube/v3/liveBroadcasts": 501, "/youtube/v3/nothing": 404, "/": 200}


@pytest.fixture
def http_paths(ask: Asker) -> dict[str, int]:
    return {path: ask.http.get(path).status_code for path in ("/youtube/v3/liveBroadcasts", "/youtube/v3/nothing", "/")}
