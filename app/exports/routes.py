"""/api/exports: everything that is known as files, what became of them, and what their columns mean."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any, Literal
from uuid import UUID

from flask import Response, jsonify, request
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from app.exports import answers
from app.exports.export import Export
from app.exports.formats import FORMATS
from app.exports.method import markdown
from app.exports.model import Manifest, SampleWish, TooManyFilesError, Wish
from app.exports.sampling import MOST_SAMPLED
from app.exports.service import Exports
from app.problems import Instant, Text

_TAG = Tag(name="exports", description="Everything that is known, as files")
MOST_EXPORTS = 4
"""In one process of the API: each holds one of its threads."""
_SILENCE = 120
"""Seconds in which a reader must take some thousands of bytes."""
_NO_FILTERS = {"format", "columns", "since", "compress", "formulas", "bom", "sample", "strata", "seed", "allocation"}


class WhatPath(BaseModel):
    """Which table."""

    what: Text


class ManifestPath(BaseModel):
    """Which export."""

    export_id: UUID


class FileQuery(BaseModel):
    """Which rows and columns, and how. Each table has filters of its own."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["csv", "ndjson", "parquet"] = "csv"
    columns: Text | None = Field(None, max_length=2_000, description="with commas between; all unless told")
    since: Instant | None = Field(None, description="only what changed at this time or later")
    compress: Literal["gzip"] | None = Field(None, description="a compressed file")
    formulas: Literal["safe", "raw"] = Field("safe", description="raw: CSV for programs, not for spreadsheets")
    bom: bool = Field(False, description="CSV that begins with a byte order mark, as old spreadsheets need it")
    sample: int | None = Field(None, ge=1, le=MOST_SAMPLED, description="so many channels, drawn at random")
    strata: Text | None = Field(None, max_length=200, description="what the sample is stratified by, with commas")
    seed: Text = Field("0", max_length=100, description="the same draws the same")
    allocation: Literal["proportional", "equal"] = Field("proportional", description="of the sample to the strata")

    metadata_fetched: bool | None = Field(None, description="channels")
    availability: Literal["unknown", "available", "not_found"] | None = Field(None, description="channels, videos")
    language: Text | None = Field(None, max_length=20, description="channels; videos, where `en` finds `en-GB` too")
    country: Text | None = Field(None, max_length=2, description="channels")
    channel_id: Text | None = Field(None, max_length=100, description="videos, playlists, channel_snapshots")
    video_id: Text | None = Field(None, max_length=100, description="video_snapshots")
    playlist_id: Text | None = Field(None, max_length=100, description="playlist_items")
    gone: bool | None = Field(None, description="playlist_items; false: without what has left its list")
    kind: Literal["video", "short", "live", "upcoming", "channel"] | None = Field(None, description="videos, changes")
    published_after: Instant | None = Field(None, description="videos; at this time or later")
    published_before: Instant | None = Field(None, description="videos; before this time")
    source: Text | None = Field(None, max_length=100, description="edges; the channel that names the other")
    discovered: Text | None = Field(None, max_length=100, description="edges; the channel that is named")
    method: Text | None = Field(None, max_length=100, description="edges")
    service: Text | None = Field(None, max_length=100, description="edges")
    min_confidence: float | None = Field(None, ge=0, le=1, description="edges")
    field: Literal["title", "description", "thumbnail_url", "handle", "availability"] | None = Field(
        None, description="changes"
    )

    def wish(self, what: str, *, gzip: bool) -> Wish:
        """The same for the service."""
        return Wish(
            what,
            self.format,
            None if self.columns is None else _names(self.columns),
            self.model_dump(exclude=_NO_FILTERS, exclude_none=True),
            self.since,
            self.formulas,
            self.bom,
            gzip,
            SampleWish(self.sample, self.seed, _names(self.strata or ""), self.allocation) if self.sample else None,
        )


class MethodQuery(BaseModel):
    """How it is written."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["json", "markdown"] = "markdown"


def make_blueprint(exports: Exports) -> APIBlueprint:
    """The routes of this room."""
    room = APIBlueprint("exports", __name__, url_prefix="/api/exports", abp_tags=[_TAG])
    free = threading.BoundedSemaphore(MOST_EXPORTS)

    @room.get("/dictionary", responses=answers.DICTIONARY)
    def dictionary() -> Response:
        """What each column means: type, unit, what NULL means, and where it is from."""
        shown = {name: {**asdict(table), "columns": list(map(asdict, table.exported()))} for name, table in _tables()}
        return jsonify({"tables": shown})

    def _tables() -> list[tuple[str, Any]]:
        return list(exports.dictionary().items())

    @room.get("/manifests/<export_id>", responses=answers.MANIFEST)
    def manifest(path: ManifestPath) -> Response:
        """What a whole file of this export holds: rows, bytes, sha256; and what was asked for."""
        return jsonify(_manifest_json(exports.manifest(path.export_id)))

    @room.get("/<what>/method", responses=answers.METHOD)
    def method(path: WhatPath, query: MethodQuery) -> Response:
        """How the rows came to be, for the methods section of a paper: what was asked, when, from how many."""
        told = exports.method(path.what)
        if query.format == "json":
            return jsonify(told)
        return Response(markdown(told), content_type="text/markdown; charset=utf-8")

    @room.get("/<what>", responses=answers.EXPORT)
    def export(path: WhatPath, query: FileQuery) -> Response:
        """A table as a file, however large."""
        is_encoded = query.compress is None and FORMATS[query.format].is_text and _takes_gzip()
        if not free.acquire(blocking=False):
            raise TooManyFilesError
        with ExitStack() as held:
            held.callback(free.release)
            begun = exports.open(query.wish(path.what, gzip=query.compress is not None or is_encoded))
            held.callback(begun.close)
            kept = held.pop_all()
        return _file(begun, kept, query, is_encoded=is_encoded)

    return room


def _file(begun: Export, held: ExitStack, query: FileQuery, *, is_encoded: bool) -> Response:
    _let_no_reader_sleep(request.environ)
    answer = Response(_while_read(held, begun), content_type=FORMATS[query.format].content_type)
    answer.call_on_close(held.close)  # also for a reader who was gone before the first piece
    name = f"{begun.told['what']}.{query.format}{'.gz' if query.compress else ''}"
    if query.compress:
        answer.content_type = "application/gzip"
    if is_encoded:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Export-Id"] = str(begun.id)
    answer.headers["Link"] = f'</api/exports/manifests/{begun.id}>; rel="describedby"'
    return answer


def _while_read(held: ExitStack, begun: Export) -> Iterator[bytes]:
    with held:
        yield from begun.pieces()


def _takes_gzip() -> bool:
    return request.accept_encodings.quality("gzip") > 0 and "gzip" in request.headers.get("Accept-Encoding", "")


def _let_no_reader_sleep(environ: Mapping[str, Any]) -> None:
    """A reader who takes nothing would hold a thread for ever; gunicorn sets its connections anew for each request."""
    if (connection := environ.get("gunicorn.socket")) is not None:
        connection.settimeout(_SILENCE)


def _names(told: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in told.split(",") if name.strip())


def _manifest_json(found: Manifest) -> dict[str, Any]:
    times = {"began_at": found.began_at, "finished_at": found.finished_at}
    return {"id": found.id, "state": found.state, **times, **found.told}
