"""What must hold for every discovery method and seed source, ours or from outside, as complaints in plain words.

In a test of your own: `assert complaints(MyMethod()) == []`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from discovery import hostile
from discovery.contract import (
    LONGEST_EVIDENCE,
    MOST_CALLS,
    UNKNOWN,
    Ask,
    DiscoveryMethod,
    Exploration,
    Found,
    SeedSource,
)
from discovery.driving import Trace, drive
from discovery.names import is_channel_id, is_handle

Member = DiscoveryMethod | SeedSource

LARGEST_PAGES: Mapping[str, int | None] = MappingProxyType(
    {
        "activities.list": 50,
        "channelSections.list": None,
        "channels.list": 50,
        "commentThreads.list": 100,
        "comments.list": 100,
        "playlistItems.list": 50,
        "playlists.list": 50,
        "search.list": 50,
        "subscriptions.list": 50,
        "videos.list": 50,
    }
)
"""Every call that a method may make, to the largest `maxResults` that YouTube takes; None where there are no pages."""

_MOST_IDS = 50
_NEEDS = frozenset({"texts", "alike", "playlists", "videos"})
_SIGNALS = frozenset({"language", "topics"})
_NAME = re.compile(r"[a-z][a-z0-9_]{2,39}")
_LONGEST_TITLE = 40


def _amount(value: object) -> bool:
    return isinstance(value, int | float) and value >= 0


_ATTRIBUTES: Mapping[str, Callable[[Any], bool]] = {
    "name": lambda said: _NAME.fullmatch(said) is not None,
    "title": lambda said: 0 < len(said) <= _LONGEST_TITLE and said.isprintable(),
    "meaning": lambda said: said.endswith(".") and said.isprintable(),
    "service": {"youtube", "stored"}.__contains__,
    "bucket": {"default", "search", None}.__contains__,
    "interval": lambda said: said >= timedelta(days=1),
    "references": lambda said: bool(said) and all(link.startswith("https://") for link in said),
}
_OF_METHODS: Mapping[str, Callable[[Any], bool]] = {
    "units_per_seed": _amount,
    "new_per_seed": _amount,
    "needs": lambda said: isinstance(said, frozenset) and said <= _NEEDS,
    "chooses_by": lambda said: isinstance(said, frozenset) and said <= _SIGNALS,
    "reliability": lambda said: 0 <= said <= 1,
}
_MAY_LACK = MappingProxyType({"reliability": UNKNOWN})
_OF_SOURCES: Mapping[str, Callable[[Any], bool]] = {
    "units_per_place": _amount,
    "new_per_place": _amount,
    "places": lambda said: isinstance(said, tuple) and len(set(said)) == len(said),
}


def complaints(member: Member) -> list[str]:
    """What is wrong with a method or a seed source; each complaint once."""
    said = list(_about_attributes(member)) or list(_about_prices(member))
    return said or list(dict.fromkeys(_about_conduct(member)))


def _about_attributes(member: Member) -> Iterator[str]:
    for name, fits in {**_ATTRIBUTES, **(_OF_SOURCES if hasattr(member, "places") else _OF_METHODS)}.items():
        value = getattr(member, name, _MAY_LACK.get(name))
        try:
            good = (hasattr(member, name) or name in _MAY_LACK) and fits(value)
        except (TypeError, AttributeError):
            good = False
        if not good:
            yield f"{name} cannot be {value!r}"


def _about_prices(member: Member) -> Iterator[str]:
    units = getattr(member, "units_per_seed", getattr(member, "units_per_place", 0))
    if len({member.service == "stored", member.bucket is None, units == 0}) > 1:
        yield f"service {member.service}, bucket {member.bucket} and {units} units contradict each other"


def _about_conduct(member: Member) -> Iterator[str]:
    for explore, itself in _explorations(member):
        for answering in hostile.answers():
            try:
                trace, again = drive(explore(), answering), drive(explore(), answering)
            except Exception as error:  # noqa: BLE001 - whatever a stranger's method raises is the complaint
                yield f"raises {error!r}"
            else:
                yield from _about_trace(member, trace, itself)
                if trace != again:
                    yield "finds or asks something else the second time"


def _explorations(member: Member) -> Iterator[tuple[Callable[[], Exploration], frozenset[str | None]]]:
    """What to run, and under which names it must not find what it started from."""
    if isinstance(member, SeedSource):
        for place in hostile.places(member.places):
            yield partial(member.explore, place), frozenset()
    else:
        for seed in hostile.seeds():
            yield partial(member.explore, seed), frozenset({seed.channel_id, seed.handle})


def _about_trace(member: Member, trace: Trace, itself: frozenset[str | None]) -> Iterator[str]:
    if len(trace.asks) > MOST_CALLS:
        yield f"makes more than {MOST_CALLS} calls"
    for ask in trace.asks:
        yield from _about_call(member, ask)
    for found in trace.found:
        if isinstance(found, Found):
            yield from _about_finding(found, itself)
        else:
            yield f"yields {found!r}, which is neither an Ask nor a Found"


def _about_call(member: Member, ask: Ask) -> Iterator[str]:
    if ask.method not in LARGEST_PAGES:
        yield f"asks {ask.method}, which is none of {', '.join(LARGEST_PAGES)}"
        return
    if member.bucket != ("search" if ask.method == "search.list" else "default"):
        yield f"asks {ask.method} and names the bucket {member.bucket}"
    if not all(isinstance(value, str) and value for value in ask.params.values()):
        yield f"{ask.method}: a parameter is no text or empty: {dict(ask.params)!r}"
    elif {"key", "access_token", "oauth_token"} & ask.params.keys():
        yield f"{ask.method}: a key is not the method's to hand over"
    elif missing := {"part", "fields"} - ask.params.keys():
        yield f"{ask.method}: without {' and '.join(sorted(missing))}"
    else:
        yield from _about_amounts(ask.method, ask.params)


def _about_amounts(method: str, params: Mapping[str, str]) -> Iterator[str]:
    largest, rows = LARGEST_PAGES[method], params.get("maxResults", "")
    if "id" in params:
        count = params["id"].count(",") + 1
        if count > _MOST_IDS or rows:
            yield f"{method}: one call takes {_MOST_IDS} ids and no maxResults, not {count} and {rows or 'none'}"
    elif largest is None and rows:
        yield f"{method}: there are no pages, and so no maxResults"
    elif largest and not (rows.isdecimal() and 1 <= int(rows) <= largest):
        yield f"{method}: maxResults is to be between 1 and {largest}, not {rows or 'left out'}"


def _about_finding(found: Found, itself: frozenset[str | None]) -> Iterator[str]:
    if not (is_channel_id(found.channel) or is_handle(found.channel)):
        yield f"finds {found.channel!r}, which is neither a channel id nor a handle with its @ in lower case"
    if found.channel in itself:
        yield "finds the seed itself"
    said = found.evidence
    if not (0 < len(said) <= LONGEST_EVIDENCE and said.isprintable() and said == said.strip()):
        yield f"the evidence {said[:60]!r} is empty, longer than {LONGEST_EVIDENCE} characters or not one plain line"
