"""What owners write: titles, descriptions, tags and keywords, with the links and mentions that connect channels."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from emulator.universe.communities import community_of, draw_neighbour, scene_of, theme_of
from emulator.universe.draws import Draws
from emulator.universe.ids import INDEX_BITS, video_number
from emulator.universe.writing import hostile
from emulator.universe.writing.descriptions import Writer, draw_description
from emulator.universe.writing.handles import draw_handles
from emulator.universe.writing.languages import BY_CODE, Language
from emulator.universe.writing.links import draw_contacts, draw_mention
from emulator.universe.writing.phrases import PHRASES

if TYPE_CHECKING:
    from emulator.universe.channels import Channel

HOSTILE = 0.01
"""Share of the texts that break whoever trusts them."""

GUESTS, SCENES = 0.04, 0.12
"""Share of the titles of videos that end in a neighbour's handle; the next ones end in the community's word."""


@dataclass(frozen=True, slots=True)
class Text:
    """A title and a description in one language."""

    title: str
    description: str


def draw_text(face: Draws, language: Language, topic: str, below: tuple[str, ...] = ()) -> Text:
    """Title and description of a channel, which may be empty; `below` comes at the end of one that is not."""
    if face.chance(HOSTILE):
        return Text(face.pick(hostile.TITLES), face.pick(hostile.DESCRIPTIONS))
    words = {"name": face.pick(language.names), "topic": topic}
    title = face.pick(language.titles).format(**words)
    sentences = face.sample(language.sentences, face.below(len(language.sentences) + 1))
    lines = [sentence.format(**words) for sentence in sentences]
    return Text(title[:1].upper() + title[1:], "\n".join([*lines, *below] if lines else ()))


def draw_links(face: Draws, seed: int, number: int, at: datetime) -> tuple[str, ...]:
    """What stands below the description of a channel: channels of friends, and addresses elsewhere."""
    friends = [draw_mention(face, seed, number, at) for _ in range(face.pick((0, 0, 0, 1, 1, 3)))]
    return (*friends, *(draw_contacts(face, number) if face.chance(0.4) else ()))


def draw_video_text(face: Draws, seed: int, channel: "Channel", wanted: str) -> Text:
    """Title and description of a video. Some titles name a neighbour, and some the word of the community."""
    if face.chance(HOSTILE):
        return Text(face.pick(hostile.TITLES), face.pick(hostile.DESCRIPTIONS))
    number, index = video_number(wanted), video_number(wanted) % (1 << INDEX_BITS)
    at = channel.uploads.published(index) if channel.uploads.reaches(index) else channel.created
    writer = Writer(seed, channel.number, channel.language, number, at)
    words = {
        "name": face.pick(BY_CODE[channel.language].names),
        "topic": draw_topic(face, channel),
        "n": 2 + face.below(98),
        "year": at.year,
    }
    title = face.pick(PHRASES[channel.language].titles).format_map(words) + _draw_title_end(face, writer)
    return Text(title[:1].upper() + title[1:], draw_description(face, writer, words))


def _draw_title_end(face: Draws, writer: Writer) -> str:
    luck = face.fraction()
    if luck < GUESTS:
        guest = draw_handles(writer.seed, draw_neighbour(face, writer.number)).at(writer.at)
        return f" ft. {guest}" if guest else ""
    return f" | {scene_of(community_of(writer.number)).title()}" if luck < SCENES else ""


def draw_tags(face: Draws, channel: "Channel") -> tuple[str, ...]:
    """Tags of a video; a third have none. Half of the others hold what only its community says."""
    if face.chance(0.35):
        return ()
    language = BY_CODE[channel.language]
    topic, words = draw_topic(face, channel), face.sample(language.topics, face.below(6))
    return tuple(dict.fromkeys([topic, *_scene_words(face, channel.number, topic), *words, face.pick(language.names)]))


def draw_keywords(face: Draws, language: Language, number: int) -> str:
    """Keywords of a channel in one string, those of several words in quotes; empty for a third."""
    if face.chance(0.35):
        return ""
    if face.chance(HOSTILE):
        return face.pick(hostile.KEYWORDS)
    topics = face.sample(language.topics, 1 + face.below(6))
    pairs = [f"{face.pick(language.names)} {topic}" for topic in topics[: face.below(3)]]
    words = [*topics, *_scene_words(face, number, topics[0]), *pairs]
    return " ".join(f'"{word}"' if " " in word else word for word in words)


def draw_topic(face: Draws, channel: "Channel") -> str:
    """What a video is about: mostly what its channel's community is about."""
    theme = theme_of(community_of(channel.number))
    at_home = theme.language.code == channel.language and face.chance(0.8)
    return theme.topic if at_home else face.pick(BY_CODE[channel.language].topics)


def _scene_words(face: Draws, number: int, topic: str) -> list[str]:
    scene = scene_of(community_of(number))
    return face.pick(([], [], [scene], [scene, f"{scene} {topic}"]))
