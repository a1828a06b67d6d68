"""What the operations on what is kept answer."""

from app.answers import Answer, answers, like
from app.catalog.ids import NotAChannelIdError
from app.catalog.service import UnknownChannelError
from app.jobs.answers import asked
from app.retention.model import Forgotten, Mode, Report
from app.retention.service import BusyError


@like(Report)
class ShownReport(Answer):
    """What one retention job did."""


class Kept(Answer):
    """What may be kept, and what the newest jobs deleted."""

    mode: Mode
    reports: list[ShownReport]


class ForgottenChannels(Answer):
    """What was deleted."""

    forgotten: Forgotten


TOLD = answers(Kept)
SWEPT = asked()
ALL_FORGOTTEN = asked(BusyError)
FORGOTTEN = answers(ForgottenChannels, NotAChannelIdError, UnknownChannelError)
