"""What a method may meet: seeds with nothing and with everything in them, and answers of every wrong shape."""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from functools import partial
from itertools import cycle
from typing import Any

from discovery.contract import Alike, Ask, Place, Seed, Text
from discovery.driving import Answering

SEED_ID, OTHER_ID = "UC_x5XG1OV2P6uZZ5FSM9Ttw", "UCBJycsmduvYEL83R_U4JriQ"
"""The seed, and the channel that good values name."""

SEED_HANDLE = "@googledevelopers"

_BAD = f"\0\ud800 {SEED_ID} {SEED_HANDLE} @x @ @{'a' * 999} https://youtube.com/{SEED_HANDLE} UC@UC \u202e {'%40' * 99}"
_GOOD = f"with @Somebody.Else and https://youtube.com/channel/{OTHER_ID}, youtube.com/@Another1"
_SHARED = (f"one {_BAD}", "two")
_LEAVES: tuple[object, ...] = (
    None, True, -1, 10**30, "", "\0", _BAD, SEED_ID, OTHER_ID, [], {}, [None, 1, {}, [[]]], [SEED_ID, OTHER_ID],
)  # fmt: skip
_WHOLE: tuple[Mapping[str, Any], ...] = (
    {}, {"items": None}, {"items": "items"}, {"items": {}}, {"items": [None, 0, "x", [], {}]}, {"error": []},
)  # fmt: skip


def seeds() -> Iterator[Seed]:
    """One of which nothing is known, one of which too much."""
    yield Seed(SEED_ID)
    yield Seed(
        SEED_ID,
        title=_BAD,
        handle=SEED_HANDLE,
        language="en",
        country="US",
        keywords=("paper boats", "", "-not", 'with "quotes"|and pipes', "\0", "k" * 5000, _BAD),
        uploads_playlist_id=f"UU{SEED_ID[2:]}",
        video_count=100,
        subscriber_count=1000,
        playlist_ids=tuple(f"PL{number:032d}" for number in range(100)),
        video_ids=("dQw4w9WgXcQ",) * 50,
        texts=(Text("channel", _BAD, _BAD), Text("video dQw4w9WgXcQ", _GOOD, f"{_GOOD}\n{_BAD}")),
        alike=(Alike(SEED_ID, _SHARED), Alike(OTHER_ID, _SHARED), Alike(OTHER_ID, ()), Alike(_BAD, _SHARED)),
    )


def places(named: tuple[str, ...]) -> Iterator[Place]:
    """The first of those that a source names; lists where it names none."""
    lines = ("", SEED_ID, f"1;{OTHER_ID};name", _BAD, "UCtooshort")
    yield from map(Place, named[:3]) if named else (Place("empty"), Place("a list", lines))


def answers() -> Iterator[Answering]:
    """A refusal, nothing, half of what was asked for, and every value at every place that is asked for."""
    yield lambda ask: None if ask.may_fail else {}
    for whole in _WHOLE:
        yield partial(_copied, whole)
    alone = [(leaf,) for leaf in _LEAVES]
    mixed = [(*_LEAVES[place:], *_LEAVES[:place]) for place in range(len(_LEAVES))]
    for leaves in (*alone, *mixed):
        yield partial(_planted, leaves, wide=False)
        yield partial(_planted, leaves, wide=True)


def _copied(whole: Mapping[str, Any], _: Ask) -> Mapping[str, Any]:
    return deepcopy(whole)


def _planted(leaves: Sequence[object], ask: Ask, *, wide: bool) -> Mapping[str, Any]:
    """An answer with a leaf at the end of every path of the mask. A wide one is of lists only, and never ends."""
    tree: dict[str, Any] = {}
    for leaf, (*above, last) in zip(cycle(leaves), mask_paths(ask.params.get("fields", "")), strict=False):
        level = tree
        for key in above:
            level = level.setdefault(key, {})
        level[last] = deepcopy(leaf)
    answer = _listed(tree, wide=wide)
    return {**answer, "nextPageToken": "next"} if wide else answer


def _listed(tree: dict[str, Any], *, wide: bool) -> dict[str, Any]:
    below = {key: _listed(value, wide=wide) if isinstance(value, dict) else value for key, value in tree.items()}
    lists = {key for key, value in below.items() if isinstance(value, dict) and (wide or key == "items")}
    return {key: [value, None, value] if key in lists else value for key, value in below.items()}


def mask_paths(mask: str) -> Iterator[tuple[str, ...]]:
    """The paths of a `fields` parameter: of `items(id,snippet/title)` they are items.id and items.snippet.title."""
    signs = re.findall(r"[(),/]|[^(),/\s]+", mask)
    around: list[tuple[str, ...]] = [()]
    path: tuple[str, ...] = ()
    for sign, follows in zip(signs, [*signs[1:], ""], strict=True):
        if sign == "(":
            around.append(path)
        elif sign == ")" and len(around) > 1:
            around.pop()
        elif sign not in {",", "/", ")"}:
            path += (sign,)
            if follows not in {"(", "/"}:
                yield path
        if sign in {",", ")"}:
            path = around[-1]
