"""Good answers: recorded ones byte for byte where there are such, else lists that are made for the request."""

from collections.abc import Callable

from emulator.fields import apply_mask, read_mask
from emulator.methods.contract import Call, ReadMethod, World
from emulator.parameters import BOOLEANS
from emulator.resources import Resource, list_response
from emulator.wire import Reply, body_reply, json_reply

Thinner = Callable[[Resource], Resource]
"""Takes items away from a list."""


def good_answer(call: Call, method: ReadMethod, world: World, thin: Thinner | None = None) -> Reply:
    """What a call gets when nothing is wrong with it. Raises ApiError as the real method would."""
    response, fields = call.method.response, call.values.get("fields", ("",))[0]
    mask = read_mask(fields, response) if fields else {}
    recording = world.recorded.answer(call.method, call.values, call.parts)
    if recording and recording.is_for(call.parts) and not fields and not thin:
        return body_reply(200, recording.body, recording.etag)
    if recording:
        content = world.recorded.part_of(recording, call.parts, fields)
    else:
        content = list_response(response, method.answer(call, world), fields)
    if thin:
        content = thin(content)
    pretty = BOOLEANS[call.values.get("prettyPrint", ("true",))[0]]
    return json_reply(200, apply_mask(mask, content), pretty=pretty, etag=content["etag"])
