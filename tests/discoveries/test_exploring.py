"""What a method from outside may do wrong, and what becomes of the channel."""

from collections.abc import Iterator

import pytest

from app.catalog.ids import channel_key
from app.jobs.states import Outcome
from app.youtube.errors import ApiError, ErrorKind
from discovery.contract import Ask, Exploration, Found
from workers.discovery.exploring import Begun, Exploring

SEED, OTHER, THIRD = (f"UC{letter * 21}A" for letter in "abc")
KEY = channel_key(SEED)
ASK = Ask("channels.list", {"id": SEED})


def exploring(exploration: Exploration, bucket: str | None = "default", before: int = 0) -> Exploring:
    return Exploring(SEED, Begun(exploration, KEY, KEY), bucket, [({"items": []}, 1)] * before)


def asking(*steps: Ask | Found) -> Exploration:
    for step in steps:  # noqa: UP028 - `yield from` would hand answers to the tuple
        yield step


def test_what_is_found_between_the_calls_is_kept_once_it_is_over() -> None:
    one = exploring(asking(Found(OTHER, "a"), ASK, Found(OTHER, "b"), Found("@Name", "c"), Found("nonsense", "d")))
    assert not one.over
    assert one.take({}).over
    assert [edge.evidence for edge in one.expanded.edges] == ["a", "b"]
    assert [mention.handle for mention in one.expanded.mentions] == ["@name"]
    assert one.outcome() == (Outcome.FETCHED, "")


def test_answers_that_were_paid_before_are_not_asked_for_again() -> None:
    one = exploring(asking(ASK, Found(OTHER, "a"), ASK, Found(THIRD, "b")), before=1)
    assert (one.over, one.expanded.units) == (False, 1)
    assert one.take({}).number == 2
    assert len(one.expanded.edges) == 2


@pytest.mark.parametrize(
    ("steps", "bucket", "why"),
    [
        ([ASK], None, "channels.list is not paid from the bucket"),
        ([Ask("search.list", {})], "default", "search.list is not paid from the bucket"),
        ([Ask("videos.delete", {})], "default", "videos.delete is not paid from the bucket"),
        ([ASK] * 11, "default", "it asks more than 10 times"),
    ],
)
def test_calls_that_a_method_may_not_make(steps: list[Ask], bucket: str | None, why: str) -> None:
    one = exploring(asking(*steps), bucket)
    while not one.over:
        one.take({})
    outcome, told = one.outcome()
    assert outcome is Outcome.FAILED
    assert why in told


def test_a_method_that_breaks_fails_the_channel_and_nothing_else() -> None:
    def broken() -> Iterator[Ask]:
        yield ASK
        raise KeyError("items")

    one = exploring(broken())  # type: ignore[arg-type]  # what mypy would tell its author
    assert one.take({}).over
    assert one.outcome() == (Outcome.FAILED, "the method broke: KeyError: 'items'")


def test_a_verdict_ends_the_channel_unless_it_may_fail() -> None:
    verdict = ApiError("private", kind=ErrorKind.ITEM_VERDICT)
    one = exploring(asking(ASK, ASK))
    assert one.refused(verdict).over
    assert one.outcome() == (Outcome.NOT_FOUND, "private")
    other = exploring(asking(Ask("channels.list", {}, may_fail=True), Found(OTHER, "a")))
    assert other.refused(verdict).over
    assert other.outcome() == (Outcome.FETCHED, "")
    with pytest.raises(ApiError):
        exploring(asking(ASK)).refused(ApiError("later"))
