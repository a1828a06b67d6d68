"""How often the detected language is right, on texts whose language is known: `python -m bench language`.

Reads `videos/lang` of the folder TRIBUTARY_REAL_DATA. For each threshold of the fast detector it prints the
share of texts without an answer, of right answers among the others, and of texts that needed the slow detector.
"""

import csv
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from app.catalog.language import SECOND_SURE, Opinion, detect, first_opinion, prose, second_opinion

THRESHOLDS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8)
_NAMES = {
    "Arabic": "ar",
    "Danish": "da",
    "Dutch": "nl",
    "English": "en",
    "French": "fr",
    "German": "de",
    "Greek": "el",
    "Hindi": "hi",
    "Italian": "it",
    "Kannada": "kn",
    "Malayalam": "ml",
    "Portugeese": "pt",
    "Russian": "ru",
    "Spanish": "es",
    "Sweedish": "sv",
    "Tamil": "ta",
    "Turkish": "tr",
}  # fmt: skip - a table of pairs; the misspelt names are the data's
_RENAMED = {"iw": "he"}
_NO_LANGUAGE = "zxx"


class Labelled(NamedTuple):
    """A text and the language that its author or editor declared."""

    title: str
    description: str
    language: str


class Judged(NamedTuple):
    """A text's language and what both detectors say."""

    language: str
    first: Opinion
    second: Opinion


def sentences(folder: Path) -> Iterator[Labelled]:
    """Sentences of Wikipedia in 17 languages; the labels are reliable."""
    with (folder / "language_detection_17.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Labelled(row["Text"], "", _NAMES[row["Language"]])


def videos(folder: Path, label: str, *, described: bool) -> Iterator[Labelled]:
    """Videos whose owner declared a language; many leave English where it is not."""
    with (folder / "youtube_declared_language_dev.jsonl").open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            language = (row[label] or "").partition("-")[0].lower()
            if language and language != _NO_LANGUAGE:
                description = row["description"] or "" if described else ""
                yield Labelled(row["title"], description, _RENAMED.get(language, language))


def judge(texts: list[Labelled]) -> dict[str, Any]:
    """The speed of `detect`, and how each threshold would have done."""
    detect("warm up", "das erste Mal werden Modelle geladen")
    second_opinion("warm up")
    started = time.perf_counter()
    for text in texts:
        detect(text.title, text.description)
    seconds = time.perf_counter() - started
    opinions = [_judged(text) for text in texts]
    thresholds = {str(sure): _outcome(opinions, sure) for sure in THRESHOLDS}
    return {"texts": len(texts), "texts_per_second": round(len(texts) / seconds), "by_threshold": thresholds}


def _judged(text: Labelled) -> Judged:
    cleaned = prose(text.title, text.description)
    first = first_opinion(cleaned)
    needed = first.language is not None and first.score < max(THRESHOLDS)
    return Judged(text.language, first, second_opinion(cleaned) if needed else Opinion(None, 0.0))


def _outcome(texts: list[Judged], sure: float) -> dict[str, float]:
    answers = [(text.language, _answer(text, sure)) for text in texts]
    given = [(known, answer) for known, answer in answers if answer is not None]
    asked = sum(text.first.language is not None and text.first.score < sure for text in texts)
    return {
        "without_answer": round(1 - len(given) / len(texts), 4),
        "right": round(sum(known == answer for known, answer in given) / len(given), 4),
        "second_opinion": round(asked / len(texts), 4),
    }


def _answer(text: Judged, sure: float) -> str | None:
    agreed = text.first.language == text.second.language and text.second.score >= SECOND_SURE
    return text.first.language if text.first.score >= sure or agreed else None


def main() -> None:
    """Judge every set and print the result as JSON."""
    root = os.environ.get("TRIBUTARY_REAL_DATA")
    if not root:
        sys.exit("Set TRIBUTARY_REAL_DATA to the folder that has videos/lang; CONTRIBUTING.md says what is in it.")
    folder = Path(root) / "videos" / "lang"
    sets = {
        "sentences": sentences(folder),
        "videos": videos(folder, "defaultLanguage", described=True),
        "video titles": videos(folder, "defaultLanguage", described=False),
        "videos by spoken language": videos(folder, "defaultAudioLanguage", described=True),
    }
    print(json.dumps({name: judge(list(texts)) for name, texts in sets.items()}, indent=2))


if __name__ == "__main__":
    main()
