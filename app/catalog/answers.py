"""What the operations on the catalogue answer."""

from app.answers import Answer, answers, like, page_of
from app.catalog.ids import NotAChannelIdError
from app.catalog.model import Channel, Snapshot
from app.catalog.service import UnknownChannelError
from app.paging import ForeignCursorError


@like(Channel)
class ShownChannel(Answer):
    """What is known of a channel; null is what was not fetched yet, or what YouTube does not say."""


@like(Snapshot)
class ChannelCounts(Answer):
    """The counts of a channel at one moment."""


class WholeChannel(ShownChannel):
    """A channel, and what its counts were."""

    snapshots: list[ChannelCounts]
    """The newest hundred, newest first."""


LISTED = answers(page_of("channels", ShownChannel), ForeignCursorError)
READ = answers(WholeChannel, NotAChannelIdError, UnknownChannelError)
