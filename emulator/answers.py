"""Good answers: recorded ones byte for byte where there are such, else lists that are made for the request."""

from collections.abc import Callable, Hashable

from emulator.fields import apply_mask, read_mask
from emulator.methods.contract import Call, ReadMethod, World
from emulator.parameters import BOOLEANS
from emulator.resources import Resource, list_response
from emulator.wire import Reply, body_reply, json_reply

Thinner = Callable[[Resource], Resource]
"""Takes items away from a list."""

_MOST_KEPT = 256


class Answers:
    """Answers out of one world. The same question in the same second gets the same answer without being made again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: dict[Hashable, Reply] = {}

    def answer(self, call: Call, method: ReadMethod, thin: Thinner | None = None) -> Reply:
        """What a call gets when nothing is wrong with it. Raises ApiError as the real method would."""
        if thin:
            return _made(call, method, self._world, thin)
        question = method.name, tuple(sorted(call.values.items())), call.now.replace(microsecond=0)
        reply = self._kept.get(question)
        if reply is None:
            if len(self._kept) == _MOST_KEPT:
                self._kept.clear()
            reply = self._kept[question] = _made(call, method, self._world)
        return reply


def _made(call: Call, method: ReadMethod, world: World, thin: Thinner | None = None) -> Reply:
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
