"""Reading YouTube's JSON without trusting it: nothing here raises, and what is not as expected is as if absent."""

from collections.abc import Iterator, Mapping
from typing import Any

from discovery.contract import LONGEST_EVIDENCE


def items(answer: object, *path: str) -> Iterator[Mapping[str, Any]]:
    """The objects of the list at the end of the path, which is `items` unless it is given."""
    found = dig(answer, *(path or ("items",)))
    return (item for item in found if isinstance(item, dict)) if isinstance(found, list) else iter(())


def text(value: object, *path: str) -> str:
    """The text at the end of the path, or an empty one."""
    found = dig(value, *path)
    return found if isinstance(found, str) else ""


def texts(value: object, *path: str) -> Iterator[str]:
    """The texts of the list at the end of the path."""
    found = dig(value, *path)
    return (entry for entry in found if isinstance(entry, str)) if isinstance(found, list) else iter(())


def dig(value: object, *path: str) -> object:
    """The value at the end of a path of keys, or None where the path breaks off."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def evidence(kind: str, said: str) -> str:
    """A kind and what a stranger wrote, as an evidence may look: one line, printable, and not too long."""
    plain = "".join(char if char.isprintable() else " " for char in said)
    return " ".join(f"{kind} {plain}".split())[:LONGEST_EVIDENCE].rstrip()
