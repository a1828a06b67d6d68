"""The language of a video: as its owner declared it, else as its texts are written."""

from collections.abc import Callable

from app.videos.model import VideoFacts


def language_of(facts: VideoFacts, detect: Callable[[str, str], str | None]) -> tuple[str | None, str | None]:
    """The best known language (BCP 47) and its source: what is spoken, what is declared of the texts, or detected.

    `detect` takes title and description, and is asked only when the owner said nothing: it takes the most time.
    """
    if facts.default_audio_language:
        return facts.default_audio_language, "audio"
    if facts.default_language:
        return facts.default_language, "declared"
    detected = detect(facts.title, facts.description)
    return detected, "detected" if detected else None
