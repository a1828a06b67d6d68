"""The methods the emulator speaks. A new one is a file in this folder and a line here."""

from collections.abc import Mapping

from emulator.methods.activities import ActivitiesList
from emulator.methods.batch_get_stats import VideosBatchGetStats
from emulator.methods.channel_sections import ChannelSectionsList
from emulator.methods.channels import ChannelsList
from emulator.methods.comment_threads import CommentThreadsList
from emulator.methods.comments import CommentsList
from emulator.methods.contract import ReadMethod
from emulator.methods.playlist_items import PlaylistItemsList
from emulator.methods.playlists import PlaylistsList
from emulator.methods.reference import (
    I18nLanguagesList,
    I18nRegionsList,
    VideoAbuseReportReasonsList,
    VideoCategoriesList,
)
from emulator.methods.search import SearchList
from emulator.methods.subscriptions import SubscriptionsList
from emulator.methods.videos import VideosList

_ALL: tuple[ReadMethod, ...] = (
    ActivitiesList(),
    ChannelSectionsList(),
    ChannelsList(),
    CommentThreadsList(),
    CommentsList(),
    I18nLanguagesList(),
    I18nRegionsList(),
    PlaylistItemsList(),
    PlaylistsList(),
    SearchList(),
    SubscriptionsList(),
    VideoAbuseReportReasonsList(),
    VideoCategoriesList(),
    VideosBatchGetStats(),
    VideosList(),
)
METHODS: Mapping[str, ReadMethod] = {method.name: method for method in _ALL}
