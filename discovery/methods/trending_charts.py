"""Channels with a video on the chart of a country."""

from datetime import timedelta

from discovery.answers import evidence, items, text
from discovery.contract import Ask, Exploration, Found, Place
from discovery.names import is_channel_id

_REGIONS = (
    "US", "IN", "BR", "ID", "JP", "MX", "GB", "DE", "FR", "KR", "RU", "TR", "VN", "PH", "TH", "ES", "IT", "PK", "EG",
    "NG", "CA", "AU", "AR", "CO", "PL", "UA", "SA", "NL", "TW", "BD", "AE", "AT", "AZ", "BA", "BE", "BG", "BH", "BO",
    "BY", "CH", "CL", "CR", "CY", "CZ", "DK", "DO", "DZ", "EC", "EE", "FI", "GE", "GH", "GR", "GT", "HK", "HN", "HR",
    "HU", "IE", "IL", "IQ", "IS", "JM", "JO", "KE", "KH", "KW", "KZ", "LA", "LB", "LI", "LK", "LT", "LU", "LV", "LY",
    "MA", "MD", "ME", "MK", "MT", "MY", "NI", "NO", "NP", "NZ", "OM", "PA", "PE", "PG", "PR", "PT", "PY", "QA", "RO",
    "RS", "SE", "SG", "SI", "SK", "SN", "SV", "TN", "TZ", "UG", "UY", "VE", "YE", "ZA", "ZW",
)  # fmt: skip
"""Countries in which YouTube has a site of its own, the largest audiences first."""

_CATEGORIES = ("", "/10", "/20", "/1")
"""Everything, music, games, films: other categories have had no chart since July 2025."""

_MOST_PAGES = 4
_FIELDS = "nextPageToken,items(id,snippet/channelId)"


class TrendingCharts:
    """The 200 most popular videos, fifty a unit. Charts of neighbours overlap, and tomorrow's is much like today's."""

    name = "trending_charts"
    title = "Charts"
    meaning = "A video of the channel was among the most popular of a country."
    service = "youtube"
    bucket: str | None = "default"
    units_per_place = 4.0
    new_per_place = 60.0
    interval = timedelta(days=1)
    places: tuple[str, ...] = tuple(f"{region}{category}" for category in _CATEGORIES for region in _REGIONS)
    references: tuple[str, ...] = ("https://developers.google.com/youtube/v3/docs/videos/list",)

    def explore(self, place: Place) -> Exploration:
        """Page by page. A place is a country, or a country and a category: `DE`, `DE/10`."""
        region, _, category = place.name.partition("/")
        chart = {"chart": "mostPopular", "regionCode": region, "videoCategoryId": category or "0"}
        asked = {"part": "snippet", **chart, "maxResults": "50", "fields": _FIELDS}
        for _ in range(_MOST_PAGES):
            answer = yield Ask("videos.list", dict(asked))
            for item in items(answer):
                channel_id = text(item, "snippet", "channelId")
                if is_channel_id(channel_id):
                    yield Found(channel_id, evidence("video", text(item, "id")))
            asked["pageToken"] = text(answer, "nextPageToken")
            if not asked["pageToken"]:
                return
