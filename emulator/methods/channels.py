"""channels.list: up to fifty channels by id, or one by handle or legacy user name."""

from collections.abc import Callable, Iterable, Mapping

from emulator.errors import youtube_error
from emulator.methods.by_id import found_by_id
from emulator.methods.contract import Call, World
from emulator.methods.filters import chosen_filter, login_required, wanted_ids
from emulator.methods.paging import PLAIN
from emulator.methods.rendering import check_language, faces, without_nothing
from emulator.resources import Page, Resource, resource
from emulator.universe.channels import Channel
from emulator.universe.growth import rounded_down
from emulator.universe.writing.texts import Text

KIND = "youtube#channel"
FILTERS = ("id", "forHandle", "forUsername", "mine", "managedByMe", "mySubscribers", "categoryId")
OWNER_PARTS = frozenset({"auditDetails", "contentOwnerDetails", "conversionPings"})
"""They need a token of the channel's owner; with a key alone they are forbidden."""


class ChannelsList:
    """The method."""

    name = "channels.list"
    bucket = "default"
    units = 1

    def answer(self, call: Call, world: World) -> Page:
        """The channels that exist. Those that do not are left out without a word."""
        chosen = chosen_filter(call, FILTERS)
        _check(call, chosen)
        found = found_by_id(KIND, _wanted(call, world, chosen), call, world, _channel)
        # everything comes on one page, whatever maxResults says, which is only repeated in pageInfo
        offset, _ = PLAIN.read(call.text("pageToken"))
        return Page(found[offset:], total=len(found), per_page=int(call.text("maxResults")))


def _check(call: Call, chosen: str) -> None:
    if chosen in {"mine", "mySubscribers"}:
        raise login_required(chosen)
    if chosen == "managedByMe" or OWNER_PARTS & call.parts:
        message = "Access forbidden. The request may not be properly authorized."
        raise youtube_error(403, "forbidden", message, "youtube.common")
    if chosen == "categoryId":
        message = "The category identified by the <code>categoryId</code> parameter cannot be found."
        raise youtube_error(404, "categoryNotFound", message, "youtube.channel", "categoryId")
    check_language(call)


def _wanted(call: Call, world: World, chosen: str) -> Iterable[str]:
    if chosen == "id":
        return wanted_ids(call)
    text = call.text(chosen)
    if chosen == "forHandle":
        recorded = world.recorded.channel_of_handle(text)
        found = world.universe.by_handle(text, call.now)
        return [recorded] if recorded else [found.id] if found else []
    found = world.universe.by_username(text, call.now)
    return [found.id] if found else []


def _channel(wanted: str, call: Call, world: World) -> Resource | None:
    channel = world.universe.channel(wanted, call.now)
    if channel is None:
        return None
    rendered = ((name, render(channel, call)) for name, render in RENDERERS.items() if name in call.parts)
    return resource(KIND, wanted, {name: part for name, part in rendered if part})


def _snippet(channel: Channel, call: Call) -> Resource:
    localized = _localized(channel, call.text("hl"))
    return without_nothing(
        {
            "title": channel.text.title,
            "description": channel.text.description,
            "customUrl": channel.handle,
            "publishedAt": channel.published,
            "thumbnails": faces(channel.picture),
            "defaultLanguage": channel.default_language,
            "localized": {"title": localized.title, "description": localized.description},
            "country": channel.country,
        }
    )


def _localized(channel: Channel, language: str) -> Text:
    """The text in a language, or its parent language (es for es_MX), or the original."""
    code = language.replace("_", "-")
    translations = channel.translations
    return translations.get(code) or translations.get(code.partition("-")[0]) or channel.text


def _content_details(channel: Channel, _: Call) -> Resource:
    return {"relatedPlaylists": {"likes": "", "uploads": f"UU{channel.id[2:]}"}}


def _statistics(channel: Channel, call: Call) -> Resource:
    fans = rounded_down(channel.subscribers.at(call.now))
    hidden = channel.hidden_subscribers
    return without_nothing(
        {
            "viewCount": str(channel.views.at(call.now)),
            "subscriberCount": {None: str(fans), "zero": "0", "absent": None}[hidden],
            "hiddenSubscriberCount": hidden is not None,
            "videoCount": str(len(channel.uploads.shelf(call.now))),
        }
    )


def _topic_details(channel: Channel, _: Call) -> Resource:
    addresses = [f"https://en.wikipedia.org/wiki/{topic}" for topic in channel.topics]
    return {"topicCategories": addresses} if addresses else {}


def _status(channel: Channel, _: Call) -> Resource:
    return without_nothing(
        {
            "privacyStatus": "public",
            "isLinked": True,
            "longUploadsStatus": "longUploadsUnspecified",
            "madeForKids": channel.made_for_kids,
        }
    )


def _branding_settings(channel: Channel, _: Call) -> Resource:
    settings = {
        "title": channel.text.title,
        "description": channel.text.description or None,
        "keywords": channel.keywords or None,
        "unsubscribedTrailer": channel.trailer,
        "defaultLanguage": channel.default_language,
        "country": channel.country,
    }
    image = {"image": {"bannerExternalUrl": channel.banner}} if channel.banner else {}
    return {"channel": without_nothing(settings), **image}


def _localizations(channel: Channel, _: Call) -> Resource:
    return {code: {"title": text.title, "description": text.description} for code, text in channel.translations.items()}


RENDERERS: Mapping[str, Callable[[Channel, Call], Resource]] = {
    "snippet": _snippet,
    "contentDetails": _content_details,
    "statistics": _statistics,
    "topicDetails": _topic_details,
    "status": _status,
    "brandingSettings": _branding_settings,
    "localizations": _localizations,
}
