"""/api/push: subscriptions at the hub; and /push/callback/: what the hub calls."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, request, url_for
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field
from werkzeug.exceptions import RequestEntityTooLarge

from app.catalog.ids import NotAChannelIdError, channel_key, read_channel_id
from app.errors import BadInputError
from app.paging import ForeignCursorError, Page, paged
from app.problems import Body
from app.push import answers
from app.push.callback import LARGEST_BODY, UnknownCallbackError
from app.push.model import State, Subscription
from app.push.service import Push
from app.shown import fields_of

_TAG = Tag(name="push", description="New uploads, announced by the hub of YouTube (WebSub)")


class Channels(Body):
    """Which channels."""

    channel_ids: list[str] = Field(min_length=1, max_length=10_000, description="channel ids or /channel/ links")

    def keys(self) -> list[UUID]:
        """Each channel once. Raises BadInputError naming the one that is none."""
        return list(dict.fromkeys(_key(at, text) for at, text in enumerate(self.channel_ids)))


class SubscriptionsQuery(Page):
    """Which subscriptions; `after` is a channel id."""

    state: State | None = Field(None, description="only those that stand there")


class CallbackPath(BaseModel):
    """Which subscription; only the hub knows."""

    callback_id: str = Field(description="a UUID")


def make_blueprint(push: Push) -> APIBlueprint:
    """The routes of this room for people."""
    room = APIBlueprint("push", __name__, url_prefix="/api/push", abp_tags=[_TAG])

    @room.get("", responses=answers.PAGE)
    def page() -> Response:
        """When the hub was last heard, how many subscriptions are active, expiring and failing, and why."""
        shown = fields_of(push.page())
        counts = fields_of(shown.pop("counts"))
        heard = {name: counts.pop(name) for name in ("last_heard_at", "last_verified_at")}
        return jsonify({"callback_url": push.callback_url, **heard, "subscriptions": counts, **shown})

    @room.get("/subscriptions", responses=answers.LISTED)
    def listed(query: SubscriptionsQuery) -> Response:
        """Subscriptions, in the order of their channels' bytes."""
        found = push.listed(after=_after(query.after), state=query.state, limit=query.limit + 1)
        return paged("subscriptions", found, query.limit, shown=_json, cursor=lambda one: one.channel_id)

    @room.post("/subscriptions", responses=answers.SUBSCRIBED)
    def subscribe(body: Channels) -> Response:
        """Subscribe channels. The hub is asked within seconds, and verifies within minutes."""
        keys = body.keys()
        wanted = push.subscribe(keys)
        return _told(wanted=wanted, unchanged=len(keys) - wanted)

    @room.delete("/subscriptions", responses=answers.LEFT)
    def leave(body: Channels) -> Response:
        """End subscriptions. What the hub has verified stays `unwanted` until it has verified the end."""
        keys = body.keys()
        ended = push.leave(keys)
        return _told(ended=ended, unchanged=len(keys) - ended)

    return room


def make_callback_blueprint(push: Push) -> APIBlueprint:
    """The routes of this room for the hub: the only ones that the internet must reach."""
    room = APIBlueprint("push_callback", __name__, url_prefix="/push", abp_tags=[_TAG])

    @room.get("/callback/<callback_id>", responses=answers.VERIFIED)
    def verify(path: CallbackPath) -> Response:
        """The hub verifies what was asked of it, by a challenge that is answered as it is."""
        try:
            challenge = push.callback.verify(UUID(path.callback_id), request.args)
        except (ValueError, UnknownCallbackError):
            return _nothing(404)
        return Response(challenge, mimetype="text/plain")

    @room.post("/callback/<callback_id>", responses=answers.RECEIVED)
    def receive(path: CallbackPath) -> Response:
        """The hub announces something. Whatever is in the message, the answer is the same."""
        request.max_content_length = LARGEST_BODY
        try:
            body = request.get_data(cache=False)
            push.callback.receive(UUID(path.callback_id), body, request.headers.get("X-Hub-Signature", ""))
        except RequestEntityTooLarge:
            return _nothing(413)
        except (ValueError, UnknownCallbackError):
            return _nothing(404)
        return _nothing(202)

    return room


def _key(at: int, text: str) -> UUID:
    try:
        return channel_key(read_channel_id(text))
    except NotAChannelIdError as error:
        raise BadInputError(str(error), field=f"channel_ids.{at}", hint="POST /api/resolve finds ids") from None


def _after(cursor: str | None) -> UUID | None:
    try:
        return channel_key(cursor) if cursor is not None else None
    except NotAChannelIdError:
        raise ForeignCursorError from None


def _told(**counts: int) -> Response:
    answer = jsonify({**counts, "links": {"subscriptions": url_for("push.listed"), "push": url_for("push.page")}})
    answer.status_code = 202
    answer.headers["Location"] = url_for("push.listed")
    return answer


def _json(subscription: Subscription) -> dict[str, Any]:
    shown = fields_of(subscription)
    shown.pop("channel")
    return {"channel_id": subscription.channel_id, **shown}


def _nothing(status: int) -> Response:
    """An answer without a word: who calls here is not told what there is."""
    return Response(status=status, content_type="text/plain")
