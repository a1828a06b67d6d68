"""What the words of a search mean: communities to look in, and texts that fit."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from emulator.universe.communities import THEMES, community_of_scene
from emulator.universe.writing.languages import LANGUAGES
from emulator.universe.writing.phrases import PHRASES

VOCABULARY: Mapping[str, str] = {
    language.code: "\n".join(
        (*language.names, *language.topics, *language.titles, *language.sentences, *PHRASES[language.code].titles)
    ).casefold()
    for language in LANGUAGES
}
"""All that people write in titles, by the code of their language."""

_ON_TOPIC, _IN_LANGUAGE = 2, 1


def _numbers() -> Mapping[tuple[str, str], Sequence[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    for number, theme in enumerate(THEMES):
        found.setdefault((theme.language.code, theme.topic.casefold()), []).append(number)
    return found


_NUMBERS = _numbers()
"""Language and topic to the numbers of the themes that have them."""


class Words:
    """A search text: words that must all be there, `|` between alternatives, `-` before what must not be there.

    Words that are part of no phrase of this universe count only when they stand alone.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        terms = text.casefold().replace('"', "").replace("|", " | ").split()
        self._unwanted = [term[1:] for term in terms if len(term) > 1 and term.startswith("-")]
        wanted = [part.split() for part in " ".join(term for term in terms if term[0] != "-").split("|")]
        self.says_nothing = not any(wanted)
        self._alternatives = [[term for term in part if _is_known(term)] or part for part in wanted if part]

    def scenes(self) -> list[int]:
        """The communities whose own word is among the words."""
        terms = (term for part in self._alternatives for term in part if not _is_spoken(term))
        return [community for term in terms if (community := community_of_scene(term)) is not None]

    def themes(self) -> list[int]:
        """The numbers of the themes that fit best; all of them when nothing was said."""
        if self.says_nothing:
            return list(range(len(THEMES)))
        return sorted({number for part in self._alternatives for number in _themes(tuple(part))})

    def fit(self, *texts: str) -> bool:
        """Whether the texts of something hold the words of an alternative, and nothing unwanted."""
        text = "\n".join(texts).casefold()
        if any(term in text for term in self._unwanted):
            return False
        return self.says_nothing or any(all(term in text for term in part) for part in self._alternatives)


@lru_cache(256)
def _themes(terms: tuple[str, ...]) -> Sequence[int]:
    scores = {theme: sum(_score(*theme, term) for term in terms) for theme in _NUMBERS}
    best = max(scores.values())
    return [number for theme, score in scores.items() if score == best > 0 for number in _NUMBERS[theme]]


def _score(code: str, topic: str, term: str) -> int:
    if topic in term or term in topic.split():
        return _ON_TOPIC
    return _IN_LANGUAGE if term in VOCABULARY[code] else 0


def _is_known(term: str) -> bool:
    return _is_spoken(term) or community_of_scene(term) is not None


def _is_spoken(term: str) -> bool:
    return any(term in words for words in VOCABULARY.values())
