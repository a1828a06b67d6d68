"""Resources and lists of them as JSON: kinds, ETags, what comes first."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson

from emulator.discovery import schema

Resource = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """What a method found: one page of `total` resources, which is None for methods that do not tell."""

    items: Sequence[Resource]
    total: int | None = None
    per_page: int = 0
    next_token: str | None = None
    previous_token: str | None = None
    kind: str | None = None
    """What the list calls itself, where that is not what the discovery document says."""
    region: str | None = None
    """The country whose view of YouTube it is, for methods that tell."""


def etag_of(content: bytes) -> str:
    """An ETag of 27 characters, as today's service makes them."""
    return base64.urlsafe_b64encode(blake2b(content, digest_size=20).digest())[:27].decode()


def resource(kind: str, resource_id: object, parts: Mapping[str, Any]) -> Resource:
    """One resource of a list; its ETag changes when any of its parts does."""
    return {"kind": kind, "etag": etag_of(orjson.dumps([resource_id, parts])), "id": resource_id, **parts}


def list_response(response: str, page: Page, fields: str) -> Resource:
    """The envelope around a page, with an ETag that also depends on the `fields` that will be left of it.

    `items` is absent, not empty, when there is nothing: so it is since 2022.
    """
    kind = page.kind or schema(response)["properties"]["kind"]["default"]
    tags = [fields, page.total, page.per_page, page.next_token, page.region, *(item["etag"] for item in page.items)]
    envelope: Resource = {"kind": kind, "etag": etag_of(orjson.dumps(tags))}
    if page.next_token:
        envelope["nextPageToken"] = page.next_token
    if page.previous_token:
        envelope["prevPageToken"] = page.previous_token
    if page.region:
        envelope["regionCode"] = page.region
    if page.total is not None or page.per_page:
        total = {} if page.total is None else {"totalResults": page.total}
        envelope["pageInfo"] = {**total, "resultsPerPage": page.per_page}
    if page.items:
        envelope["items"] = list(page.items)
    return envelope
