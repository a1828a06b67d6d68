"""What the routes of this room answer."""

from datetime import datetime

from app.access.model import Entry, Scope, Token
from app.access.service import NoSuchTokenError, TokenExistsError
from app.answers import Answer, answers, like, page_of
from app.paging import ForeignCursorError


@like(Token, without=("scopes",))
class ShownToken(Answer):
    """A token without its secret."""

    scopes: list[Scope]
    """What it may do."""


class CreatedToken(ShownToken):
    """A token with its secret."""

    token: str
    """What is sent as `Authorization: Bearer`; shown this once."""


class ShownTokens(Answer):
    """The newest thousand."""

    tokens: list[ShownToken]


@like(Entry)
class ShownEntry(Answer):
    """A line of the audit log."""

    id: int
    at: datetime


TOKENS = answers(ShownTokens)
CREATED = answers({201: CreatedToken}, TokenExistsError)
REVOKED = answers(ShownToken, NoSuchTokenError)
AUDIT = answers(page_of("audit", ShownEntry), ForeignCursorError)
