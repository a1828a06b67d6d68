"""commentThreads.list and comments.list: who says what below a video.

Comments are personal data: a name that is not a handle, pictures and addresses are not even asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.youtube import fields
from app.youtube.costs import Request
from app.youtube.methods.asking import first_page
from app.youtube.parse import item_id, parse_items

_THREADS = "commentThreads.list"
_PLAIN = {"textFormat": "plainText"}
_COMMENT = (
    "id,snippet(authorChannelId/value,authorDisplayName,textDisplay,likeCount,publishedAt,updatedAt,videoId,parentId)"
)
_THREAD = f"id,snippet(videoId,totalReplyCount,topLevelComment({_COMMENT})),replies/comments({_COMMENT})"


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment or reply. None means "YouTube does not say"."""

    comment_id: str
    parent_id: str | None
    """The comment that this one replies to."""
    video_id: str | None
    """None in the answers of comments.list."""
    author_channel_id: str | None
    """None where the account is gone."""
    author_handle: str | None
    text: str
    """Plain text."""
    like_count: int | None
    published_at: datetime | None
    updated_at: datetime | None
    """In UTC; later than `published_at` when it was edited."""


@dataclass(frozen=True, slots=True)
class CommentThread:
    """A comment and what was replied to it."""

    thread_id: str
    video_id: str | None
    top: Comment
    reply_count: int | None
    replies: tuple[Comment, ...]
    """Some of them; the others are read by `replies_request`."""


def threads_of_video_request(video_id: str) -> Request:
    """The first page of the comments below a video, newest first. Where comments are off YouTube answers 403."""
    return first_page(_THREADS, _THREAD, part="snippet,replies", **_PLAIN, videoId=video_id)


def threads_of_channel_request(channel_id: str) -> Request:
    """The first page of the comments below all videos of a channel, newest first."""
    return first_page(_THREADS, _THREAD, part="snippet,replies", **_PLAIN, allThreadsRelatedToChannelId=channel_id)


def replies_request(comment_id: str) -> Request:
    """The first page of all replies to a comment."""
    return first_page("comments.list", _COMMENT, part="snippet", **_PLAIN, parentId=comment_id)


def parse_threads(payload: Mapping[str, Any]) -> tuple[CommentThread, ...]:
    """The threads of one page."""
    return parse_items(payload, _thread, _thread_id)


def parse_comments(payload: Mapping[str, Any]) -> tuple[Comment, ...]:
    """The replies of one page."""
    return parse_items(payload, _comment)


def _thread_id(item: object) -> str:
    """The id of a thread in which every comment has one too, else an empty text."""
    replies = fields.dig(item, "replies", "comments")
    comments = [fields.dig(item, "snippet", "topLevelComment"), *(replies if isinstance(replies, list) else [])]
    return item_id(item) if all(map(item_id, comments)) else ""


def _thread(item: Mapping[str, Any]) -> CommentThread:
    replies = fields.dig(item, "replies", "comments")
    return CommentThread(
        thread_id=fields.text(item, "id"),
        video_id=fields.text(item, "snippet", "videoId") or None,
        top=_comment(fields.dig(item, "snippet", "topLevelComment")),
        reply_count=fields.count(item, "snippet", "totalReplyCount"),
        replies=tuple(map(_comment, replies)) if isinstance(replies, list) else (),
    )


def _comment(item: object) -> Comment:
    name = fields.text(item, "snippet", "authorDisplayName")
    return Comment(
        comment_id=fields.text(item, "id"),
        parent_id=fields.text(item, "snippet", "parentId") or None,
        video_id=fields.text(item, "snippet", "videoId") or None,
        author_channel_id=fields.text(item, "snippet", "authorChannelId", "value") or None,
        # Before handles existed, it was the name that a person had chosen.
        author_handle=name if name.startswith("@") else None,
        text=fields.text(item, "snippet", "textDisplay"),
        like_count=fields.count(item, "snippet", "likeCount"),
        published_at=fields.instant(item, "snippet", "publishedAt"),
        updated_at=fields.instant(item, "snippet", "updatedAt"),
    )
