"""channelSections.list: the rows of a channel's page, with the channels that it features."""

from emulator.errors import youtube_error
from emulator.methods.by_id import found_by_id
from emulator.methods.contract import Call, World
from emulator.methods.filters import chosen_filter, login_required, wanted_ids
from emulator.methods.rendering import check_language, without_nothing
from emulator.resources import Page, Resource, resource
from emulator.universe.channels import Channel
from emulator.universe.sections import Section, draw_sections

KIND = "youtube#channelSection"
FILTERS = ("channelId", "id", "mine")


class ChannelSectionsList:
    """The method. There are no pages."""

    name = "channelSections.list"
    bucket = "default"
    units = 1

    def answer(self, call: Call, world: World) -> Page:
        """The sections of one channel in their order, or those among the ids that exist."""
        chosen = chosen_filter(call, FILTERS)
        if chosen == "mine":
            raise login_required("mine")
        check_language(call)
        if chosen == "channelId":
            return Page(_of_channel(call, world))
        return Page(found_by_id(KIND, wanted_ids(call), call, world, _one))


def _one(wanted: str, call: Call, world: World) -> Resource | None:
    channel = world.universe.channel(wanted.partition(".")[0], call.now)
    items = _rendered(channel, call, world) if channel else []
    return next((item for item in items if item["id"] == wanted), None)


def _of_channel(call: Call, world: World) -> list[Resource]:
    channel = world.universe.channel(call.text("channelId"), call.now)
    if channel is None:
        raise youtube_error(404, "channelNotFound", "Channel not found.", "youtube.channelSection", "channelId")
    return _rendered(channel, call, world)


def _rendered(channel: Channel, call: Call, world: World) -> list[Resource]:
    sections = enumerate(draw_sections(world.universe, channel, call.now))
    return [_resource(section, channel, position, call) for position, section in sections]


def _resource(section: Section, channel: Channel, position: int, call: Call) -> Resource:
    snippet = {"type": section.type, "channelId": channel.id, "title": section.title, "position": position}
    shown = {"playlists": list(section.playlists) or None, "channels": list(section.channels) or None}
    parts = {"snippet": without_nothing(snippet), "contentDetails": without_nothing(shown)}
    return resource(KIND, section.id, {name: part for name, part in parts.items() if part and name in call.parts})
