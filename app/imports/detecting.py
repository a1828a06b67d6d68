"""What a file is, told by its content: a name ends in whatever somebody called it."""

import csv
import io
import json
import re
from collections.abc import Sequence

from app.imports.finding import Channel, in_prose, in_value
from app.imports.opening import HEAD
from app.imports.texts import lines

_PARQUET = b"PAR1"
_LINES = 200
_DELIMITERS = ",;\t|"
_JSON = re.compile(r"\s*[\[{]\s*(?:[\[{\]}\"']|-?\d|true|false|null|$)")
_MARKUP = re.compile(r"\s*<(?:[?!]|[A-Za-z][\w:.-]*[\s/>])")
_HALF = 0.5


def format_of(head: bytes) -> str:
    """parquet, json, ndjson, opml, csv or text, for the first bytes of a file, in UTF-8."""
    if head.startswith(_PARQUET):
        return "parquet"
    found = list(lines(io.BytesIO(head)))[:_LINES]
    texts = [line.text for line in found if line.text.strip()]
    if not texts:
        return "text"
    # Of a file that is longer the last line may be cut.
    return _of_lines(texts[:-1] if len(head) >= HEAD and len(texts) > 1 else texts)


def _of_lines(texts: Sequence[str]) -> str:
    start = "\n".join(texts[:3])
    if _JSON.match(start):
        documents = sum(map(_is_document, texts[:10]))
        return "ndjson" if documents > 1 else "json"
    if _MARKUP.match(start):
        return "opml"
    return "csv" if _is_table(texts) else "text"


def _is_document(text: str) -> bool:
    try:
        return isinstance(json.loads(text), (dict, list))
    except (ValueError, RecursionError):
        return False


def _is_table(texts: Sequence[str]) -> bool:
    """Whether one column holds the ids; in a text they stand anywhere, or several in a line."""
    wanted = {found for text in texts for found in in_prose(text)}
    ids = sum(isinstance(found, Channel) for found in wanted)
    columns = max((_best_column(texts, delimiter) for delimiter in _DELIMITERS), default=0)
    return bool(wanted) and columns >= max(1, ids) * _HALF


def _best_column(texts: Sequence[str], delimiter: str) -> int:
    """How many cells of the best column hold an id, or anything else that names a channel."""
    held: dict[int, set[object]] = {}
    try:
        for record in csv.reader(texts, delimiter=delimiter):
            for column, cell in enumerate(record):
                if found := in_value(cell):
                    held.setdefault(column, set()).add(found)
    except csv.Error:
        return 0
    return max(map(len, held.values()), default=0)
