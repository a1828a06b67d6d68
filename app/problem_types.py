"""The kinds of problems: each has an address of its own, a title, and a section in docs/problems.md.

An error class is a kind, named like it: UnknownJobError is `/problems/unknown-job`, titled "Unknown job". The address
is a reference to this API itself, so that it answers wherever an installation stands, also without the internet.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from app.errors import BadInputError, TributaryError


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem, and what is said of it where nothing more is known."""

    name: str
    status: int
    detail: str = ""
    hint: str = ""

    @property
    def uri(self) -> str:
        """What stands in `type`, and answers."""
        return f"/problems/{self.name}"

    @property
    def title(self) -> str:
        """The name as words."""
        return self.name.replace("-", " ").capitalize()


UNREADABLE_BODY = ProblemType(
    "unreadable-body", 400, "the body is not valid JSON", "mend it there; it must be one JSON object"
)
NO_SUCH_ADDRESS = ProblemType(
    "no-such-address", 404, "there is nothing at this address", "GET /openapi.json lists every address"
)
METHOD_NOT_ALLOWED = ProblemType(
    "method-not-allowed", 405, "the method is not allowed for this address", "take one that the header Allow names"
)
BODY_TOO_LARGE = ProblemType(
    "body-too-large",
    413,
    "the body is too large",
    "send 16 MB at most; a longer list goes into a file, see POST /api/migrate",
)
NOT_JSON = ProblemType(
    "not-json", 415, "the body must be JSON", "send it with the header Content-Type: application/json"
)
UNFORESEEN = ProblemType(
    "unforeseen", 500, "an error that we did not foresee", "the log of the API has it, by this request_id"
)
DATABASE_AWAY = ProblemType(
    "database-away",
    503,
    "the database does not answer",
    "try again in some seconds; work that was asked for is safe",
)
DATABASE_BUSY = ProblemType(
    "database-busy", 503, "all connections to the database are in use", "try again in some seconds"
)
UNAVAILABLE = ProblemType(  # what nginx answers then, see deploy/nginx
    "unavailable",
    503,
    "the API does not answer",
    "try again in a moment; if it stays like this, look at the logs of the API",
)
OTHER = ProblemType("other", 400, "HTTP itself has refused this request", "the status says what is wrong with it")

OF_HTTP = (
    UNREADABLE_BODY,
    NO_SUCH_ADDRESS,
    METHOD_NOT_ALLOWED,
    BODY_TOO_LARGE,
    NOT_JSON,
    UNFORESEEN,
    DATABASE_AWAY,
    DATABASE_BUSY,
    UNAVAILABLE,
    OTHER,
)
"""Those that no error class of ours stands for."""
_BY_STATUS = {one.status: one for one in (NO_SUCH_ADDRESS, METHOD_NOT_ALLOWED, BODY_TOO_LARGE, NOT_JSON, UNFORESEEN)}


def type_of(error: type[TributaryError]) -> ProblemType:
    """The kind that an error class is."""
    words = re.findall("[A-Z][a-z0-9]*", error.__name__.removesuffix("Error"))
    name = error.__dict__.get("problem") or "-".join(words).lower()
    told = (error.__doc__ or "").strip().splitlines()[0]
    return ProblemType(name, error.status, told, error.hint)


def of_status(status: int) -> ProblemType:
    """The kind of what HTTP itself refuses."""
    return _BY_STATUS.get(status, OTHER)


def title_of(kind: ProblemType, status: int) -> str:
    """Its title; the phrase of the status, where the kind says no more."""
    return HTTPStatus(status).phrase if kind is OTHER else kind.title


def all_types() -> dict[str, ProblemType]:
    """Every kind there is, by name, as far as the code that raises it is loaded."""
    # Of two classes with one name the one that is answered counts, not the one that workers raise inside.
    raised = sorted(map(type_of, _errors(TributaryError)), key=lambda kind: kind.status, reverse=True)
    return {kind.name: kind for kind in sorted([*raised, *OF_HTTP], key=lambda kind: kind.name)}


def _errors(root: type[TributaryError]) -> Iterator[type[TributaryError]]:
    for error in root.__subclasses__():
        if not error.__module__.startswith("devstack."):  # a terminal alone is told of these
            yield error
        yield from _errors(error)


BAD_INPUT = type_of(BadInputError)
