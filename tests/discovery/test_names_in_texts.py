# ruff: noqa: RUF001 -- look-alike letters are what people write
"""Which channels a text names: every shape of a link, and no handle that is somebody else's."""

import pytest

from discovery.names import channel_ids, is_channel_id, is_handle, linked_handles, mentioned_handles

ID, OTHER = "UC_x5XG1OV2P6uZZ5FSM9Ttw", "UCBJycsmduvYEL83R_U4JriQ"
TAIL = ID[2:]


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"my channel:{ID}.",
        f"https://www.youtube.com/channel/{ID}",
        f"http://m.youtube.com/channel/{ID}/videos?view=0",
        f"youtube.com/channel/{ID}?sub_confirmation=1",
        f"https://www.youtube.com/@{ID}",
        f"https://music.youtube.com/browse/{ID}",
        f"https://www.youtube.com/feeds/videos.xml?channel_id={ID}",
        f"https://www.youtube.com/playlist?list=UU{TAIL}",
        f"https://youtu.be/dQw4w9WgXcQ?list=UULF{TAIL}&index=2",
        f"(UUSH{TAIL})",
        f"<a href='https://youtube.com/channel/{ID}'>here</a>",
        f"ここ→{ID}です",
    ],
)
def test_an_id_is_found_wherever_it_stands(text: str) -> None:
    assert list(channel_ids(text)) == [ID]


@pytest.mark.parametrize(
    "text", [f"x{ID}", f"{ID}x", f"-{ID}", f"{ID[:-1]}", f"{ID[:-1]}x", f"PL{TAIL}0123456789", "UC", "", "\0"]
)
def test_what_only_looks_like_an_id_is_none(text: str) -> None:
    assert list(channel_ids(text)) == []
    assert not is_channel_id(text)


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("https://www.youtube.com/@Google.Developers/videos", "@google.developers"),
        ("youtube.com/@GoogleDevelopers?sub_confirmation=1", "@googledevelopers"),
        ("watch (https://m.youtube.com/@paper_boats).", "@paper_boats"),
        ("Visit youtube.com/@paper-boats.", "@paper-boats"),
        ("HTTPS://YOUTUBE.COM/%40PaperBoats", "@paperboats"),
        ("https://www.youtube.com/@%E7%B4%99%E3%81%AE%E8%88%9F", "@紙の舟"),
        ("https://www.youtube.com/@बच्चे", "@बच्चे"),
        ("https://www.youtube.com/@Cafe\u0301s", "@cafés"),
        ("youtube.com/@paperboats,youtube.com/@", "@paperboats"),
    ],
)
def test_handles_in_links_are_read_in_one_spelling(text: str, handle: str) -> None:
    assert list(linked_handles(text)) == [handle]
    assert list(mentioned_handles(text)) == []
    assert is_handle(handle)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.tiktok.com/@paperboats",
        "https://notyoutube.com/@paperboats",
        "https://youtube.com.example.org/@paperboats",
        "https://medium.com/@paperboats",
        "youtube.com/@ab",
        f"youtube.com/@{'a' * 31}",
        "youtube.com/@%F0%9F%98%80",
        f"youtube.com/@{ID}",
    ],
)
def test_links_elsewhere_name_no_handle(text: str) -> None:
    assert list(linked_handles(text)) == []
    assert list(mentioned_handles(text)) == []


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("ft. @PaperBoats", ["@paperboats"]),
        ("(@paper.boats), @Origami_Club & @kites!", ["@paper.boats", "@origami_club", "@kites"]),
        ("Thanks to @paperboats.", ["@paperboats"]),
        ("@paperboats's new boat", ["@paperboats"]),
        ("ゲスト：@paperboatsさん", ["@paperboats"]),
        ("\uff20paperboats", ["@paperboats"]),
        ("с участием @кораблики", ["@кораблики"]),
        ("@बच्चे", ["@बच्चे"]),
        ("My second channel: @PaperKites\nInstagram: @paper", ["@paperkites"]),
        ("Instagram: https://instagram.com/paper\nwith @kites", ["@kites"]),
        ("Socials\nTwitter: @paper\nYouTube: @kites", ["@kites"]),
        ("INSTAGRAM\n@paper\n@boats\n\nGuests\n@kites", ["@kites"]),
    ],
)
def test_handles_by_themselves_are_mentions(text: str, handles: list[str]) -> None:
    assert list(mentioned_handles(text)) == handles
    assert all(map(is_handle, handles))


@pytest.mark.parametrize(
    "text",
    [
        "paper@boats.com", "paper.boats@example.org, or first-last+yt@boats.co.uk", "mailto:me@example.com",
        "@gmail.com", "@boats.de", "npm i @angular/core", "@paper@mastodon.social", "me@paperboats",
        "IG: @paper", "Insta @paper", "follow me on TikTok @paper", "@paper on Instagram", "X: @paper", "x (@paper)",
        "LINE: @abc1234z", "LINE@paperboats", "Телеграм: @paper", "인스타 @paper", "インスタ @paper", "微博 @paper",
        "Twitter @paper / Twitch @boats", "live @9pm", "shot @60fps", "see you @ 7:30", "call @5551234",
        "@SUM(1+1)*cmd|' /C calc'!A0", "@", "@@", "@_", "@ab", f"@{'a' * 31}", "@@paper", "user/@paper", "@\0",
        "@-boats", "@𝙥𝙖𝙥𝙚𝙧",
    ],
)  # fmt: skip
def test_what_is_doubtful_is_no_mention(text: str) -> None:
    assert list(mentioned_handles(text)) == []


@pytest.mark.parametrize(
    "text", ["GoogleDevelopers", "@GoogleDevelopers", "@x", "", "@", "@a b", "@a\0b", "@.ab", "@İab"]
)
def test_only_one_spelling_is_a_handle(text: str) -> None:
    assert not is_handle(text)


@pytest.mark.parametrize("piece", ["a.", "@", "youtube.com/@", "UC", "-", "%40", "界", "a.b/", "@a.", "\n@a "])
def test_long_texts_are_read_in_no_time(piece: str) -> None:
    """A pattern that tries again and again would take minutes."""
    text = piece * (200_000 // len(piece))
    assert list(channel_ids(text)) == []
    assert set(linked_handles(text)) <= {"@youtube.com"}
    assert list(mentioned_handles(text)) == []
