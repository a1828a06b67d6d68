"""What the operations that make calls answer."""

from app.answers import Answer, answers, like
from app.jobs.answers import asked
from app.keys.model import NoQuotaError, ProjectSuspendedError
from app.youtube.errors import ApiError, EndpointDownError, NotSentError
from app.youtube.resolving.resolver import Resolved, TooManyCallsError
from app.youtube.service import Trial


@like(Resolved)
class ResolvedTexts(Answer):
    """The channels that texts mean."""


@like(Trial)
class TrialOfKey(Answer):
    """What one call with the key that would be used next has shown."""

    status: str


ASKED = asked(foreseen=True)
RESOLVED = answers(ResolvedTexts, TooManyCallsError)
TRIED = answers(TrialOfKey, NoQuotaError, ProjectSuspendedError, ApiError, EndpointDownError, NotSentError)
