"""Single values out of YouTube's JSON, cleaned so that they can be stored.

YouTube's data is typed by strangers and its layout has changed over the years, so nothing here raises: a
value that is absent or of an unexpected type is None or empty, and the rest of the answer is kept.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

# PostgreSQL refuses NUL in any text, and half a surrogate pair cannot be encoded as UTF-8.
_NUL = "\0"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_COUNT = re.compile(r"[0-9]{1,19}")
_MAX_BIGINT = 2**63 - 1
# ISO 8601 as `P1DT22H15M17S`, or protobuf's seconds as `213.5s`.
_DURATION = re.compile(
    r"P(?=.)(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,9})?)S)?)?"
    r"|(?P<all>\d{1,9}(?:\.\d{1,9})?)s",
    re.ASCII,
)


def dig(value: object, *path: str | int) -> object:
    """The value at the end of the path of keys and positions, or None where the path breaks off."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def storable(text: str) -> str:
    """The text without NUL, and with U+FFFD in the place of lone surrogates."""
    whole = text.replace(_NUL, "")
    return whole if whole.isascii() else _LONE_SURROGATE.sub("\ufffd", whole)


def text(value: object, *path: str | int) -> str:
    """A storable text, or an empty one."""
    found = dig(value, *path)
    return storable(found) if isinstance(found, str) else ""


def texts(value: object, *path: str | int) -> tuple[str, ...]:
    """A list of storable texts, without the empty ones."""
    found = dig(value, *path)
    cleaned = [text(entry) for entry in found] if isinstance(found, list) else []
    return tuple(filter(None, cleaned))


def count(value: object, *path: str | int) -> int | None:
    """A counter, which YouTube sends as a string; None beyond what a bigint holds."""
    found = dig(value, *path)
    if isinstance(found, bool) or not isinstance(found, int | str) or not _COUNT.fullmatch(str(found)):
        return None
    number = int(found)
    return number if number <= _MAX_BIGINT else None


def flag(value: object, *path: str | int) -> bool | None:
    """True, False, also where YouTube writes them as strings; None where it does not say."""
    found = dig(value, *path)
    if isinstance(found, str):
        return {"true": True, "false": False}.get(found)
    return found if isinstance(found, bool) else None


def instant(value: object, *path: str | int) -> datetime | None:
    """A point in time in UTC; YouTube writes 0 to 6 decimals."""
    try:
        found = datetime.fromisoformat(text(value, *path))
        # Without a zone it is UTC: in the zone of the machine, one answer would mean two things.
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def duration(value: object, *path: str | int) -> timedelta | None:
    """A length of time; zero for a live stream that has not ended (`P0D`)."""
    found = _DURATION.fullmatch(text(value, *path))
    if found is None:
        return None
    said = {unit: float(number) for unit, number in found.groupdict(default="0").items()}
    said["seconds"] += said.pop("all")
    return timedelta(**said)


def first_text(value: object, *paths: Sequence[str]) -> str | None:
    """The first path that leads to a text which is not empty."""
    return next(filter(None, (text(value, *path) for path in paths)), None)
