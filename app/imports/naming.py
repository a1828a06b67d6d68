"""What one cell of an import names: a channel id, a channel by another name, or nothing that could be asked for."""

from app.catalog.ids import NotAChannelIdError, read_channel_id
from app.youtube.resolving.links import Kind, Named, Unreadable, read

# A word alone may be anything; whoever means a custom name or a video there writes its address.
_UNMISTAKABLE = frozenset({Kind.CHANNEL, Kind.PLAYLIST, Kind.HANDLE})


def read_cell(text: str) -> str | Named:
    """The channel id, wherever the text itself tells it, or the name that YouTube must be asked about.

    Raises NotAChannelIdError, saying why it is neither.
    """
    try:
        return read_channel_id(text)
    except NotAChannelIdError as error:
        reading, why = read(text), error
    if isinstance(reading, Unreadable) or not (reading.kind in _UNMISTAKABLE or "/" in text):
        raise why
    return reading.channel_id or reading
