"""A row becomes a channel, a name or a reject, by what stands where its id should be."""

from collections.abc import Sequence

from app.catalog.ids import NotAChannelIdError, channel_key, read_channel_id
from app.catalog.model import ImportRow
from app.imports.contract import CONTENT_SHOWN, Name, Page, Reject
from app.imports.finding import Called, Channel, Found, in_cell, in_value


def sort(page: Page, line: int, text: str, others: Sequence[str], content: str, *known: str | None) -> None:
    """Put a row where it belongs.

    `text` is where its id should be; `others` are cells that may hold one where that does not. `content` is what a
    reject shows of the row, and `known` are the title, handle and country of the channel.
    """
    try:
        found: Found | None = Channel(channel_key(read_channel_id(text)))
    except NotAChannelIdError as error:
        found, why = _elsewhere(text, others), str(error)
    match found:
        case Channel(key):
            page.rows.append(ImportRow(key, *known))
        case Called(text):
            page.names.append(Name(line, text[:CONTENT_SHOWN]))
        case _:
            page.rejects.append(Reject(line, content[:CONTENT_SHOWN], why))


def _elsewhere(text: str, others: Sequence[str]) -> Found | None:
    """What the row holds where it has no id in its place: an id in another cell, else what names the channel."""
    found = [in_cell(text), *map(in_value, others)]
    ids = (one for one in found if isinstance(one, Channel))
    return next(ids, None) or next((one for one in found if isinstance(one, Called)), None)
