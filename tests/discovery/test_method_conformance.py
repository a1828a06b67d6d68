"""What holds for every discovery method and seed source, also for those that packages bring."""

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

import discovery.methods
from app.youtube.costs import METHODS
from discovery import hostile
from discovery.conformance import LARGEST_PAGES, Member, complaints
from discovery.contract import Ask, Exploration, Found, Seed, SeedSource
from discovery.driving import drive
from discovery.registry import methods, seed_sources
from emulator.discovery import methods as described_methods
from emulator.fields import read_mask

MEMBERS: dict[str, Member] = {**methods(), **seed_sources()}
SECTIONS = {"part": "contentDetails", "channelId": hostile.SEED_ID, "fields": "items/contentDetails/channels"}


@pytest.fixture(params=list(MEMBERS.values()), ids=list(MEMBERS))
def member(request: pytest.FixtureRequest) -> Member:
    found: Member = request.param
    return found


def calls(member: Member) -> Iterator[Ask]:
    """All that it asks, whatever it is answered."""
    for answering in hostile.answers():
        if isinstance(member, SeedSource):
            for place in hostile.places(member.places):
                yield from drive(member.explore(place), answering).asks
        else:
            for seed in hostile.seeds():
                yield from drive(member.explore(seed), answering).asks


def test_nothing_is_wrong_with(member: Member) -> None:
    assert complaints(member) == []


def test_its_calls_are_what_youtube_understands_and_the_ledger_expects(member: Member) -> None:
    described = described_methods()
    for ask in calls(member):
        read_mask(ask.params["fields"], described[ask.method].response)
        assert ask.params.keys() <= described[ask.method].parameters.keys() | {"fields"}
        assert set(ask.params["part"].split(",")) <= set(described[ask.method].parts)
        assert METHODS[ask.method].bucket == member.bucket


def test_every_file_in_the_folder_is_registered() -> None:
    folder = Path(inspect.getfile(discovery.methods)).parent
    assert {path.stem for path in folder.glob("[a-z]*.py")} <= set(MEMBERS)


def test_a_package_from_outside_needs_nothing_but_python() -> None:
    imported = re.compile(r"^(?:from|import) (\w+)", re.MULTILINE)
    files = Path(inspect.getfile(discovery.methods)).parents[1].rglob("*.py")
    needed = {name for path in files for name in imported.findall(path.read_text(encoding="utf-8"))}
    assert needed - sys.stdlib_module_names == {"discovery"}


def test_pages_are_as_large_as_the_table_of_costs_says() -> None:
    assert {name: METHODS[name].max_page for name in LARGEST_PAGES} == dict(LARGEST_PAGES)


def test_the_hostile_answers_reach_every_place_of_a_mask() -> None:
    mask = "nextPageToken,items(id,snippet(videoId,topLevelComment/snippet/authorChannelId/value),replies/comments/id)"
    assert list(hostile.mask_paths(mask)) == [
        ("nextPageToken",),
        ("items", "id"),
        ("items", "snippet", "videoId"),
        ("items", "snippet", "topLevelComment", "snippet", "authorChannelId", "value"),
        ("items", "replies", "comments", "id"),
    ]


Explore = Callable[[Seed], Exploration]


def asking(method: str = "channelSections.list", **changes: str) -> Explore:
    def explore(_: Seed) -> Exploration:
        params = {**SECTIONS, **changes}
        yield Ask(method, {name: value for name, value in params.items() if value != "left out"})

    return explore


def finding(channel: str, evidence: str = "section") -> Explore:
    def explore(_: Seed) -> Exploration:
        yield Found(channel, evidence)

    return explore


def trusting(_: Seed) -> Exploration:
    answer = yield Ask("channelSections.list", SECTIONS)
    for item in (answer or {})["items"]:
        yield Found(item["contentDetails"]["channels"][0], "section")


def muttering(_: Seed) -> Exploration:
    yield "UC"  # type: ignore[misc]


def endless(_: Seed) -> Exploration:
    while True:
        yield Ask("channelSections.list", SECTIONS)


def forgetful() -> Explore:
    calls = iter(range(1_000_000))

    def explore(_: Seed) -> Exploration:
        yield Found(hostile.OTHER_ID, f"call {next(calls)}")

    return explore


@dataclass
class Method:
    """A good one, that finds nobody."""

    name: str = "made_up"
    title: str = "Made up"
    meaning: str = "Nobody knows."
    service: str = "youtube"
    bucket: str | None = "default"
    units_per_seed: float = 1.0
    new_per_seed: float = 1.0
    interval: timedelta = timedelta(days=1)
    needs: frozenset[str] = field(default_factory=frozenset)
    chooses_by: frozenset[str] = frozenset()
    reliability: float = 0.5
    references: tuple[str, ...] = ("https://example.org",)
    acting: Explore = field(default_factory=asking)

    def explore(self, seed: Seed) -> Exploration:
        return self.acting(seed)


def test_what_a_method_does_not_say_is_complained_of() -> None:
    said = complaints(object())  # type: ignore[arg-type]
    assert "name cannot be None" in said
    assert "interval cannot be None" in said


def test_a_good_method_hears_no_complaint() -> None:
    assert complaints(Method()) == []


def test_a_method_need_not_say_how_reliable_it_is() -> None:
    said = {name: value for name, value in vars(Method()).items() if name != "reliability"}
    quiet = SimpleNamespace(**said, explore=asking())
    assert complaints(quiet) == []


@pytest.mark.parametrize(
    ("method", "complaint"),
    [
        (Method(name="Made-Up"), "name cannot be 'Made-Up'"),
        (Method(title=""), "title cannot be ''"),
        (Method(meaning="no sentence"), "meaning cannot be 'no sentence'"),
        (Method(bucket="music"), "bucket cannot be 'music'"),
        (Method(interval=timedelta(0)), "interval cannot be datetime.timedelta(0)"),
        (Method(needs=frozenset({"cookies"})), "needs cannot be frozenset({'cookies'})"),
        (Method(chooses_by=frozenset({"luck"})), "chooses_by cannot be frozenset({'luck'})"),
        (Method(reliability=70), "reliability cannot be 70"),
        (Method(references=()), "references cannot be ()"),
        (Method(new_per_seed=-1), "new_per_seed cannot be -1"),
        (Method(service="stored"), "service stored, bucket default and 1.0 units contradict each other"),
        (Method(acting=asking("channels.delete")), "asks channels.delete, which is none of"),
        (Method(acting=asking("search.list", maxResults="50")), "asks search.list and names the bucket default"),
        (Method(acting=asking(key="AIza")), "a key is not the method's to hand over"),
        (Method(acting=asking(fields="left out")), "channelSections.list: without fields"),
        (Method(acting=asking(maxResults="5")), "there are no pages"),
        (Method(acting=asking("playlists.list")), "maxResults is to be between 1 and 50, not left out"),
        (Method(acting=asking("playlists.list", maxResults="51")), "maxResults is to be between 1 and 50, not 51"),
        (Method(acting=asking("videos.list", id=",".join("a" * 51))), "one call takes 50 ids"),
        (Method(acting=asking(channelId="")), "a parameter is no text or empty"),
        (Method(acting=endless), "makes more than 10 calls"),
        (Method(acting=trusting), "raises KeyError('items')"),
        (Method(acting=muttering), "yields 'UC', which is neither an Ask nor a Found"),
        (Method(acting=finding(hostile.SEED_ID)), "finds the seed itself"),
        (Method(acting=finding(hostile.SEED_HANDLE)), "finds the seed itself"),
        (Method(acting=finding("@Paper")), "finds '@Paper', which is neither"),
        (Method(acting=finding("UCpaper")), "finds 'UCpaper', which is neither"),
        (Method(acting=finding(hostile.OTHER_ID, "")), "the evidence '' is empty"),
        (Method(acting=finding(hostile.OTHER_ID, "a\nb")), "the evidence 'a\\nb' is empty"),
        (Method(acting=finding(hostile.OTHER_ID, "a" * 121)), "the evidence 'aaa"),
        (Method(acting=forgetful()), "finds or asks something else the second time"),
    ],
)  # fmt: skip
def test_each_fault_is_complained_of(method: Method, complaint: str) -> None:
    said = complaints(method)
    assert any(complaint in one for one in said), said
