"""What the operations that make calls answer."""

from pydantic import RootModel

from app.answers import Answer, answers, like
from app.jobs.answers import asked
from app.keys.model import NoQuotaError, ProjectSuspendedError, UnknownKeyError
from app.youtube.errors import ApiError, EndpointDownError, NotSentError
from app.youtube.resolving.resolver import Resolved, TooManyCallsError
from app.youtube.service import Trial
from app.youtube.trials import KeyTrial


@like(Resolved)
class ResolvedTexts(Answer):
    """The channels that texts mean."""


@like(Trial)
class TrialOfKey(Answer):
    """What one call with the key that would be used next has shown."""

    status: str


@like(KeyTrial)
class DiagnosedKey(Answer):
    """One key that was tested."""


class DiagnosedKeys(Answer):
    """The keys that were tested, by id, by themselves, or all."""

    status: str
    working: int
    """How many can be used."""
    units: int
    """What the tests have cost together."""
    keys: list[DiagnosedKey]


class Tried(RootModel[TrialOfKey | DiagnosedKeys]):
    """What was asked for: one call with the key that is used next, or what is wrong with each key."""


ASKED = asked(foreseen=True)
RESOLVED = answers(ResolvedTexts, TooManyCallsError)
TRIED = answers(Tried, UnknownKeyError, NoQuotaError, ProjectSuspendedError, ApiError, EndpointDownError, NotSentError)
