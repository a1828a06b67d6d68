"""The walk through the discovery document: what is declared, asked for, and where the answer is another."""

from collections.abc import Iterator
from functools import cache

from emulator import discovery
from emulator.discovery import Parameter
from tests.emulator.asking import KEY
from tests.emulator.conformance.asking import Door, Parameters, Resource, verdict
from tests.emulator.conformance.examples import EXAMPLES, Example
from tests.emulator.conformance.finds import Finds
from tests.emulator.conformance.schemas import Path, paths

PART = "snippet"
"""What every resource has."""

_SHARED_VALUES = {
    "key": KEY,
    "fields": "kind,items/id",
    "quotaUser": "somebody",
    "callback": "tell",
    "access_token": "token",
    "oauth_token": "token",
    "uploadType": "media",
    "upload_protocol": "raw",
}


def parameters_of(method: str) -> dict[str, Parameter]:
    """All that the document declares for a method, its own and the shared ones; `part` is walked by its values."""
    declared = {**discovery.shared_parameters(), **discovery.methods()[method].parameters}
    return {name: parameter for name, parameter in declared.items() if name != "part"}


class Walk:
    """Asks for one subject at a time; the answer is the set of differences from the document."""

    def __init__(self, door: Door, finds: Finds) -> None:
        self.door = door
        self.finds = finds
        self.example = cache(self._example)
        self.served_parts = cache(self._served_parts)

    def _example(self, method: str) -> Example:
        return EXAMPLES[method](self.finds)

    def _served_parts(self, method: str) -> str:
        parts = sorted(discovery.methods()[method].parts)
        base = self.example(method).base
        return ",".join(part for part in parts if verdict(self.door(method, {**base, "part": part})) == "ok")

    def parameter(self, method: str, name: str) -> set[str]:
        """A parameter's allowed values are taken, others refused; its default is what leaving it out means."""
        parameter, example = parameters_of(method)[name], self.example(method)
        found = set()
        open_set = parameter.type == "string" and not parameter.enum
        for label, text, allowed in _values(parameter, self._good(method, name) if open_set else ""):
            beside = example.base if text == "false" else example.beside.get(name, example.base)
            answer = verdict(self.door(method, {"part": PART, **beside, name: text}))
            if allowed != (answer == "ok") or not (allowed or answer.startswith("400")):
                found.add(f"{label}: {answer}")
        beside = {"part": PART, **example.beside.get(name, example.base)}
        return found | self._default(method, parameter, beside) | self._repeated(method, parameter, beside)

    def _good(self, method: str, name: str) -> str:
        example = self.example(method)
        if name == "pageToken" and example.pages:
            first = self.door.content(method, {"part": PART, **example.pages, "maxResults": "2"})
            return str(first["nextPageToken"])
        good = {**_SHARED_VALUES, **example.base, **(example.pages or {}), **example.good}
        assert good.get(name), f"{method} needs a good value of {name}"
        return str(good[name])

    def _default(self, method: str, parameter: Parameter, beside: Parameters) -> set[str]:
        if parameter.default is None:
            return set()
        plain = self.door.content(method, beside)
        said = self.door.content(method, {**beside, parameter.name: parameter.default})
        return set() if plain == said else {"default: another answer"}

    def _repeated(self, method: str, parameter: Parameter, beside: Parameters) -> set[str]:
        if not parameter.repeated:
            return set()
        good = self._good(method, parameter.name)
        together = self.door.content(method, {**beside, parameter.name: good})
        apart = self.door.content(method, {**beside, parameter.name: good.split(",")})
        return set() if together == apart else {"several times: another answer"}

    def part(self, method: str, part: str) -> set[str]:
        """A part that is asked for alone comes somewhere, and comes alone."""
        example = self.example(method)
        for selection in example.every_part or (example.base,):
            response = self.door(method, {**selection, "part": part})
            if verdict(response) != "ok":
                return {verdict(response)}
            items = response.json().get("items", [])
            if more := {name for item in items for name in item} - {"kind", "etag", "id", part}:
                return {f"more than asked for: {', '.join(sorted(more))}"}
            if any(part in item for item in items):
                return set()
        return {"nowhere"}

    def fields(self, method: str) -> set[str]:
        """Each path that `fields` can name leaves what the whole answer holds there."""
        asked = {**self.example(method).base, "part": self.served_parts(method)}
        whole = self.door.content(method, asked)
        found = set()
        for path in paths(discovery.methods()[method].response):
            response = self.door(method, {**asked, "fields": "/".join(path)})
            if verdict(response) != "ok":
                found.add(f"{'/'.join(path)}: {verdict(response)}")
            elif path != ("etag",) and response.json() != _kept(whole, path):  # a partial answer has its own ETag
                found.add(f"{'/'.join(path)}: something else")
        return found

    def pages(self, method: str, size: int, start: str = "") -> Iterator[Resource]:
        """The pages of the example's list, from a token on."""
        token = start
        while True:
            asked = {"part": PART, **(self.example(method).pages or {}), "maxResults": str(size)}
            page = self.door.content(method, {**asked, "pageToken": token})
            yield page
            token = page.get("nextPageToken", "")
            if not token:
                return


def _values(parameter: Parameter, good: str) -> Iterator[tuple[str, str, bool]]:
    """Values to try: how to call one, the text, and whether the document allows it."""
    if parameter.type == "boolean":
        yield from ((text, text, text != "maybe") for text in ("true", "false", "maybe"))
    elif parameter.enum:
        yield from ((text, text, True) for text in parameter.enum)
        yield "nonsense", "nonsense", False
    elif parameter.type == "integer":
        low, high = parameter.minimum, parameter.maximum
        assert low is not None
        assert high is not None
        yield from ((str(number), str(number), low <= number <= high) for number in (low - 1, low, high, high + 1))
        yield from ((text, text, False) for text in ("many", "1.5", "\u0663"))
    else:
        yield "a good value", good, True
        if parameter.format == "google-datetime":
            yield from ((text, text, False) for text in ("yesterday", "2026-01-01", "2026-01-01T00:00:00"))


def _kept(value: object, path: Path) -> object:
    """What a path leaves of a JSON value: a reading of `fields` of its own, one path at a time."""
    if not path:
        return value
    if isinstance(value, list):
        return [_kept(entry, path) for entry in value]
    assert isinstance(value, dict)
    return {path[0]: _kept(value[path[0]], path[1:])} if path[0] in value else {}
