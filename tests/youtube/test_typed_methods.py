"""What holds for every method: YouTube accepts what is asked, and what is asked is what is used."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pytest
from googleapiclient.discovery import build
from hypothesis import given
from hypothesis import strategies as st

from app.youtube.costs import METHODS
from app.youtube.errors import ApiError, ErrorKind
from app.youtube.parse import next_page_token
from emulator.discovery import methods as described
from emulator.fields import Mask, apply_mask, read_mask
from tests.youtube.cases import CASES, Case

each = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def mask_of(case: Case) -> Mask:
    """Read as YouTube reads it: a field that its description does not know is an error."""
    return read_mask(case.request.params["fields"], described()[case.request.method].response)


def leaves(mask: Mask, *above: str) -> Iterator[tuple[str, ...]]:
    for name, below in mask.items():
        yield from leaves(below, *above, name) if below else [(*above, name)]


def without(value: object, path: tuple[str, ...]) -> object:
    """A copy in which the path leads nowhere."""
    if isinstance(value, list):
        return [without(entry, path) for entry in value]
    if not isinstance(value, dict) or path[0] not in value:
        return value
    rest = {name: entry for name, entry in value.items() if name != path[0]}
    return rest if len(path) == 1 else rest | {path[0]: without(value[path[0]], path[1:])}


def parsed_or_refused(case: Case, payload: dict[str, object]) -> object:
    try:
        return case.parse(payload)
    except ApiError as error:
        return error.reason


def texts_in(value: object) -> Iterator[str]:
    if is_dataclass(value):
        value = [getattr(value, field.name) for field in fields_of(value)]
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from texts_in(entry)


@pytest.fixture(scope="module")
def library() -> object:
    return build("youtube", "v3", developerKey="any", static_discovery=True)


@each
def test_the_library_knows_the_method_and_each_parameter(case: Case, library: object) -> None:
    resource, method = case.request.method.split(".")
    assert getattr(getattr(library, resource)(), method)(**case.request.params).uri


@each
def test_the_description_knows_each_part_and_field(case: Case) -> None:
    method = described()[case.request.method]
    assert set(case.request.params["part"].split(",")) <= method.parts
    assert set(mask_of(case)) <= {"items", "nextPageToken"}


@each
def test_pages_are_as_large_as_they_may_be_and_lead_to_the_next(case: Case) -> None:
    params, largest = case.request.params, METHODS[case.request.method].max_page
    is_list = "nextPageToken" in mask_of(case)
    assert is_list == (largest is not None and "id" not in params)
    if is_list:
        assert params["maxResults"] == str(largest)


def test_every_method_that_has_a_price_has_types() -> None:
    assert {case.request.method for case in CASES.values()} == set(METHODS) - {"videoAbuseReportReasons.list"}


@each
def test_each_field_that_is_asked_for_makes_a_difference(case: Case) -> None:
    asked = [path[1:] for path in leaves(mask_of(case)) if path[0] == "items"]
    whole = case.parse({"items": list(case.items)})
    unused = [path for path in asked if parsed_or_refused(case, {"items": without(list(case.items), path)}) == whole]
    assert unused == []


@each
def test_nothing_is_used_that_is_not_asked_for(case: Case) -> None:
    payload = {"kind": "youtube#SomethingListResponse", "items": [{**item, "new": [1]} for item in case.items]}
    masked = apply_mask(mask_of(case), payload)
    assert isinstance(masked, dict)
    assert case.parse(masked) == case.parse(payload)


@each
@pytest.mark.parametrize("payload", [{}, {"items": []}, {"pageInfo": {"totalResults": 0}}])
def test_absent_items_are_no_items(case: Case, payload: Mapping[str, Any]) -> None:
    assert case.parse(payload) == ()


@each
@pytest.mark.parametrize("items", [{}, None, "x", [None], [{"snippet": {}}], [{"id": 5}], [{"id": ""}], [{}]])
def test_an_item_without_an_id_spoils_the_answer_rather_than_vanish(case: Case, items: object) -> None:
    with pytest.raises(ApiError) as caught:
        case.parse({"items": items})
    assert caught.value.kind is ErrorKind.TRANSIENT


@pytest.mark.parametrize(
    ("payload", "token"), [({"nextPageToken": "CDIQAA"}, "CDIQAA"), ({"nextPageToken": ""}, None), ({}, None)]
)
def test_the_last_page_has_no_next(payload: Mapping[str, Any], token: str | None) -> None:
    assert next_page_token(payload) == token


names = sorted({name for case in CASES.values() for path in leaves(mask_of(case)) for name in path})
odd_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(categories=None)),
    lambda children: st.lists(children) | st.dictionaries(st.sampled_from(names), children),
)


@given(st.sampled_from(sorted(CASES)), st.dictionaries(st.sampled_from(names), odd_values))
def test_any_json_becomes_facts_that_can_be_stored(name: str, odd: dict[str, Any]) -> None:
    case = CASES[name]
    same = {key: case.items[0][key] for key in ("id", "contentDetails") if key in case.items[0]}
    for item in (odd | {"id": same["id"]}, odd | same):
        found = parsed_or_refused(case, {"items": [item]})
        for text in texts_in(found):
            assert "\0" not in text
            text.encode()


@each
@pytest.mark.real_data
def test_every_recorded_answer_is_read_whole_and_through_the_mask_alike(case: Case, recorded: Path) -> None:
    files = sorted((recorded / case.request.method).glob("*.json"))
    # One of the searches was laid out anew by those who published it.
    answers = [json.loads(file.read_bytes()) for file in files if "reorganized" not in file.name]
    if case is CASES["uploads"]:
        answers = [answer for answer in answers if all("contentDetails" in item for item in answer["items"])]
    assert answers or case is CASES["video statistics"]  # too young to have been recorded
    for answer in answers:
        facts = case.parse(answer)
        assert len(facts) == len(answer.get("items", []))
        masked = apply_mask(mask_of(case), answer)
        assert isinstance(masked, dict)
        assert case.parse(masked) == facts
        if "nextPageToken" in case.request.params["fields"]:
            assert next_page_token(masked) == (answer.get("nextPageToken") or None)
