"""The examples of the document are answers of this API: recorded, complete, and still as they are documented.

`TRIBUTARY_RECORD_EXAMPLES=1 ./run_tests.sh -n 0 tests/api/test_api_examples.py` records them anew.
"""

import copy
import json
import os
from typing import Any

import pytest

from app.document import EXAMPLES
from app.web import create_app
from emulator.control import Control
from tests.api.story import Story, tell
from tests.conformity import check, document_of, validator
from tests.conftest import MakeWiring, add_key

HUB = {("/push/callback/{callback_id}", "get"), ("/push/callback/{callback_id}", "post")}


@pytest.fixture
def story(make_wiring: MakeWiring, emulator: Control) -> Story:
    wiring = make_wiring(push_callback_url="https://tributary.example/", environment="local")
    add_key(wiring, 1)
    return Story(create_app(wiring).test_client(), wiring, emulator.channel_ids(count=25))


def test_every_operation_answers_as_documented_and_has_an_example(story: Story) -> None:
    tell(story)
    if os.environ.get("TRIBUTARY_RECORD_EXAMPLES"):
        EXAMPLES.write_text(json.dumps(story.examples, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    document = document_of(story.api.application)
    assert document is not None
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if (path, method) not in HUB:
                assert operation["operationId"] in story.examples, f"{method} {path} is in no story"


def test_the_recorded_examples_are_as_documented(story: Story) -> None:
    document = document_of(story.api.application)
    assert document is not None
    recorded = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    operations = {one["operationId"]: one for item in document["paths"].values() for one in item.values()}
    assert set(recorded) <= set(operations)
    for name, examples in recorded.items():
        for status, example in examples["answers"].items():
            content = operations[name]["responses"][status]["content"].get("application/json")
            assert content is None or wrong(content, example) == [], name
        content = operations[name].get("requestBody", {}).get("content", {}).get("application/json")
        assert not content or "request" not in examples or wrong(content, examples["request"]) == [], name
        assert not content or not operations[name]["requestBody"]["required"] or "request" in examples, name


def wrong(content: dict[str, Any], example: object) -> list[str]:
    schema = content["schema"]
    reference = schema["$ref"] if "$ref" in schema else schema["anyOf"][0]["$ref"]
    return [error.message for error in validator(reference).iter_errors(example)]


def test_an_answer_that_is_not_as_documented_is_refused(story: Story) -> None:
    told = document_of(story.api.application)
    assert told is not None
    answer = story.api.get("/livez")
    for part in ("200", "content"):
        document = copy.deepcopy(told)
        responses = document["paths"]["/livez"]["get"]["responses"]
        del (responses if part == "200" else responses["200"])[part]
        with pytest.raises(AssertionError, match="undocumented"):
            check(document, story.api.application, answer)
    assert list(validator("#/components/schemas/Alive").iter_errors({"status": "ok", "more": 1})) != []
