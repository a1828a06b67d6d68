"""How the API writes what several resources have: pictures, dates, durations, languages."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from emulator.errors import youtube_error
from emulator.methods.contract import Call
from emulator.resources import Resource
from emulator.universe.atlas import REGIONS

_FACES = {"default": 88, "medium": 240, "high": 800}
_FRAMES = {
    "default": ("default", 120, 90),
    "medium": ("mqdefault", 320, 180),
    "high": ("hqdefault", 480, 360),
    "standard": ("sddefault", 640, 480),
    "maxres": ("maxresdefault", 1280, 720),
}
_SMALL = ("default", "medium", "high")
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Za-z0-9]{2,8})*")


def without_nothing(values: Mapping[str, Any]) -> Resource:
    """The fields that have a value: the API leaves the others out."""
    return {name: value for name, value in values.items() if value is not None}


def faces(picture: str, *, sized: bool = True) -> Resource:
    """The thumbnails of a channel. Only channels.list tells their size."""
    return {
        name: {"url": f"{picture}=s{size}-c-k-c0x00ffffff-no-rj", **({"width": size, "height": size} if sized else {})}
        for name, size in _FACES.items()
    }


def frames(video_id: str, *, large: bool = True) -> Resource:
    """The thumbnails of a video; small ones only where the video or the method has no others."""
    return {
        name: {"url": f"https://i.ytimg.com/vi/{video_id}/{file}.jpg", "width": width, "height": height}
        for name, (file, width, height) in _FRAMES.items()
        if large or name in _SMALL
    }


def timestamp(at: datetime) -> str:
    """An instant of whole seconds, in UTC."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_duration(seconds: int) -> str:
    """As videos.list writes it: PT4M5S, P1DT2H; P0D for nothing."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    parts = ((hours, "H"), (rest // 60, "M"), (rest % 60, "S"))
    time = "".join(f"{count}{unit}" for count, unit in parts if count)
    return f"P{f'{days}D' if days or not time else ''}{f'T{time}' if time else ''}"


def check_language(call: Call) -> None:
    """Refuse an `hl` that is no language."""
    if call.text("hl") and not _LANGUAGE.fullmatch(call.text("hl")):
        message = f"Unsupported language code: {call.text('hl')}"
        raise youtube_error(400, "unsupportedLanguageCode", message, "youtube.parameter", "hl")


def check_region(call: Call) -> None:
    """Refuse a `regionCode` that is no country with a YouTube of its own."""
    region = call.text("regionCode")
    if region and region not in REGIONS:
        message = f"Invalid region code: {region}"
        raise youtube_error(400, "invalidRegionCode", message, "youtube.parameter", "regionCode")
