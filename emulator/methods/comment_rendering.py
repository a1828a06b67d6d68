"""How the API writes comments: who, when, and the text as HTML or as it was typed."""

from datetime import datetime, timedelta
from hashlib import blake2b

from emulator.methods.contract import Call
from emulator.methods.markup import as_html
from emulator.methods.rendering import timestamp, without_nothing
from emulator.resources import Resource, resource
from emulator.universe.comments.comments import Author, Comment, Conversation
from emulator.universe.comments.timeline import EPOCH

KIND = "youtube#comment"
IMAGES_SINCE = datetime.fromisoformat("2026-11-15T00:00:00Z")
"""From then on the API tells which picture is attached to a comment."""

_FACE_SIZE = 48
_SIGNED_FOR = timedelta(hours=6)
_HOUR = timedelta(hours=1)


def rendered(conversation: Conversation, number: int, call: Call, *, with_video: bool = True) -> Resource:
    """A comment as a resource. Only commentThreads.list tells the video, for comments.list has not since 2023."""
    comment = conversation.comment(number)
    video = conversation.video
    plain = call.text("textFormat") == "plainText"
    snippet = {
        "channelId": video.channel.id,
        "videoId": video.id if with_video else None,
        "textDisplay": comment.text if plain else as_html(comment.text, video.id),
        "textOriginal": comment.text,
        "parentId": comment.parent_id,
        **_author(comment.author),
        "canRate": True,
        "viewerRating": "none",
        "likeCount": comment.likes,
        "publishedAt": timestamp(comment.published),
        "updatedAt": timestamp(comment.updated),
        "imageUrl": _image(comment, call.now),
    }
    return resource(KIND, comment.id, {"snippet": without_nothing(snippet)} if "snippet" in call.parts else {})


def _author(author: Author) -> Resource:
    return {
        "authorDisplayName": author.name,
        "authorProfileImageUrl": f"{author.picture}=s{_FACE_SIZE}-c-k-c0x00ffffff-no-rj",
        "authorChannelUrl": f"http://www.youtube.com/{author.handle or f'channel/{author.channel_id}'}",
        "authorChannelId": {"value": author.channel_id},
    }


def _image(comment: Comment, now: datetime) -> str | None:
    """Signed for some hours, the same within one of them, so that the ETag holds."""
    if comment.picture is None or now < IMAGES_SINCE:
        return None
    expires = EPOCH + ((now - EPOCH) // _HOUR + _SIGNED_FOR // _HOUR) * _HOUR
    until = int(expires.timestamp())
    token = blake2b(comment.picture, digest_size=24).hexdigest()
    signature = blake2b(f"{token} {until}".encode(), digest_size=16).hexdigest()
    return f"https://lh3.googleusercontent.com/comments/{token}?expires={until}&sig={signature}"
