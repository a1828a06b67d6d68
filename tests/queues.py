"""How several processes share the tests: a plugin of pytest, beside pytest-xdist, that run_tests.sh names.

Whole stacks stand in one queue, so that no two of them share the processors. Every other file goes to whoever is
free. What is marked `alone` waits for a run of its own.
"""

import pytest
from xdist.scheduler import LoadFileScheduling

_STACKS = ("tests/stack/", "tests/devstack/", "tests/production/")


class Queues(LoadFileScheduling):  # type: ignore[misc]  # it ships no types
    """Deals out files, and all files with whole stacks as if they were one."""

    def _split_scope(self, nodeid: str) -> str:
        return "whole stacks" if nodeid.startswith(_STACKS) else super()._split_scope(nodeid)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--part", choices=("beside", "alone"), help="only tests not marked `alone`, or only those")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Queues:
    return Queues(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the other part, and put the longest queue first."""
    if part := config.getoption("--part"):
        others = [item for item in items if (part == "alone") is (item.get_closest_marker("alone") is None)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in set(others)]
    items.sort(key=lambda item: not item.nodeid.startswith(_STACKS))
