"""What people type and paste: hundreds of spellings, hostile ones and nonsense, each read in exactly one way."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.youtube.resolving.links import Kind, Named, Unreadable, read

CHANNEL = "UC_x5XG1OV2P6uZZ5FSM9Ttw"
VIDEO = "dQw4w9WgXcQ"
LIST = "PLIivdWyY5sqJxnwJhe3etaK7utrBiPBQ2"
ALBUM = f"OLAK5uy_{'k' * 33}"
HOSTS = ("youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "WWW.YouTube.Com", "youtube.com:443")


def named(text: str) -> tuple[Kind, str]:
    found = read(text)
    assert isinstance(found, Named), found
    return found.kind, found.name


def why_not(text: str) -> str:
    found = read(text)
    assert isinstance(found, Unreadable), found
    return found.reason


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("scheme", ["", "https://", "HTTP://", "//", "http:/"])
def test_every_host_and_scheme_is_the_same_to_it(scheme: str, host: str) -> None:
    at = f"{scheme}{host}"
    assert named(f"{at}/channel/{CHANNEL}") == (Kind.CHANNEL, CHANNEL)
    assert named(f"{at}/@SomeBody") == (Kind.HANDLE, "somebody")
    assert named(f"{at}/user/SomeBody") == (Kind.USER, "somebody")
    assert named(f"{at}/c/SomeBody") == (Kind.CUSTOM, "somebody")
    assert named(f"{at}/SomeBody") == (Kind.CUSTOM, "somebody")
    assert named(f"{at}/watch?v={VIDEO}") == (Kind.VIDEO, VIDEO)
    assert named(f"{at}/playlist?list={LIST}") == (Kind.PLAYLIST, LIST)


@pytest.mark.parametrize(
    "tail", ["", "/", "/videos", "/about?x=1", "?sub_confirmation=1", "#top", "/featured#a", "?si=Qe"]
)
@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        (f"channel/{CHANNEL}", Kind.CHANNEL, CHANNEL),
        ("@some.body_1-2", Kind.HANDLE, "some.body_1-2"),
        ("user/SomeBody", Kind.USER, "somebody"),
        ("c/SomeBody", Kind.CUSTOM, "somebody"),
        ("SomeBody", Kind.CUSTOM, "somebody"),
    ],
)
def test_tabs_queries_and_fragments_change_nothing(path: str, kind: Kind, name: str, tail: str) -> None:
    for start in ("https://www.youtube.com/", "/"):
        assert named(f"{start}{path}{tail}") == (kind, name)


@pytest.mark.parametrize(
    "link",
    [
        f"https://youtu.be/{VIDEO}",
        f"youtu.be/{VIDEO}?si=Abc_def-123&t=42",
        f"https://youtu.be/{VIDEO}&feature=share",
        f"https://www.youtube.com/watch?v={VIDEO}&list={LIST}&index=3&t=4s&si=x",
        f"https://www.youtube.com/watch?app=desktop&list=RD{VIDEO}&v={VIDEO}",
        f"https://www.youtube.com/watch?v={VIDEO}&amp;feature=youtu.be",
        f"https://www.youtube.com/watch/{VIDEO}",
        f"https://www.youtube.com/shorts/{VIDEO}?feature=share",
        f"https://youtube.com/live/{VIDEO}?si=x",
        f"https://www.youtube.com/embed/{VIDEO}?autoplay=1&list={LIST}",
        f"https://www.youtube-nocookie.com/embed/{VIDEO}",
        f"http://www.youtube.com/v/{VIDEO}&hl=en",
        f"https://studio.youtube.com/video/{VIDEO}/edit",
        f"https://www.youtube.com/attribution_link?a=x&u=/watch%3Fv%3D{VIDEO}%26feature%3Dshare",
        f"https://www.youtube.com/oembed?url=https%3A//youtu.be/{VIDEO}&format=json",
        f"https://www.google.com/url?sa=t&url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3D{VIDEO}&usg=x",
        f"https://consent.youtube.com/ml?continue=https://www.youtube.com/watch?v%3D{VIDEO}%26cbrd%3D1&gl=DE",
        f"/watch?v={VIDEO}",
        f"watch?v={VIDEO}&feature=youtu.be",
        f"video/{VIDEO}",
        f"  <https://youtu.be/{VIDEO}>, ",
        f"(https://youtu.be/{VIDEO}).",
        f"\u201chttps://youtu.be/{VIDEO}\u201d",
        f"\ufeffhttps://youtu.be/\u200b{VIDEO}\u200e",
        f"https://www.youtube.com/watch?v={VIDEO}&url=https%3A%2F%2Fexample.com%2F",
        VIDEO,
    ],
)
def test_a_link_of_a_video(link: str) -> None:
    assert named(link) == (Kind.VIDEO, VIDEO)


@pytest.mark.parametrize(
    ("link", "list_id"),
    [
        (f"https://www.youtube.com/playlist?list={LIST}&si=x", LIST),
        (f"https://music.youtube.com/playlist?list={ALBUM}", ALBUM),
        (f"https://www.youtube.com/embed/videoseries?list={LIST}", LIST),
        (f"https://www.youtube.com/watch?list={LIST}", LIST),
        (f"https://www.youtube.com/watch?v=cut&list={LIST}", LIST),
        (f"https://youtu.be/playlist?list={LIST}", LIST),
        (f"https://music.youtube.com/browse/VL{LIST}", LIST),
        (f"https://www.youtube.com/feeds/videos.xml?playlist_id={LIST}", LIST),
        ("http://www.youtube.com/view_play_list?p=0017C78BED8188C1", "PL0017C78BED8188C1"),
        (LIST, LIST),
    ],
)
def test_a_link_of_a_playlist(link: str, list_id: str) -> None:
    assert named(link) == (Kind.PLAYLIST, list_id)


@pytest.mark.parametrize("prefix", ["UU", "UULF", "UUSH", "UULV", "UUMO", "LL", "FL", "PU"])
def test_a_list_of_a_channel_tells_the_channel_without_a_call(prefix: str) -> None:
    list_id = f"{prefix}{CHANNEL[2:]}"
    for text in (list_id, f"https://www.youtube.com/playlist?list={list_id}"):
        assert read(text) == Named(Kind.PLAYLIST, list_id, CHANNEL)


@pytest.mark.parametrize(
    "text",
    [
        CHANNEL,
        f" {CHANNEL}\n",
        f'"{CHANNEL}",',
        f"channel/{CHANNEL}",
        f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
        f"https://www.youtube.com/embed/live_stream?channel={CHANNEL}",
        f"https://www.youtube.com/channel/{CHANNEL}?cbrd%3D1&amp;gae=cb-",
        f"https://studio.youtube.com/channel/{CHANNEL}/videos/upload",
        f"https://consent.youtube.com/m?continue={quote(f'https://www.youtube.com/channel/{CHANNEL}', safe='')}",
    ],
)
def test_a_channel_id_needs_no_call(text: str) -> None:
    assert read(text) == Named(Kind.CHANNEL, CHANNEL, CHANNEL)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("@MKBHD", "mkbhd"),
        ("/@MKBHD", "mkbhd"),
        ("\uff20MKBHD", "mkbhd"),
        ("@MKBHD,", "mkbhd"),
        ("@Hi.Net.", "hi.net."),
        ("@x", "x"),
        ("@ครอบครัวข่าว3", "ครอบครัวข่าว3"),
        ("https://www.youtube.com/@%E0%B8%84%E0%B8%A3%E0%B8%AD%E0%B8%9A", "ครอบ"),
        ("https://www.youtube.com/%40MKBHD", "mkbhd"),
        ("@Ma\u0301gico", "m\xe1gico"),
        ("@दैनिक_भारत", "दैनिक_भारत"),
        ("https://m.youtube.com/@MKBHD&si=x", "mkbhd"),
        ("https://www.youtube.com/@MKBHD%20", "mkbhd"),
        ("http://www.youtube.com/redirect?q=https%3A%2F%2Fyoutube.com%2F%40MKBHD", "mkbhd"),
    ],
)
def test_a_handle(text: str, name: str) -> None:
    assert named(text) == (Kind.HANDLE, name)


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("user/SomeBody", Kind.USER, "somebody"),
        ("https://www.youtube.com/subscription_center?add_user=SomeBody", Kind.USER, "somebody"),
        ("https://www.youtube.com/feeds/videos.xml?user=SomeBody", Kind.USER, "somebody"),
        ("/c/%C3%98rstedChannel/?sub_confirmation=1", Kind.CUSTOM, "ørstedchannel"),
        ("https://gaming.youtube.com/SomeBody", Kind.CUSTOM, "somebody"),
        ("http://youtube.com/SomeBody)", Kind.CUSTOM, "somebody"),
        ("youtube.com/SomeBody/Playlists", Kind.CUSTOM, "somebody"),
        ("youtube.com/SomeBody/search?query=x", Kind.CUSTOM, "somebody"),
        ("fern-tv", Kind.CUSTOM, "fern-tv"),
        # thirteen letters like a mix, but without a capital letter in the video's part
        ("RDmusicvideos", Kind.CUSTOM, "rdmusicvideos"),
        # eleven characters like a video id, but without a capital letter
        ("eminemmusic", Kind.CUSTOM, "eminemmusic"),
    ],
)
def test_a_name(text: str, kind: Kind, name: str) -> None:
    assert named(text) == (kind, name)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \u200b\t", "empty"),
        ("#", "no link"),
        ("12345", "no link"),
        ("somebody@example.com", "no link"),
        ("https://", "no link"),
        ("http://[::1/@x", "no link"),
        ("Netflix India", "more than one word"),
        ("https://www.youtube.com/@Amazon Prime Video", "more than one word"),
        ("https://vimeo.com/123", "a link to vimeo.com"),
        ("https://notyoutube.com/@x", "a link to notyoutube.com"),
        ("https://youtube.com.evil.example/@x", "a link to youtube.com.evil.example"),
        ("youtube.com", "a page of YouTube"),
        ("https://www.youtube.com/feed/subscriptions", "a page of YouTube"),
        ("https://www.youtube.com/results?search_query=x", "a page of YouTube"),
        ("https://www.youtube.com/redirect?q=https%3A%2F%2Fexample.com%2F%40x", "a link to example.com"),
        (f"https://www.youtube.com/redirect?v={VIDEO}&q=https%3A%2F%2Fexample.com%2F", "a link to example.com"),
        ("https://www.youtube.com/yt/about", "a page of YouTube"),
        ("/xml/schemas", "a page of YouTube"),
        ("https://www.youtube.com/Foo%C2%A0Bar", "a name with a blank"),
        ("/@foo%20bar", "a name with a blank"),
        ("@foo%20bar", "a name with a blank"),
        (f"{CHANNEL[:-1]}B", "the last character of a channel id"),
        (CHANNEL[:-1], "23 characters instead of 24"),
        (f"https://www.youtube.com/channel/{CHANNEL[:-1]}", "23 characters instead of 24"),
        ("www.youtube.com/channel/TheVikingBushcrafter", "not a channel id"),
        ("https://youtu.be/dQw4w9WgXc", "a video id has 11 characters, this one 10"),
        (f"https://youtu.be/{VIDEO}x", "a video id has 11 characters, this one 12"),
        ("https://www.youtube.com/playlist?list=PLshort", "not a playlist id"),
        ("https://www.youtube.com/playlist?list=WL", "the list WL is that of whoever is signed in"),
        ("LL", "the list LL is that of whoever is signed in"),
        (f"https://www.youtube.com/playlist?list=RDAMVM{VIDEO}", "a mix"),
        (f"RDAMVM{VIDEO}", "a mix"),
        ("https://www.youtube.com/@", "a name with characters"),
        ("https://www.youtube.com/@%00%1b", "a name with characters"),
        ("https://www.youtube.com/@%ff%fe", "a name with characters"),
        (f"@{'x' * 101}", "a name with characters"),
        (f"@{'x' * 3_000}", "longer than any link"),
        ("https://youtube.com/a?q=" * 80, "links inside links"),
    ],
)
def test_what_names_nothing_says_why_and_what_to_do(text: str, why: str) -> None:
    reason = why_not(text)
    assert reason.startswith(why)
    assert "; " in reason, "the next step"


PIECES = st.sampled_from(
    ["https://", "www.youtube.com", "youtu.be", "/", "//", "@", "?", "&", "=", "#", "%", "%2F", "%40", "%ff", "v",
     "list", "u", "q", "continue", "channel", "user", "c", "watch", "embed", "videoseries", CHANNEL, VIDEO, LIST, "UU",
     "RD",
     "\x00", "\ud800", "\u200d", "\u202e", "\uff20", " ", "\n", ":", "[", "]", "..", "&amp;"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=4), max_size=14).map("".join))
def test_whatever_is_typed_is_read_or_refused_with_a_reason(text: str) -> None:
    found = read(text)
    if isinstance(found, Unreadable):
        assert found.reason
        return
    assert found.name.isprintable()
    assert found.name
    assert len(found.name) <= 100
    assert read(text) == found
    if found.kind is Kind.HANDLE:
        assert read(f"https://www.youtube.com/@{quote(found.name)}/videos") == found


@pytest.mark.parametrize("piece", ["?q=/", "%2F", "https://youtube.com/redirect?q=", "@", "a.", "&v=", "UC", "\u0301"])
def test_a_text_made_to_be_slow_is_not(piece: str) -> None:
    """Quadratic or worse would take minutes here."""
    for count in (100, 2_048 // len(piece), 1_000_000):
        read(piece * count)


@pytest.fixture
def lists(recorded: Path) -> list[Path]:
    return sorted((recorded.parent / "channels").rglob("*.csv"))


def cells(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        for record in csv.reader(line.replace("\x00", "") for line in lines):
            yield from map(str.strip, record)


@pytest.mark.real_data
def test_every_link_handle_and_id_of_real_lists_is_read(lists: list[Path]) -> None:
    obvious = re.compile(r"\S*(?:youtube\.com|youtu\.be)/\S+|@\S+|UC[\w-]{21}[AQgw]|channel/UC\S+", re.IGNORECASE)
    asked = {cell for file in lists for cell in cells(file) if obvious.fullmatch(cell)}
    assert len(asked) > 50_000
    assert [cell for cell in asked if not isinstance(read(cell), Named)] == []


@pytest.mark.parametrize("beside", [f"list={LIST}", "list=RDdQw4w9WgXcQ", "list=WL", "list=PLcut", "si=x&list=&t=4"])
def test_a_short_link_of_a_video_inside_a_playlist_is_the_video(beside: str) -> None:
    assert named(f"https://youtu.be/{VIDEO}?{beside}") == (Kind.VIDEO, VIDEO)


@pytest.mark.parametrize("page", ["redirect?v=aaaaaaaaaaA&q=", "attribution_link?v=aaaaaaaaaaA&a=x&u="])
def test_the_link_inside_wins_over_the_video_that_it_stood_under(page: str) -> None:
    inside = f"https%3A%2F%2Fwww.youtube.com%2Fchannel%2F{CHANNEL}"
    assert named(f"https://www.youtube.com/{page}{inside}") == (Kind.CHANNEL, CHANNEL)


@pytest.mark.parametrize(
    "text",
    ["music.youtube.com/browse/MPREb_abcdefgh", "youtube.com/source/abc/shorts", "youtube.com/settings",
     "youtube.com/yt/creators", "youtube.com/page/lesson", "youtube.com/xml/schemas", "youtube.com/c/Foo%20Bar",
     "youtube.com/@foo%20bar", "RDdQw4w9WgXcQ"],
)  # fmt: skip
def test_no_page_and_no_cut_name_is_taken_for_a_channel(text: str) -> None:
    assert why_not(text)


def test_an_artist_of_youtube_music_is_a_channel() -> None:
    assert named(f"https://music.youtube.com/browse/{CHANNEL}") == (Kind.CHANNEL, CHANNEL)
