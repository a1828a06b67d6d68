"""The root of every error that Tributary raises on purpose.

An error is typed by what to do next. `status` is the HTTP status it becomes at the API, `hint` the next step for the
person who reads it.
"""

from typing import ClassVar


class TributaryError(Exception):
    """Something went wrong that we foresaw; the docstring of each subclass is its default message."""

    status: ClassVar[int] = 500
    hint: str = ""
    problem: ClassVar[str] = ""
    """The name of its kind of problem; empty: that of the class, without Error."""

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().splitlines()[0])
        self.hint = hint or self.hint


class BadInputError(TributaryError):
    """What was sent cannot be used as it is."""

    status = 422

    def __init__(self, message: str = "", *, field: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field


class NotFoundError(TributaryError):
    """There is nothing with this name."""

    status = 404


class ConflictError(TributaryError):
    """This cannot be done in the state that things are in."""

    status = 409
