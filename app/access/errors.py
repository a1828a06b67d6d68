"""Why a request is not let in, each with the next step."""

from app.errors import TributaryError

MAKE_ONE = (
    "send Authorization: Bearer TOKEN (the command line: TRIBUTARY_TOKEN); "
    "`tributary tokens create NAME --scope read` on the server makes one"
)


class NoTokenError(TributaryError):
    """This needs a token."""

    status = 401
    hint = MAKE_ONE


class WrongTokenError(TributaryError):
    """This token is not valid."""

    status = 401
    hint = "it was revoked, has expired, or was not copied whole: `tributary tokens list` on the server shows"


class MissingScopeError(TributaryError):
    """This token may not do this."""

    status = 403
    hint = "`tributary tokens create NAME --scope admin` on the server makes one that may"


class NoProofError(TributaryError):
    """A cookie alone does not change anything."""

    status = 403
    hint = "send the X-CSRF-Token that the page has, or a token: Authorization: Bearer TOKEN"


class ForeignPageError(TributaryError):
    """A page of another site made this request."""

    status = 403
    hint = "programs send a token: Authorization: Bearer TOKEN; see docs/access.md"


class UnknownHostError(TributaryError):
    """This API is not called so."""

    status = 421
    hint = "ask for localhost, or name this host in ALLOWED_HOSTS"


class TooManyRequestsError(TributaryError):
    """There are more requests a minute than the limit allows."""

    status = 429
    hint = "try again after the seconds of Retry-After"
