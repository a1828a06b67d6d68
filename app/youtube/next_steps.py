"""What to do about an answer of YouTube of which only our words are left, in the remark about an item."""

import json
import re

from app.youtube.errors import NOTHING_READABLE, ErrorKind, classify

_ANSWERED = re.compile(r"YouTube answer(?:ed|s) (\d{3})(?:: (.*))?", re.DOTALL)
_UNANSWERED = re.compile(r"YouTube (?:could not be asked|cut off its answer)")


def next_step(reason: str) -> str | None:
    """The next step of the error that a reason tells of; None where it tells of none."""
    if answered := _ANSWERED.search(reason):
        said = answered[2] or NOTHING_READABLE
        # A bare string counts as a message, and as a reason where it is one word: so an error without message tells it.
        body = b"" if said == NOTHING_READABLE else json.dumps({"error": said}).encode()
        return classify(int(answered[1]), {}, body).kind.next_step
    return ErrorKind.TRANSIENT.next_step if _UNANSWERED.search(reason) else None
