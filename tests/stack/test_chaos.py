"""The short form of `python -m bench chaos`: some faults of each family under every kind of job, and all together.

And a proof that the bench would notice: it is given a system that loses, doubles and spends.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.chaos.__main__ import SHORT, chosen
from bench.chaos.faults.contract import Condition, Fault, Moment, at_once
from bench.chaos.faults.table import FAULTS
from bench.chaos.report import as_text, is_kept
from bench.chaos.rounds import Undisturbed, deal, play, undisturbed
from bench.chaos.scene import prepare
from bench.chaos.servers import Servers, servers
from bench.chaos.workloads import WORKLOADS
from workers.registry import kinds

DOCS = (Path(__file__).parents[2] / "docs/reliability.md").read_text(encoding="utf-8")
BRIEF = (
    "dies before a slice is committed", "every worker killed", "Redis flushed", "PostgreSQL cut off",
    "quota ends, midnight comes", "everything together",
)  # fmt: skip


def seeded() -> random.Random:
    return random.Random(1)  # noqa: S311 - the same faults at the same moments each time


@pytest.fixture(scope="module")
def running() -> Iterator[Servers]:
    with servers() as running:
        prepare(running, SHORT)
        yield running


@pytest.fixture(scope="module")
def lawful(running: Servers) -> dict[str, Undisturbed]:
    return dict(undisturbed(running, SHORT))


@pytest.mark.stack
def test_every_promise_is_kept_whatever_breaks(running: Servers, lawful: dict[str, Undisturbed]) -> None:
    faults = [fault for fault in FAULTS if fault.name in BRIEF and (running.disk or not fault.needs_disk)]
    chance = seeded()
    struck = [one for dealt in deal(faults, 1, chance) for one in play(running, SHORT, dealt, lawful, chance)]

    assert {one.fault for one in struck} == {fault.name for fault in faults}
    assert {one.workload for one in struck} == {workload.name for workload in WORKLOADS}
    assert is_kept(struck), as_text(struck, {})


@contextmanager
def lose_a_channel(moment: Moment) -> Iterator[Condition]:
    [(one,)] = moment.scene.query("select id from channels where availability = 'available' limit 1") or []
    moment.scene.query("delete from channels where id = %s returning id", one)
    yield at_once


@contextmanager
def repeat_a_row(moment: Moment) -> Iterator[Condition]:
    yield lambda: moment.scene.has_ended(moment.job_id)
    moment.scene.query(
        "insert into job_items (job_id, batch_id, outcome, item, line, reason)"
        " select job_id, batch_id, outcome, item, line, reason from job_items limit 1 returning id"
    )


@contextmanager
def forget_units(moment: Moment) -> Iterator[Condition]:
    yield lambda: moment.scene.has_ended(moment.job_id)
    moment.scene.query("update quota_days set used = used - 1 returning used")


@pytest.mark.stack
def test_a_system_that_breaks_its_promises_is_found_out(running: Servers, lawful: dict[str, Undisturbed]) -> None:
    sabotage = {
        "migrate": Fault("repeats", repeat_a_row),
        "metadata": Fault("forgets", forget_units),
        "moves": Fault("loses", lose_a_channel),
    }
    repeats, forgets, loses = play(running, SHORT, sabotage, lawful, seeded())

    assert (loses.finding.lost, repeats.finding.duplicated) == (1, 1)
    assert "other channels than undisturbed" in loses.finding.broken
    assert any(told.startswith("the emulator counts") for told in forgets.finding.broken)
    for struck in (repeats, forgets, loses):
        assert not is_kept([struck])
        assert f"BROKEN by {struck.fault}" in as_text([struck], {})


def test_every_fault_strikes_as_often_as_asked_and_only_whom_it_can() -> None:
    rounds = list(deal(FAULTS, 3, seeded()))
    struck = [(name, fault.name) for dealt in rounds for name, fault in dealt.items()]

    assert {
        name: sum(fault == name for _, fault in struck) for name in {fault.name for fault in FAULTS}
    } == dict.fromkeys((fault.name for fault in FAULTS), 3)
    callers = {workload.name for workload in WORKLOADS if workload.calls}
    assert {name for name, fault in struck if next(one for one in FAULTS if one.name == fault).calls} <= callers


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_is_measured_in_the_docs(fault: Fault) -> None:
    assert fault.slow or fault.name in DOCS


def test_every_kind_of_job_is_disturbed() -> None:
    assert {workload.name for workload in WORKLOADS} == set(kinds())


def test_what_is_left_out_is_told_with_the_reason() -> None:
    faults, skipped = chosen((), slow=False)
    assert {fault.name for fault in faults} | set(skipped) == {fault.name for fault in FAULTS}
    assert all(skipped.values())
    named, skipped = chosen(("every call",), slow=False)
    assert ([fault.name for fault in named], skipped) == (["YouTube fails every call"], {})
