"""What a message says: the entries of an Atom feed, and those that were deleted (RFC 6721). Pure.

Expat reads it, without a tree and without a document type: where no entity can be declared, none can be expanded or
fetched.
"""

from datetime import UTC, datetime
from xml.parsers import expat

from app.errors import BadInputError
from app.push.model import Kind, Notice
from app.videos.ids import is_video_id

_ATOM = "http://www.w3.org/2005/Atom "
_YOUTUBE = "http://www.youtube.com/xml/schemas/2015 "
_DELETED = "http://purl.org/atompub/tombstones/1.0 deleted-entry"
_BY = "http://purl.org/atompub/tombstones/1.0 by"
_ENTRY = f"{_ATOM}entry"
_PREFIX = "yt:video:"
_OWNER = "/channel/"
_MOST_NOTICES = 100
_DEEPEST = 20


class NotAMessageError(BadInputError):
    """This is no message of YouTube."""


def read_notices(body: bytes) -> list[Notice]:
    """What a message tells, each thing once, in its order. Raises NotAMessageError."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # also of an encoding that Python does not know
        raise NotAMessageError(f"not readable as XML: {error}") from None
    return list(dict.fromkeys(reader.notices))


def _no_document_type(*_: object) -> None:
    raise NotAMessageError("it declares a document type")


class _Reader:
    """What expat tells, gathered entry by entry."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self._path: list[str] = []
        self._said: dict[str, str] = {}

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise NotAMessageError("nested too deeply")
        if name in {_ENTRY, _DELETED}:
            self._said = dict(attributes)

    def text(self, text: str) -> None:
        name = self._name()
        self._said[name] = self._said.get(name, "") + text

    def end(self, name: str) -> None:
        self._path.pop()
        if name == _ENTRY:
            when = self._said.get(f"{_ATOM}updated") or self._said.get(f"{_ATOM}published", "")
            self._note(Kind.ENTRY, self._said.get(f"{_YOUTUBE}videoId", ""), when)
        elif name == _DELETED:
            self._note(Kind.DELETED, self._said.get("ref", "").removeprefix(_PREFIX), self._said.get("when", ""))

    def _name(self) -> str:
        """Of an element inside an entry, once: its own names, not those of its author or links."""
        inside = self._path[-2:-1]
        return self._path[-1] if inside in ([_ENTRY], [_BY]) else ""

    def _note(self, kind: Kind, video_id: str, when: str) -> None:
        if len(self.notices) >= _MOST_NOTICES:
            raise NotAMessageError(f"more than {_MOST_NOTICES} entries")
        if not is_video_id(video_id):
            raise NotAMessageError("an entry without the id of a video")
        self.notices.append(Notice(video_id, self._channel_id(), kind, _instant(when)))
        self._said = {}

    def _channel_id(self) -> str | None:
        """An entry says it; of a deleted one the address of who deleted it does."""
        told = self._said.get(f"{_YOUTUBE}channelId")
        return told or self._said.get(f"{_ATOM}uri", "").partition(_OWNER)[2] or None


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotAMessageError("an entry without a time") from None
