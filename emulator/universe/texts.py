"""What owners write: titles, descriptions and tags, with the links and mentions that connect channels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.universe import hostile
from emulator.universe.communities import community_of, theme_of
from emulator.universe.draws import Draws
from emulator.universe.ids import channel_number
from emulator.universe.languages import BY_CODE, Language

if TYPE_CHECKING:
    from emulator.universe.channels import Channel


@dataclass(frozen=True, slots=True)
class Text:
    """A title and a description in one language."""

    title: str
    description: str


def draw_text(face: Draws, language: Language, topic: str) -> Text:
    """Title and description of a channel; one in a hundred is hostile."""
    if face.chance(0.01):
        return Text(face.pick(hostile.TITLES), face.pick(hostile.DESCRIPTIONS))
    words = {"name": face.pick(language.names), "topic": topic}
    title = face.pick(language.titles).format(**words)
    sentences = face.sample(language.sentences, face.below(len(language.sentences) + 1))
    return Text(title[:1].upper() + title[1:], "\n".join(sentences).format(**words))


def draw_video_text(face: Draws, _seed: int, channel: "Channel", video_id: str) -> Text:
    """Title and description of a video; one in a hundred is hostile."""
    if face.chance(0.01):
        return Text(face.pick(hostile.TITLES), face.pick(hostile.DESCRIPTIONS))
    language = BY_CODE[channel.language]
    words = {"name": face.pick(language.names), "topic": draw_topic(face, channel)}
    title = f"{face.pick(language.titles).format(**words)} #{1 + face.below(200)}"
    sentences = face.sample(language.sentences, face.below(len(language.sentences) + 1))
    body = [sentence.format(**words) for sentence in sentences]
    return Text(title[:1].upper() + title[1:], "\n".join([*body, f"https://youtu.be/{video_id}"] if body else body))


def draw_tags(face: Draws, channel: "Channel") -> tuple[str, ...]:
    """Tags of a video; a third have none."""
    if face.chance(0.35):
        return ()
    language = BY_CODE[channel.language]
    words = face.sample(language.topics, face.below(6))
    return tuple(dict.fromkeys([draw_topic(face, channel), *words, face.pick(language.names)]))


def draw_topic(face: Draws, channel: "Channel") -> str:
    """What a video is about: mostly what its channel's community is about."""
    theme = theme_of(community_of(channel_number(channel.id)))
    at_home = theme.language.code == channel.language and face.chance(0.8)
    return theme.topic if at_home else face.pick(BY_CODE[channel.language].topics)
