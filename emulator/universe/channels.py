"""What a channel is: drawn from its id, the same in every process."""

from bisect import bisect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from emulator.universe.communities import COMMUNITY_SIZE, FOREIGN, POPULATION, VIEWERS, community_of, ghost_of, theme_of
from emulator.universe.draws import Draws
from emulator.universe.eras import Era, Hidden, draw_eras
from emulator.universe.growth import REFERENCE, step_of
from emulator.universe.ids import channel_id, channel_number, id_bytes
from emulator.universe.popularity import Popularity, draw_audience
from emulator.universe.uploads import Uploads, draw_uploads
from emulator.universe.writing import names
from emulator.universe.writing.handles import draw_handles
from emulator.universe.writing.languages import BY_CODE, LANGUAGES, WEIGHTS, Language
from emulator.universe.writing.texts import Text, draw_keywords, draw_links, draw_text

FIRST_CHANNEL = datetime(2005, 4, 28, tzinfo=UTC)
LAST_CHANNEL = REFERENCE - timedelta(days=30)
FIRST_FRACTION_YEAR = 2019
"""Channels made since then have fractions in `publishedAt`, with trailing zeros cut off."""

LAST_USERNAME = datetime(2013, 1, 1, tzinfo=UTC)
"""Later channels have no legacy /user/ name."""

_AT_HOME = 0.92
"""Share of the channels that speak the language of their community."""

TOPICS = (
    "Music", "Entertainment", "Lifestyle_(sociology)", "Video_game_culture", "Sport", "Knowledge", "Technology",
    "Food", "Hobby", "Society", "Politics", "Film", "Tourism", "Pop_music", "Association_football",
)  # fmt: skip
"""Wikipedia articles that YouTube sorts channels under."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Everything that can be told about a channel. None and empty mean that the real API leaves it out."""

    id: str
    number: int
    created: datetime
    published: str
    """`created` as the API writes it."""
    terminated: datetime | None
    eras: tuple[Era, ...]
    face: Era
    """The one of its eras that it is seen in."""
    translations: Mapping[str, Text]
    language: str
    """What the texts are written in, whether or not the owner declared it."""
    default_language: str | None
    country: str | None
    username: str | None
    keywords: str
    topics: tuple[str, ...]
    banner: str | None
    trailer: str | None
    made_for_kids: bool | None
    subscribers: Popularity
    views: Popularity
    uploads: Uploads

    @property
    def text(self) -> Text:
        """Title and description."""
        return self.face.text

    @property
    def handle(self) -> str | None:
        """What `customUrl` shows."""
        return self.face.handle

    @property
    def picture(self) -> str:
        """Address of the picture, to be completed by a size."""
        return self.face.picture

    @property
    def hidden_subscribers(self) -> Hidden | None:
        """How it hides its subscribers; None if it does not."""
        return self.face.hidden_subscribers

    def lives(self, at: datetime) -> bool:
        """Whether it was there at an instant: created already and not yet terminated."""
        return self.created <= at and (self.terminated is None or at < self.terminated)

    def at(self, now: datetime) -> "Channel":
        """The channel with the face that it has at an instant."""
        face = next((era for era in reversed(self.eras) if era.since <= now), self.eras[0])
        return self if face is self.face else replace(self, face=face)


def draw_channel(seed: int, wanted: str, terminated: datetime | None) -> Channel:
    """The channel behind an id, with its first face."""
    subject, number = id_bytes(wanted), channel_number(wanted)
    # what its videos hang on is drawn from its ghost, which is all that a video id knows of a foreign channel
    life = Draws(seed, "life", subject if number < FOREIGN else id_bytes(channel_id(ghost_of(number))))
    created = FIRST_CHANNEL + (LAST_CHANNEL - FIRST_CHANNEL) * life.fraction()
    theme = theme_of(community_of(number))
    language = theme.language if life.chance(_AT_HOME) else LANGUAGES[bisect(WEIGHTS, life.below(WEIGHTS[-1]))]
    fans, watched, videos = draw_counts(life, number)
    subscribers, views = draw_audience(life, step_of(created), fans, watched)
    face = Draws(seed, "face", subject)
    eras = draw_eras(face, subject, created, draw_handles(seed, number), _writer(face, seed, number, created, language))
    declared = language.code if face.chance(0.25) else None
    return Channel(
        id=wanted,
        number=number,
        created=created,
        published=published(created),
        terminated=terminated,
        eras=eras,
        face=eras[0],
        translations=draw_translations(face, language) if declared else {},
        language=language.code,
        default_language=declared,
        country=face.pick(language.countries) if face.chance(0.7) else None,
        username=names.username(number) if created < LAST_USERNAME and face.chance(0.3) else None,
        keywords=draw_keywords(face, language, number),
        topics=tuple(face.sample(TOPICS, face.below(4))),
        banner=names.banner(subject) if face.chance(0.6) else None,
        trailer=names.video(subject) if face.chance(0.1) else None,
        made_for_kids=None if life.chance(0.1) else life.chance(0.08),
        subscribers=subscribers,
        views=views,
        uploads=draw_uploads(life, created, REFERENCE, videos),
    )


def _writer(face: Draws, seed: int, number: int, created: datetime, language: Language) -> Callable[[Draws], Text]:
    """What draws titles and descriptions of a channel: they stay with its subject and its links."""
    theme = theme_of(community_of(number))
    topic = theme.topic if theme.language is language and face.chance(0.8) else face.pick(language.topics)
    links = draw_links(face, seed, number, created)
    return lambda draws: draw_text(draws, language, topic, links)


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


def draw_counts(life: Draws, number: int) -> tuple[float, float, float]:
    """Subscribers, views and videos at the reference date: most are tiny, a few enormous, one in twelve empty."""
    fans = life.heavy_tail(scale=400, exponent=1.0, cap=48_000_000) * _fame(number)
    videos = 0.0 if life.chance(0.08) else 1 + life.heavy_tail(scale=25, exponent=1.2, cap=400_000)
    if VIEWERS <= number < FOREIGN:
        fans, videos = float(int(fans / 400)), 0.0
    watched = 0.0 if videos < 1 else fans * 10 ** (1 + 2 * life.fraction()) + videos * 30
    return fans, watched, videos


def _fame(number: int) -> float:
    """The first members of a community are its stars."""
    return 10.0 / (1 + number % COMMUNITY_SIZE) if number < POPULATION else 1.0
