"""Plain text: ids, links and handles wherever they stand in a line, and however many."""

from collections.abc import Iterator

from app.imports.finding import in_prose, of_one_channel
from app.imports.opening import Part
from app.imports.paging import Entry, FileSource, Mark, entry_of, paged, reject
from app.imports.texts import lines

_COMMENT = "#"


def entries_of_text(part: Part, mark: Mark) -> Iterator[Entry | Mark]:
    """Whatever is found in a line; a line with nothing is rejected, unless it is empty or a comment."""
    whole, something = "", False
    for number, text, ends, start, begins in lines(part.file, mark.offset, mark.line):
        if start is not None and begins:
            yield Mark(start, number)
        found = of_one_channel(in_prose(text))
        yield from (entry_of(one, number) for one in found)
        whole, something = whole or text, something or bool(found)
        if ends:
            if not something and whole.strip() and not whole.lstrip().startswith(_COMMENT):
                yield reject(number, whole, "no channel id, link or handle")
            whole, something = "", False


TEXT = FileSource("text", "plain text", lambda _: paged(entries_of_text))
