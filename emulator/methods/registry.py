"""The methods the emulator speaks. A new one is a file in this folder and a line here."""

from collections.abc import Mapping

from emulator.methods.batch_get_stats import VideosBatchGetStats
from emulator.methods.channels import ChannelsList
from emulator.methods.contract import ReadMethod
from emulator.methods.reference import (
    I18nLanguagesList,
    I18nRegionsList,
    VideoAbuseReportReasonsList,
    VideoCategoriesList,
)
from emulator.methods.videos import VideosList

_ALL: tuple[ReadMethod, ...] = (
    ChannelsList(),
    I18nLanguagesList(),
    I18nRegionsList(),
    VideoAbuseReportReasonsList(),
    VideoCategoriesList(),
    VideosBatchGetStats(),
    VideosList(),
)
METHODS: Mapping[str, ReadMethod] = {method.name: method for method in _ALL}
