"""The methods that ask nobody: they read what is stored, as carefully as if each mistake cost a unit."""

import re
from collections.abc import Iterator

from discovery.contract import Alike, Exploration, Found, Place, Seed, Text
from discovery.driving import drive
from discovery.methods.description_links import DescriptionLinks
from discovery.methods.mentions import Mentions
from discovery.methods.outside_list import OutsideList
from discovery.methods.shared_terms import SharedTerms
from discovery.names import is_channel_id
from emulator.universe.ids import channel_number
from emulator.universe.universe import Universe
from emulator.universe.writing.names import handle_number
from tests.discovery.asking import channels, stored

SEED, OTHER = "UC_x5XG1OV2P6uZZ5FSM9Ttw", "UCBJycsmduvYEL83R_U4JriQ"
HANDLE, CHANNEL = re.compile(r"@[^\s/]+-[0-9a-z]+"), re.compile(r"UC[\w-]{22}")


def found(exploration: Exploration) -> list[Found]:
    trace = drive(exploration, lambda _: None)
    assert trace.asks == []
    return trace.found


def test_links_and_mentions_are_what_people_of_the_universe_point_to(universe: Universe) -> None:
    """Nothing that is not there, and nearly all that is."""
    expected, read = set(), set()
    for channel in channels(universe, 150):
        seed = stored(universe, channel, videos=10)
        text = "\n".join(f"{text.title}\n{text.description}" for text in seed.texts)
        named = {*map(handle_number, HANDLE.findall(text)), *map(channel_number, CHANNEL.findall(text))}
        expected |= {(channel.number, number) for number in named - {channel.number}}
        both = (*found(DescriptionLinks().explore(seed)), *found(Mentions().explore(seed)))
        read |= {(channel.number, number_of(one.channel)) for one in both}
    assert len(expected) > 400
    assert read <= expected
    assert len(read) > 0.98 * len(expected)


def number_of(channel: str) -> int | None:
    return channel_number(channel) if is_channel_id(channel) else handle_number(channel)


def test_each_text_counts_once_and_says_where_it_stands() -> None:
    said = f"youtube.com/channel/{OTHER} and again {OTHER}, also youtube.com/@Friend"
    seed = Seed(SEED, texts=(Text("channel", "", said), Text("video dQw4w9WgXcQ", OTHER, said)))
    channel, video = "channel", "video dQw4w9WgXcQ"
    assert found(DescriptionLinks().explore(seed)) == [
        Found(OTHER, channel), Found("@friend", channel), Found(OTHER, video), Found("@friend", video),
    ]  # fmt: skip


def test_links_are_not_mentions_and_mentions_are_no_links() -> None:
    seed = Seed(SEED, texts=(Text("channel", "with @Guest", "https://youtube.com/@Friend"),))
    assert found(Mentions().explore(seed)) == [Found("@guest", "channel")]
    assert found(DescriptionLinks().explore(seed)) == [Found("@friend", "channel")]


def test_a_channel_that_names_itself_is_not_found() -> None:
    said = f"@Paper youtube.com/@paper {SEED} https://youtube.com/playlist?list=UU{SEED[2:]}"
    seed = Seed(SEED, handle="@paper", texts=(Text("channel", said, said),))
    assert found(DescriptionLinks().explore(seed)) == found(Mentions().explore(seed)) == []


def test_every_shared_term_is_an_evidence() -> None:
    seed = Seed(SEED, alike=(Alike(OTHER, ("origami", "paper boats")), Alike(SEED, ("origami",))))
    assert found(SharedTerms().explore(seed)) == [Found(OTHER, "term origami"), Found(OTHER, "term paper boats")]


def test_a_list_is_read_line_by_line_under_its_name() -> None:
    read = []

    def lines() -> Iterator[str]:
        for line in ("id,name", f"{OTHER},Marques", f"https://www.youtube.com/channel/{SEED}", "@handle,x@y.com"):
            read.append(line)
            yield line

    exploration = OutsideList().explore(Place("a survey of 2023", lines()))
    assert next(exploration) == Found(OTHER, "list a survey of 2023")
    assert len(read) == 2
    assert found(exploration) == [Found(SEED, "list a survey of 2023")]
