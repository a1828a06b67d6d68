"""Every list method takes exactly one of several filters."""

from collections.abc import Sequence

from emulator.errors import ApiError, youtube_error
from emulator.methods.contract import Call
from emulator.parameters import BOOLEANS

MAX_IDS = 50


def chosen_filter(call: Call, filters: Sequence[str]) -> str:
    """The one filter that a call selects. Raises ApiError when it is none or several."""
    chosen = [name for name in filters if _selects(call, name)]
    if not chosen:
        message = f"No filter selected. Expected one of: {', '.join(filters)}"
        raise youtube_error(400, "missingRequiredParameter", message, "youtube.parameter", "parameters.")
    if len(chosen) > 1:
        message = f"Incompatible parameters specified in the request: {', '.join(chosen)}"
        raise youtube_error(400, "incompatibleParameters", message, "youtube.parameter", "parameters.")
    return chosen[0]


def wanted_ids(call: Call) -> list[str]:
    """The ids of the `id` filter, each once. More than 50 are refused; an empty one after a comma counts."""
    ids = call.texts("id")
    if len(ids) > MAX_IDS:
        message = "The request specifies an invalid filter parameter."
        raise youtube_error(400, "invalidFilters", message, "youtube.parameter", "parameters.")
    return list(dict.fromkeys(ids))


def login_required(name: str) -> ApiError:
    """What a filter answers that is about the caller, whom a key does not tell."""
    message = f"The request uses the <code>{name}</code> parameter but is not properly authorized."
    return youtube_error(401, "authorizationRequired", message, "youtube.parameter", name)


def _selects(call: Call, name: str) -> bool:
    if name not in call.values:
        return False
    return call.method.parameters[name].type != "boolean" or BOOLEANS[call.text(name)]
