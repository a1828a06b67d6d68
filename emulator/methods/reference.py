"""The lists that hardly ever change: categories, countries, languages, reasons to report a video."""

from collections.abc import Iterable
from typing import Any

from emulator.errors import youtube_error
from emulator.methods.contract import Call, World
from emulator.methods.filters import chosen_filter, wanted_ids
from emulator.methods.rendering import check_language, check_region
from emulator.resources import Page, resource
from emulator.universe.atlas import ABUSE_REASONS, ASSIGNABLE, CATEGORIES, LANGUAGES, ONLY_US, REGIONS

_OWNER = "UCBR8-60-B28hp2BmDPdntcQ"
"""YouTube's own channel, to which the categories belong."""


class _Reference:
    bucket = "default"
    units = 1


class VideoCategoriesList(_Reference):
    """The method."""

    name = "videoCategories.list"

    def answer(self, call: Call, _: World) -> Page:
        """The categories of a country, or some by their numbers."""
        chosen = chosen_filter(call, ("id", "regionCode"))
        check_language(call)
        check_region(call)
        wanted = wanted_ids(call) if chosen == "id" else _categories_of(call.text("regionCode"))
        if any(number not in CATEGORIES for number in wanted):
            message = "The video category identified by the <code>id</code> parameter cannot be found."
            raise youtube_error(404, "videoCategoryNotFound", message, "youtube.videoCategory", "id")
        snippets = (
            (n, {"title": CATEGORIES[n], "assignable": n in {*ASSIGNABLE, *ONLY_US}, "channelId": _OWNER})
            for n in wanted
        )
        return _page("youtube#videoCategory", snippets, call)


class I18nRegionsList(_Reference):
    """The method."""

    name = "i18nRegions.list"

    def answer(self, call: Call, _: World) -> Page:
        """The countries that have a YouTube of their own."""
        check_language(call)
        return _page("youtube#i18nRegion", ((gl, {"gl": gl, "name": name}) for gl, name in REGIONS.items()), call)


class I18nLanguagesList(_Reference):
    """The method."""

    name = "i18nLanguages.list"

    def answer(self, call: Call, _: World) -> Page:
        """The languages that YouTube's pages come in."""
        check_language(call)
        return _page("youtube#i18nLanguage", ((hl, {"hl": hl, "name": name}) for hl, name in LANGUAGES.items()), call)


class VideoAbuseReportReasonsList(_Reference):
    """The method."""

    name = "videoAbuseReportReasons.list"

    def answer(self, call: Call, _: World) -> Page:
        """Why a video may be reported."""
        check_language(call)
        snippets = (
            (number, {"label": label, "secondaryReasons": [{"id": n, "label": text} for n, text in closer.items()]})
            for number, (label, closer) in ABUSE_REASONS.items()
        )
        return _page("youtube#videoAbuseReportReason", snippets, call)


def _categories_of(region: str) -> list[str]:
    return [number for number in CATEGORIES if region == "US" or number not in ONLY_US]


def _page(kind: str, snippets: Iterable[tuple[str, dict[str, Any]]], call: Call) -> Page:
    """All on one page; these lists have no pageInfo."""
    return Page([resource(kind, n, {"snippet": part} if "snippet" in call.parts else {}) for n, part in snippets])
