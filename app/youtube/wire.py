"""The wire to YouTube: google-api-python-client builds the calls, our transport carries them, each once."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

import orjson
from googleapiclient.discovery import build
from googleapiclient.model import JsonModel

from app.youtube.costs import METHODS
from app.youtube.errors import ApiError, ErrorKind, from_exception, readable
from app.youtube.transport import FAILURES, KEY_HEADER, Transport

GOOGLE = "https://youtube.googleapis.com"
# Fifty channels are about 150 KB of JSON; a hundred comment threads at their longest stay below 10 MB.
MAX_BODY_BYTES = 32 * 2**20

_KEY = re.compile(r"[!-~]+")


class Wire:
    """Calls YouTube's methods. Safe to share between threads and across a fork.

    The key travels in a header only, so that no URL, error or log can hold it. Proxies of the environment are not
    used.
    """

    def __init__(self, api_url: str = GOOGLE, timeout: float = 30.0, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        """`timeout`: seconds for a whole call; `max_body_bytes`: before and after decompression."""
        self._transport = Transport(api_url, timeout, max_body_bytes)
        service = build(
            "youtube",
            "v3",
            http=cast("Any", self._transport),  # of httplib2's Http it asks this much
            model=_Json(),
            client_options={"api_endpoint": api_url},
            static_discovery=True,  # the document that ships with the library: starting up needs no network
            cache_discovery=False,
        )
        # Resolved once: the library builds a whole resource, docstrings included, each time one is asked for.
        self._methods = {name: _resolve(service, name) for name in METHODS}

    def get(self, method: str, params: Mapping[str, str], api_key: str) -> dict[str, Any]:
        """Make one call and return its JSON object; whatever goes wrong is an ApiError.

        When the parameters make the URL longer than 2,048 characters, as 50 ids with a mask of fields may,
        the library sends them by POST with x-http-method-override, which is a GET to YouTube.
        """
        if not _KEY.fullmatch(api_key):
            # Python's own complaint about such a header would quote the key.
            raise ApiError(
                "the key has characters that no key has", kind=ErrorKind.KEY_DEAD, reason="keyMalformed", sent=False
            )
        request = self._built(method, params)
        request.headers[KEY_HEADER] = api_key
        request.headers["accept-encoding"] = "gzip"
        try:
            payload = request.execute(num_retries=0)
        except FAILURES as exc:
            raise from_exception(exc) from exc
        if not isinstance(payload, dict):
            raise _not_json()
        return payload

    def close(self) -> None:
        """Close the connections that no call is using; a later call opens a new one."""
        self._transport.close()

    def _built(self, method: str, params: Mapping[str, str]) -> "_Call":
        try:
            # Indented, an answer of fifty channels is a fifth longer, and nobody reads it.
            return self._methods[method](prettyPrint=False, **params)
        except (TypeError, LookupError, ValueError) as exc:
            said = f"the call {method} cannot be built: {readable(str(exc))}"
            raise ApiError(said, kind=ErrorKind.OUR_BUG, reason=type(exc).__name__, sent=False) from exc


class _Call(Protocol):
    """A call as the library has built it."""

    headers: dict[str, str]

    def execute(self, *, num_retries: int) -> object:
        """Send it and read its answer."""


class _Json(JsonModel):
    """Reads answers with orjson, in a third of the time of json."""

    def deserialize(self, content: bytes) -> object:  # type: ignore[override]  # the stubs say None
        try:
            return orjson.loads(content)
        except orjson.JSONDecodeError:
            # orjson refuses half a surrogate pair, which is what YouTube leaves where it cuts a text inside an emoji:
            # with one such title in it, an answer could not be read however often it is asked for.
            return _read_leniently(content)


def _read_leniently(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise _not_json() from None  # the exception holds the whole answer


def _not_json() -> ApiError:
    return ApiError("YouTube's answer is not a JSON object", kind=ErrorKind.TRANSIENT, reason="notJson")


def _resolve(service: object, name: str) -> Callable[..., "_Call"]:
    resource, method = name.split(".")
    bound: Callable[..., _Call] = getattr(getattr(service, resource)(), method)
    return bound
