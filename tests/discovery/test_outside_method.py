"""A method from outside: the one of docs/discovery.md, installed as pip would, found by its entry point."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from discovery.conformance import complaints
from discovery.contract import DiscoveryMethod, Found
from discovery.driving import drive
from discovery.names import is_channel_id
from discovery.registry import methods, seed_sources
from emulator.universe.ids import is_video_id
from emulator.universe.universe import Universe
from tests.discovery.asking import NOON, Youtube, channels, stored

DOCS = (Path(__file__).parents[2] / "docs" / "discovery.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
CODE = next(block for block in BLOCKS if "class LinkedVideos" in block)
CHECK = next(block for block in BLOCKS if "complaints(" in block)
MODULE = "a_package_from_outside"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for packages, and registries that have not looked into it yet."""
    monkeypatch.syspath_prepend(tmp_path)
    _forget()
    yield tmp_path
    _forget()


def _forget() -> None:
    sys.modules.pop(MODULE, None)
    for registry in (methods, seed_sources):
        registry.cache_clear()


def install(site: Path, entry: str, code: str = CODE, group: str = "tributary.discovery") -> None:
    (site / f"{MODULE}.py").write_text(code)
    told = site / "a_package-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: a-package\nVersion: 1\n")
    (told / "entry_points.txt").write_text(f"[{group}]\nfrom_outside = {MODULE}:{entry}\n")
    importlib.invalidate_caches()


@pytest.fixture
def method(site: Path) -> DiscoveryMethod:
    install(site, "LinkedVideos")
    return methods()["linked_videos"]


def test_it_stands_beside_ours_and_has_no_complaints(method: DiscoveryMethod) -> None:
    assert {"featured_channels", "mentions", "linked_videos"} <= set(methods())
    assert complaints(method) == []
    exec(CHECK, vars(importlib.import_module(MODULE)))  # noqa: S102 - the documentation's own words


def test_it_takes_thirty_lines() -> None:
    assert len([line for line in CODE.splitlines() if line.strip()]) <= 30


def test_it_finds_the_owners_of_the_linked_videos(
    method: DiscoveryMethod, youtube: Youtube, universe: Universe
) -> None:
    found: list[Found] = []
    for channel in channels(universe, 30):
        trace = drive(method.explore(stored(universe, channel, videos=20)), youtube)
        assert len(trace.asks) <= 1
        found += trace.found
    assert len(found) > 20
    for one in found:
        video = one.evidence.removeprefix("links to ")
        assert is_channel_id(one.channel)
        assert is_video_id(video)
        told = universe.video(video, NOON)
        assert told
        assert told.channel.id == one.channel


def test_no_name_is_taken_twice(site: Path) -> None:
    install(site, "LinkedVideos", CODE.replace('"linked_videos"', '"mentions"'))
    with pytest.raises(ValueError, match="two discovery methods are called mentions"):
        methods()


def test_a_seed_source_has_no_name_of_a_method(site: Path) -> None:
    install(site, "LinkedVideos", CODE.replace('"linked_videos"', '"mentions"'), group="tributary.seeds")
    with pytest.raises(ValueError, match="a seed source and a method are both called mentions"):
        seed_sources()


@pytest.mark.parametrize("name", sorted({*methods(), *seed_sources()}))
def test_every_method_is_documented(name: str) -> None:
    assert f"| `{name}` |" in DOCS
