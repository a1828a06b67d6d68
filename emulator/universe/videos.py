"""What a video is: drawn from its id and its channel, the same in every process."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from emulator.universe.atlas import ASSIGNABLE
from emulator.universe.channels import Channel
from emulator.universe.communities import THEMES, community_of
from emulator.universe.draws import Draws
from emulator.universe.growth import REFERENCE, step_of
from emulator.universe.ids import channel_number, video_bytes
from emulator.universe.popularity import Popularity, draw_popularity
from emulator.universe.uploads import Kind
from emulator.universe.writing import texts
from emulator.universe.writing.texts import Text

CATEGORY_OF_THEME = tuple(ASSIGNABLE[n % len(ASSIGNABLE)] for n in range(len(THEMES)))
"""The category that the channels of a theme mostly choose, by the number of the theme."""

UPCOMING = timedelta(hours=1)
"""How long a live stream is announced before it begins."""

LONGEST_SHORT = 180
DAY_SECONDS = 86_400
Broadcast = Literal["none", "upcoming", "live", "completed"]


@dataclass(frozen=True, slots=True)
class Video:
    """Everything that can be told about a video. None and empty mean that the real API leaves it out."""

    id: str
    channel: Channel
    unlisted: bool
    kind: Kind
    published: datetime
    seconds: int
    text: Text
    tags: tuple[str, ...]
    category: str
    default_language: str | None
    audio_language: str | None
    hd: bool
    captioned: bool
    licensed: bool
    creative_commons: bool
    embeddable: bool
    made_for_kids: bool
    synthetic: bool
    promoted: bool
    age_restricted: bool
    blocked: tuple[str, ...]
    """Countries where it cannot be seen."""
    recorded: datetime | None
    likes_hidden: bool
    comments_disabled: bool
    views: Popularity
    like_share: float
    comment_share: float

    def at(self, now: datetime) -> "Video":
        """The video with its channel as it looks at an instant."""
        channel = self.channel.at(now)
        return self if channel is self.channel else replace(self, channel=channel)

    def broadcast(self, now: datetime) -> Broadcast:
        """Where a live stream is on its way; `none` for everything else, too."""
        if self.kind is not Kind.LIVE:
            return "none"
        return "upcoming" if now < self.begins else "live" if now < self.ends else "completed"

    @property
    def begins(self) -> datetime:
        """When its stream begins."""
        return self.published + UPCOMING

    @property
    def ends(self) -> datetime:
        """When its stream is over."""
        return self.begins + timedelta(seconds=self.seconds)

    def likes(self, now: datetime) -> int:
        """How many like it, shown or not."""
        return int(self.views.at(now) * self.like_share)

    def comments(self, now: datetime) -> int:
        """Comments with their replies; none where they are disabled."""
        # views are taken back sometimes, comments are not
        watched = self.views if self.views.corrected_at is None else replace(self.views, corrected_at=None)
        return 0 if self.comments_disabled else int(watched.at(now) * self.comment_share)


def draw_video(seed: int, video_id: str, channel: Channel, index: int | None) -> Video:
    """The video behind an id: upload number `index` of its channel, or None for an unlisted one."""
    subject = video_bytes(video_id)
    face = Draws(seed, "video", subject)
    published = _unlisted_date(face, channel) if index is None else channel.uploads.published(index)
    kind = Kind.VIDEO if index is None else channel.uploads.kind(index)
    views = draw_popularity(Draws(seed, "watched", subject), step_of(published), _size(face, channel, index))
    kids = bool(channel.made_for_kids) or face.chance(0.02)
    return Video(
        id=video_id,
        channel=channel,
        unlisted=index is None,
        kind=kind,
        published=published,
        seconds=_seconds(face, kind),
        text=texts.draw_video_text(face, seed, channel, video_id),
        tags=texts.draw_tags(face, channel),
        category=_category(face, channel),
        default_language=_language(face, channel, 0.3),
        audio_language=_language(face, channel, 0.45),
        hd=face.chance(0.9),
        captioned=face.chance(0.2),
        licensed=face.chance(0.3),
        creative_commons=face.chance(0.02),
        embeddable=not face.chance(0.02),
        made_for_kids=kids,
        synthetic=face.chance(0.01),
        promoted=face.chance(0.02),
        age_restricted=not kids and face.chance(0.01),
        blocked=face.pick((("DE",), ("RU", "BY"), ("US",))) if face.chance(0.01) else (),
        recorded=published - timedelta(days=face.below(30)) if face.chance(0.02) else None,
        likes_hidden=face.chance(0.03),
        comments_disabled=kids or face.chance(0.03),
        views=views,
        like_share=0.005 + 0.08 * face.fraction() ** 2,
        comment_share=0.0002 + 0.008 * face.fraction() ** 3,
    )


def _unlisted_date(face: Draws, channel: Channel) -> datetime:
    return (channel.created + (REFERENCE - channel.created) * face.fraction()).replace(microsecond=0)


def _size(face: Draws, channel: Channel, index: int | None) -> float:
    """Some videos reach only a hundredth of the channel's public, a few many times as much, a guest nearly nobody."""
    if index is None:
        return face.heavy_tail(scale=20, exponent=1.2, cap=1e7)
    luck = 10 ** (4 * (face.fraction() + face.fraction() + face.fraction()) / 3 - 2.2)
    return (channel.subscribers.at(REFERENCE) * 0.3 + 30) * luck


def _seconds(face: Draws, kind: Kind) -> int:
    if kind is Kind.SHORT:
        return 5 + face.below(LONGEST_SHORT - 4)
    if kind is Kind.LIVE:
        return 1200 + int(40_000 * face.fraction() ** 3)
    if face.chance(0.002):
        return DAY_SECONDS + face.below(2 * DAY_SECONDS)
    return 20 + int(face.heavy_tail(scale=500, exponent=2.0, cap=36_000))


def _category(face: Draws, channel: Channel) -> str:
    theme = community_of(channel_number(channel.id)) % len(THEMES)
    return CATEGORY_OF_THEME[theme] if face.chance(0.85) else face.pick(ASSIGNABLE)


def _language(face: Draws, channel: Channel, share: float) -> str | None:
    """What the owner declared: mostly the truth."""
    if not face.chance(share):
        return None
    return face.pick(("en", "en-GB", "es-419", "zxx", "pt-BR")) if face.chance(0.06) else channel.language
