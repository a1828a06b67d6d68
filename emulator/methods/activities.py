"""activities.list: what a channel uploaded and added to its playlists last."""

import base64

from emulator.errors import youtube_error
from emulator.methods.contract import Call, World
from emulator.methods.filters import chosen_filter, login_required
from emulator.methods.paging import window_of
from emulator.methods.rendering import check_region, frames, timestamp
from emulator.parameters import read_instant
from emulator.resources import Page, Resource, resource
from emulator.universe.activities import Activity, activities
from emulator.universe.channels import Channel
from emulator.universe.ids import video_bytes
from emulator.universe.lists.ids import entry_id
from emulator.universe.videos import Video

KIND = "youtube#activity"
_DIGITS = 10**13


class ActivitiesList:
    """The method."""

    name = "activities.list"
    bucket = "default"
    units = 1

    def answer(self, call: Call, world: World) -> Page:
        """A page of what one channel did, newest first."""
        chosen = chosen_filter(call, ("channelId", "home", "mine"))
        if chosen != "channelId":
            raise login_required(chosen)
        check_region(call)
        channel = world.universe.channel(call.text("channelId"), call.now)
        if channel is None:
            raise youtube_error(404, "channelNotFound", "Channel not found.", "youtube.activity", "channelId")
        after, before = (read_instant(call.text(name)) for name in ("publishedAfter", "publishedBefore"))
        found = activities(world.universe, channel, call.now, after, before)
        window = window_of(call, len(found))
        shown = ((one, _video(one, call, world)) for one in found[window.start : window.stop])
        return window.page([_rendered(one, video, channel, call) for one, video in shown if video])


def _video(activity: Activity, call: Call, world: World) -> Video | None:
    return world.universe.video(world.universe.video_id(activity.owner, activity.index), call.now)


def _rendered(activity: Activity, video: Video, channel: Channel, call: Call) -> Resource:
    parts = {"snippet": _snippet(activity, video, channel), "contentDetails": _content_details(activity, video.id)}
    return resource(KIND, _id(activity, video.id), {name: part for name, part in parts.items() if name in call.parts})


def _id(activity: Activity, video_id: str) -> str:
    """A number that begins with the second, in base64."""
    list_id = activity.addition[0].id if activity.addition else ""
    luck = int.from_bytes(video_bytes(video_id)) ^ sum(list_id.encode())
    return base64.b64encode(f"15{int(activity.at.timestamp())}{luck % _DIGITS:013}".encode()).decode()


def _snippet(activity: Activity, video: Video, channel: Channel) -> Resource:
    return {
        "publishedAt": timestamp(activity.at),
        "channelId": channel.id,
        "title": video.text.title,
        "description": video.text.description,
        "thumbnails": frames(video.id, large=video.hd),
        "channelTitle": channel.text.title,
        "type": "playlistItem" if activity.addition else "upload",
    }


def _content_details(activity: Activity, video_id: str) -> Resource:
    if activity.addition is None:
        return {"upload": {"videoId": video_id}}
    playlist, entry = activity.addition
    return {
        "playlistItem": {
            "resourceId": {"kind": "youtube#video", "videoId": video_id},
            "playlistId": playlist.id,
            "playlistItemId": entry_id(playlist.id, playlist.mark(entry)),
        }
    }
