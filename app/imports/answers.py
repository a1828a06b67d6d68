"""What the operations on imports answer."""

from app.answers import Answer, answers, or_file, page_of
from app.imports.contract import SourceAwayError, UnusableSourceError
from app.imports.uploads import CannotKeepError, TooLargeError
from app.imports.waiting.service import NothingWaitsError
from app.jobs.answers import asked
from app.jobs.service import UnknownJobError
from app.paging import ForeignCursorError


class Reject(Answer):
    """A row that was rejected."""

    line: int | None
    content: str
    reason: str


_REJECTS = or_file(page_of("rejects", Reject, rejected=int, kept=int), "text/csv")

ASKED = asked()
MIGRATED = asked(UnusableSourceError, SourceAwayError)
UPLOADED = asked(TooLargeError, CannotKeepError)
REJECTS = answers(_REJECTS, UnknownJobError, ForeignCursorError)
RESOLVED = asked(UnknownJobError, NothingWaitsError, foreseen=True)
