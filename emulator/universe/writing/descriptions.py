"""What stands below videos: sentences, thanks, chapters, links and hashtags."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from emulator.universe.communities import community_of, scene_of
from emulator.universe.draws import Draws
from emulator.universe.ids import INDEX_BITS, video_id
from emulator.universe.writing.languages import BY_CODE
from emulator.universe.writing.links import draw_contacts, draw_mention
from emulator.universe.writing.phrases import PHRASES

_EMPTY = 0.25
_THANKS, _MORE_MENTIONS = 0.3, 0.08
_CHAPTERS, _EARLIER, _CONTACTS, _HASHTAGS = 0.15, 0.25, 0.35, 0.3


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes about which video, and when."""

    seed: int
    number: int
    """The channel's."""
    language: str
    video: int
    """The video's number."""
    at: datetime


def draw_description(face: Draws, writer: Writer, words: Mapping[str, object]) -> str:
    """The description of a video; a quarter have none."""
    return "" if face.chance(_EMPTY) else "\n".join(_lines(face, writer, words))


def _lines(face: Draws, writer: Writer, words: Mapping[str, object]) -> Iterator[str]:
    sentences, phrases = BY_CODE[writer.language].sentences, PHRASES[writer.language]
    for sentence in face.sample(sentences, 1 + face.below(len(sentences))):
        yield sentence.format_map(words)
    if face.chance(_THANKS):
        yield phrases.thanks.format(who=draw_mention(face, writer.seed, writer.number, writer.at))
    if face.chance(_MORE_MENTIONS):
        yield from ("", *(f"▶ {draw_mention(face, writer.seed, writer.number, writer.at)}" for _ in range(2)))
    if face.chance(_CHAPTERS):
        yield from ("", *_chapters(face, phrases.chapters))
    if face.chance(_EARLIER) and writer.video % (1 << INDEX_BITS):
        yield f"◀ https://youtu.be/{video_id(writer.video - 1)}"
    if face.chance(_CONTACTS):
        yield from ("", *draw_contacts(face, writer.number))
    if face.chance(_HASHTAGS):
        yield f"#{scene_of(community_of(writer.number))} #{str(words['topic']).replace(' ', '')}"


def _chapters(face: Draws, names: tuple[str, ...]) -> Iterator[str]:
    """YouTube makes chapters of lines with times, if the first is 0:00 and there are three of them."""
    seconds = 0
    for name in names:
        yield f"{seconds // 60}:{seconds % 60:02} {name}"
        seconds += 10 + face.below(90)
