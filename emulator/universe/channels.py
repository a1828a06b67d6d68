"""What a channel is: drawn from its id, the same in every process."""

from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from emulator.universe import hostile, names
from emulator.universe.communities import COMMUNITY_SIZE, FOREIGN, POPULATION, VIEWERS, community_of, ghost_of, theme_of
from emulator.universe.draws import Draws
from emulator.universe.growth import REFERENCE, Curve, step_of
from emulator.universe.ids import channel_id, channel_number, id_bytes
from emulator.universe.languages import BY_CODE, LANGUAGES, WEIGHTS, Language
from emulator.universe.texts import Text, draw_text
from emulator.universe.uploads import Uploads, draw_uploads

FIRST_CHANNEL = datetime(2005, 4, 28, tzinfo=UTC)
LAST_CHANNEL = REFERENCE - timedelta(days=30)
FIRST_FRACTION_YEAR = 2019
"""Channels made since then have fractions in `publishedAt`, with trailing zeros cut off."""

LAST_USERNAME = datetime(2013, 1, 1, tzinfo=UTC)
"""Later channels have no legacy /user/ name."""

TOPICS = (
    "Music", "Entertainment", "Lifestyle_(sociology)", "Video_game_culture", "Sport", "Knowledge", "Technology",
    "Food", "Hobby", "Society", "Politics", "Film", "Tourism", "Pop_music", "Association_football",
)  # fmt: skip
"""Wikipedia articles that YouTube sorts channels under."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Everything that can be told about a channel. None and empty mean that the real API leaves it out."""

    id: str
    created: datetime
    published: str
    """`created` as the API writes it."""
    terminated: datetime | None
    text: Text
    translations: Mapping[str, Text]
    language: str
    """What the texts are written in, whether or not the owner declared it."""
    default_language: str | None
    country: str | None
    handle: str | None
    username: str | None
    keywords: str
    topics: tuple[str, ...]
    picture: str
    banner: str | None
    trailer: str | None
    made_for_kids: bool | None
    hidden_subscribers: Literal["zero", "absent"] | None
    """How a channel that hides its subscribers shows their number: both forms are seen."""
    subscribers: Curve
    views: Curve
    uploads: Uploads

    def lives(self, at: datetime) -> bool:
        """Whether it was there at an instant: created already and not yet terminated."""
        return self.created <= at and (self.terminated is None or at < self.terminated)


def draw_channel(seed: int, wanted: str, terminated: datetime | None) -> Channel:
    """The channel behind an id."""
    subject, number = id_bytes(wanted), channel_number(wanted)
    # what its videos hang on is drawn from its ghost, which is all that a video id knows of a foreign channel
    life = Draws(seed, "life", id_bytes(channel_id(ghost_of(number))))
    created = FIRST_CHANNEL + (LAST_CHANNEL - FIRST_CHANNEL) * life.fraction()
    theme = theme_of(community_of(number))
    at_home = life.chance(0.92)
    language = theme.language if at_home else LANGUAGES[bisect(WEIGHTS, life.below(WEIGHTS[-1]))]
    kids = None if life.chance(0.1) else life.chance(0.08)
    subscribers, views, videos = draw_curves(life, step_of(created), number)
    face = Draws(seed, "face", subject)
    declared = language.code if face.chance(0.25) else None
    topic = theme.topic if at_home and face.chance(0.8) else face.pick(language.topics)
    return Channel(
        id=wanted,
        created=created,
        published=published(created),
        terminated=terminated,
        text=draw_text(face, language, topic),
        translations=draw_translations(face, language) if declared else {},
        language=language.code,
        default_language=declared,
        country=face.pick(language.countries) if face.chance(0.7) else None,
        handle=names.handle(face.pick(language.topics), number) if face.chance(0.95) else None,
        username=names.username(number) if created < LAST_USERNAME and face.chance(0.3) else None,
        keywords=draw_keywords(face, language),
        topics=tuple(face.sample(TOPICS, face.below(4))),
        picture=names.picture(subject),
        banner=names.banner(subject) if face.chance(0.6) else None,
        trailer=names.video(subject) if face.chance(0.1) else None,
        made_for_kids=kids,
        hidden_subscribers=face.pick(("zero", "absent")) if face.chance(0.03) else None,
        subscribers=subscribers,
        views=views,
        uploads=draw_uploads(life, created, REFERENCE, videos),
    )


def published(created: datetime) -> str:
    """A creation date as the API writes it: with no fraction, or with one of 1 to 6 digits."""
    text = created.replace(tzinfo=None).isoformat(timespec="seconds")
    fraction = f"{created.microsecond:06d}".rstrip("0") if created.year >= FIRST_FRACTION_YEAR else ""
    return f"{text}.{fraction}Z" if fraction else f"{text}Z"


def draw_translations(face: Draws, language: Language) -> dict[str, Text]:
    """What the owner translated; only a channel with a declared language can have it."""
    others = [code for code in ("en", "es", "de", "ja") if code != language.code]
    return {
        code: draw_text(face, BY_CODE[code], face.pick(BY_CODE[code].topics))
        for code in face.sample(others, face.below(3))
    }


def draw_keywords(face: Draws, language: Language) -> str:
    """One string, words of several parts in quotes; empty for a third of the channels."""
    if face.chance(0.35):
        return ""
    if face.chance(0.01):
        return face.pick(hostile.KEYWORDS)
    pairs = [f"{face.pick(language.names)} {topic}" for topic in face.sample(language.topics, face.below(3))]
    words = [*face.sample(language.topics, 1 + face.below(6)), *pairs]
    return " ".join(f'"{word}"' if " " in word else word for word in words)


def draw_curves(draws: Draws, start: int, number: int) -> tuple[Curve, Curve, float]:
    """Subscribers, views, and videos until the reference date: most are tiny, a few enormous, one in twelve empty."""
    power = 0.5 + 1.5 * draws.fraction()
    fans = draws.heavy_tail(scale=400, exponent=1.0, cap=48_000_000) * _fame(number)
    videos = 0.0 if draws.chance(0.08) else 1 + draws.heavy_tail(scale=25, exponent=1.2, cap=400_000)
    if VIEWERS <= number < FOREIGN:
        fans, videos = float(int(fans / 400)), 0.0
    watched = 0.0 if videos < 1 else fans * 10 ** (1 + 2 * draws.fraction()) + videos * 30
    return Curve.through(start, fans, power), Curve.through(start, watched, power), videos


def _fame(number: int) -> float:
    """The first members of a community are its stars."""
    return 10.0 / (1 + number % COMMUNITY_SIZE) if number < POPULATION else 1.0
