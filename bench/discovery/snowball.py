"""A plain snowball: every channel by every method in its order, then those that were found. It learns nothing.

It uses the same methods, the same rule for handles, the same hundred searches, and confirms fifty a call, too: what it
lacks is only the choice of what to expand. It keeps everything in memory and makes one call after another.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Any

from app.catalog.language import detect
from app.catalog.model import ChannelFacts
from app.youtube.costs import MAX_IDS
from app.youtube.errors import ApiError, ErrorKind
from app.youtube.methods.asking import packed
from app.youtube.methods.channels import channels_request, parse_channels
from app.youtube.wire import Wire
from bench.discovery.brought import GROUPS, Brought
from discovery.contract import Ask, DiscoveryMethod, Found, Seed, Text
from discovery.driving import drive
from discovery.registry import methods as known_methods

Get = Callable[[str, Mapping[str, str]], Mapping[str, Any] | None]
"""Makes a call; None for a verdict."""


def getter(wire: Wire, key: str) -> Get:
    """Calls over our wire, which are not paid from our keys."""

    def get(method: str, params: Mapping[str, str]) -> Mapping[str, Any] | None:
        try:
            return wire.get(method, params, key)
        except ApiError as error:
            if error.kind is not ErrorKind.ITEM_VERDICT:
                raise
            return None

    return get


class Snowball:
    """Breadth first, with a budget."""

    def __init__(
        self, get: Get, units: int, searches: int, handle_sources: int, methods: Sequence[DiscoveryMethod] = ()
    ) -> None:
        """`methods`: without any, all that may find somebody new."""
        methods = methods or [method for method in known_methods().values() if method.new_per_seed]
        self.brought = {GROUPS.get(method.name, method.name): Brought() for method in methods}
        self.units = 0
        self._get, self._methods, self._budget = get, methods, units
        self._searches = searches
        self._handle_sources = handle_sources
        self._queue = deque[Seed]()
        self._known = set[str]()
        self._waiting = dict[str, str]()
        """Channel to the method that named it first."""
        self._mentioned = dict[str, set[str]]()

    def run(self, seeds: Sequence[str]) -> None:
        """Spend the budget. What the seeds themselves cost is not counted."""
        for pack in packed(seeds):
            self._queue.extend(map(_seed, self._channels(pack)))
        self.units, self._known = 0, set(seeds)
        while self._queue and self._left() >= 1:
            self._expand(self._queue.popleft())
        self._confirm(1)

    def _left(self) -> int:
        return self._budget - self.units - ceil(len(self._waiting) / MAX_IDS)

    def _expand(self, seed: Seed) -> None:
        for method in self._methods:
            if (method.bucket and self._left() < 1) or (method.bucket == "search" and self._searches < 1):
                continue
            name = GROUPS.get(method.name, method.name)
            self.brought[name].expansions += 1
            before = self.units
            trace = drive(method.explore(seed), self._answer)
            self.brought[name].units += self.units - before
            for found in trace.found:
                self._name(seed, name, found)
            self._confirm(MAX_IDS)

    def _answer(self, ask: Ask) -> Mapping[str, Any] | None:
        if self._left() < 1:
            return None
        self._searches -= ask.method == "search.list"
        return self._call(ask.method, ask.params)

    def _call(self, method: str, params: Mapping[str, str]) -> Mapping[str, Any] | None:
        self.units += 1
        return self._get(method, params)

    def _name(self, seed: Seed, method: str, found: Found) -> None:
        channel_id: str | None = found.channel
        if found.channel.startswith("@"):
            sources = self._mentioned.setdefault(found.channel, set())
            before = len(sources)
            sources.add(seed.channel_id)
            if not before < len(sources) == self._handle_sources or self._left() < 1:
                return
            channel_id = self._resolve(method, found.channel)
        if channel_id and channel_id not in self._known:
            self._known.add(channel_id)
            self._waiting[channel_id] = method

    def _resolve(self, method: str, handle: str) -> str | None:
        self.brought[method].units += 1
        answer = self._call("channels.list", {"part": "id", "forHandle": handle}) or {}
        return next((str(item["id"]) for item in answer.get("items", ())), None)

    def _confirm(self, least: int) -> None:
        while len(self._waiting) >= least:
            pack = list(self._waiting)[:MAX_IDS]
            named_by = {one: self._waiting.pop(one) for one in pack}
            real = [facts for facts in self._channels(pack) if facts.video_count != 0]
            self._queue.extend(map(_seed, real))
            for facts in real:
                self.brought[named_by.pop(facts.channel_id)].new += 1
            for method in named_by.values():
                self.brought[method].dropped += 1

    def _channels(self, pack: Sequence[str]) -> Sequence[ChannelFacts]:
        request = channels_request(pack)
        return parse_channels(self._call(request.method, request.params) or {})


def _seed(facts: ChannelFacts) -> Seed:
    """As the catalogue would hand it out; who shares terms is left out, for that finds nobody new."""
    return Seed(
        facts.channel_id,
        title=facts.title,
        handle=facts.handle,
        language=detect(facts.title, facts.description),
        country=facts.country,
        keywords=facts.keywords,
        uploads_playlist_id=facts.uploads_playlist_id,
        video_count=facts.video_count,
        subscriber_count=facts.subscriber_count,
        texts=(Text("channel", facts.title, facts.description),),
    )
