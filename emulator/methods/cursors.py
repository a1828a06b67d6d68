"""Page tokens of comments: long, opaque, for one list only, and good for some hours.

Inside is a comment instead of a number of comments, so that the pages to come stay as they are when somebody writes.
"""

import base64
import binascii
import struct
from hashlib import blake2b

from emulator.methods.contract import Call
from emulator.methods.paging import invalid_token
from emulator.universe.growth import step_of

GOOD_STEPS = 6
"""In steps of the counters: within one of them a list hands out the same token, so that its ETag holds."""

_LAYOUT = struct.Struct(">32sIQQI")
_HEADS = {"relevance": b"ADSJ_i", "time": b"get_newest_first--"}
_FREE = frozenset({"pageToken", "maxResults", "part", "textFormat"})
"""What may differ from page to page."""

Place = tuple[int, int, int]


def cursor_at(call: Call, place: Place) -> str:
    """The token of what follows after a place in the list that is being read."""
    inner = base64.urlsafe_b64encode(_LAYOUT.pack(_list(call), step_of(call.now), *place))
    return base64.urlsafe_b64encode(_head(call) + inner).decode()


def place_of(call: Call) -> Place | None:
    """Where the list goes on; None for its beginning. Raises ApiError for a token that is stale or of another list."""
    token = call.text("pageToken")
    if not token:
        return None
    try:
        outer = base64.b64decode(token, altchars=b"-_", validate=True)
        inner = base64.b64decode(outer.removeprefix(_head(call)), altchars=b"-_", validate=True)
        of_list, issued, *place = _LAYOUT.unpack(inner)
    except (binascii.Error, ValueError, struct.error):
        raise invalid_token() from None
    if of_list != _list(call) or step_of(call.now) - issued >= GOOD_STEPS:
        raise invalid_token()
    return place[0], place[1], place[2]


def _head(call: Call) -> bytes:
    return _HEADS["relevance" if call.values.get("order") == ("relevance",) else "time"]


def _list(call: Call) -> bytes:
    declared = sorted(call.method.parameters.items())
    chosen = [(name, call.values.get(name, (value.default,))) for name, value in declared if name not in _FREE]
    return blake2b(repr((call.method.name, chosen)).encode(), digest_size=32).digest()
