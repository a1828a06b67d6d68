"""Playlists as a test wants them, served by an emulator that plays recorded answers."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.videos.ids import video_id_of
from emulator.server import EmulatorServer

OWNER = "UC" + "o" * 21 + "A"
OTHER = "UC" + "x" * 21 + "A"
PLACEHOLDERS = {"private": "Private video", "deleted": "Deleted video"}


def list_id(number: int) -> str:
    """The id of a playlist."""
    return f"PL{number:032d}"


def video(number: int) -> str:
    """The id of a video."""
    return video_id_of(10**15 + number)


def entry(playlist: int, mark: int, number: int, position: int, kind: str = "available") -> dict[str, Any]:
    """A place in a playlist: `mark` tells entries of one video apart."""
    plain = f"{list_id(playlist)}.{mark:016X}"
    snippet = {
        "publishedAt": "2026-01-02T03:04:05Z",
        "channelId": OWNER,
        "title": PLACEHOLDERS.get(kind, f"Video {number}"),
        "playlistId": list_id(playlist),
        "position": position,
        "resourceId": {"kind": "youtube#video", "videoId": video(number)},
    }
    details = {"videoId": video(number)}
    if kind == "available":
        snippet["videoOwnerChannelId"] = OTHER
        details["videoPublishedAt"] = "2025-01-02T03:04:05Z"
    return {
        "kind": "youtube#playlistItem",
        "etag": "e",
        "id": base64.urlsafe_b64encode(plain.encode()).decode().rstrip("="),
        "snippet": snippet,
        "contentDetails": details,
        "status": {"privacyStatus": "private" if kind == "private" else "public"},
    }


def playlist(number: int, count: int) -> dict[str, Any]:
    """A playlist that says how many entries it has."""
    snippet = {"publishedAt": "2020-01-01T00:00:00Z", "channelId": OWNER, "title": f"List {number}", "description": ""}
    return {
        "kind": "youtube#playlist",
        "etag": "e",
        "id": list_id(number),
        "snippet": snippet,
        "contentDetails": {"itemCount": count},
        "status": {"privacyStatus": "public"},
    }


def watched(number: int) -> dict[str, Any]:
    """A video."""
    snippet = {"publishedAt": "2025-01-02T03:04:05Z", "channelId": OTHER, "title": f"Video {number}"}
    return {"kind": "youtube#video", "etag": "e", "id": video(number), "snippet": snippet, "statistics": {}}


@contextmanager
def youtube(folder: Path, lists: Mapping[int, Sequence[dict[str, Any]]], videos: Sequence[int] = ()) -> Iterator[str]:
    """The address of an emulator that has these playlists."""
    _write(folder, "playlists.list", "lists", [playlist(number, len(held)) for number, held in lists.items()])
    for number, held in lists.items():
        _write(folder, "playlistItems.list", f"items-{number}", held)
    _write(folder, "videos.list", "videos", [watched(number) for number in videos])
    with EmulatorServer(recorded=folder) as server:
        yield server.url


def _write(folder: Path, method: str, name: str, items: Sequence[dict[str, Any]]) -> None:
    kind = {"playlists.list": "playlist", "playlistItems.list": "playlistItem", "videos.list": "video"}[method]
    (folder / method).mkdir(parents=True, exist_ok=True)
    answer = {"kind": f"youtube#{kind}ListResponse", "etag": "e", "items": list(items)}
    (folder / method / f"{name}.json").write_text(json.dumps(answer))
