"""Channels that YouTube's search finds by a channel's own keywords."""

from collections.abc import Iterator
from datetime import timedelta

from discovery.answers import evidence, items, text
from discovery.contract import Ask, Exploration, Found, Seed
from discovery.names import is_channel_id

_MOST_WORDS, _LONGEST = 3, 40
_LANGUAGE = 2
_FIELDS = "items(id/channelId)"


class KeywordSearch:
    """One call of the hundred that a project has each day for searching, and of no others."""

    name = "keyword_search"
    title = "Search by keywords"
    meaning = "YouTube finds the discovered channel when it is asked for the source's own keywords."
    service = "youtube"
    bucket: str | None = "search"
    units_per_seed = 0.6
    new_per_seed = 20.0
    interval = timedelta(days=28)
    needs: frozenset[str] = frozenset()
    chooses_by: frozenset[str] = frozenset({"language"})
    reliability = 0.35
    references: tuple[str, ...] = ("https://developers.google.com/youtube/v3/docs/search/list",)

    def explore(self, seed: Seed) -> Exploration:
        """Any of its three most particular keywords; a channel without keywords asks nothing."""
        words = sorted(dict.fromkeys(_searchable(seed.keywords)), key=lambda word: -len(word))[:_MOST_WORDS]
        if not words:
            return
        query = "|".join(words)
        asked = {"part": "snippet", "type": "channel", "q": query, "maxResults": "50", "fields": _FIELDS}
        answer = yield Ask("search.list", asked | _language(seed.language))
        for item in items(answer):
            channel_id = text(item, "id", "channelId")
            if is_channel_id(channel_id) and channel_id != seed.channel_id:
                yield Found(channel_id, evidence("search", query))


def _searchable(keywords: tuple[str, ...]) -> Iterator[str]:
    """Without what search reads as `or`, `not` and `exactly`."""
    for keyword in keywords:
        plain = "".join(char if char.isprintable() and char not in '|"' else " " for char in keyword)
        words = " ".join(word.lstrip("-") for word in plain.split()).strip().casefold()
        if 1 < len(words) <= _LONGEST:
            yield words


def _language(language: str | None) -> dict[str, str]:
    short = language is not None and len(language) == _LANGUAGE and language.isascii() and language.isalpha()
    return {"relevanceLanguage": language.lower()} if language and short else {}
