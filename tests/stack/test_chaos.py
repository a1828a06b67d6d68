"""The short form of `python -m bench chaos`: some faults of each family under every kind of job, and all together.

And a proof that the bench would notice: it is given a system that loses, doubles and spends.
"""

import os
import random
import re
from collections.abc import Iterator, Mapping
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

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
BRIEF = (
    "dies before a slice is committed", "every worker killed", "Redis flushed", "PostgreSQL cut off",
    "quota ends, midnight comes", "everything together",
)  # fmt: skip
NOT_COMPARED: Mapping[str, str] = {
    "alembic_version": "the schema", "schedules": "rounds have none", "schedule_fires": "rounds have none",
    "api_projects": "compared is what they spend", "api_keys": "compared is what they spend",
    "quota_days": "what is repeated costs more; checks.py compares it with what the emulator has counted",
    "job_batches": "how work is cut depends on who dies; sql/checks", "job_events": "they tell of faults; sql/checks",
    "job_shares": "who spends how much depends on who is alive; sql/checks", "worker_ticks": "who lives",
    "item_counts": "the sum of the jobs' own counters", "event_counts": "how often and how long",
    "resolutions": "compared is what became of each name", "push_hub": "times",
    "discovery_depths": "what is held for a depth, while its job runs", "exports": "rounds have none",
    "discovery_yields": "who is credited with a find depends on who came first; sql/checks",
    "discovery_answers": "the method of the rounds asks once", "channel_terms": "it reads no texts",
    "handle_mentions": "it reads no texts", "mentioned_handles": "it reads no texts",
    "api_tokens": "rounds need none", "audit_log": "who asked, and when",
    "push_notifications": "the hub of the bench announces nothing",
}  # fmt: skip
"""Tables that the portrait leaves out, and why."""


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
    possible = [fault for fault in FAULTS if not fault.slow and (running.disk or not fault.needs_disk)]
    # As many as there are kinds, so that each is struck.
    faults = sorted(possible, key=lambda fault: fault.name not in BRIEF)[: max(len(BRIEF), len(WORKLOADS))]
    chance = seeded()
    struck = [one for dealt in deal(faults, 1, chance) for one in play(running, SHORT, dealt, lawful, chance)]

    assert {one.blow.fault for one in struck} == {fault.name for fault in faults}
    assert {one.blow.kind for one in struck} == {workload.name for workload in WORKLOADS}
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


@contextmanager
def forget_the_hub(moment: Moment) -> Iterator[Condition]:
    yield lambda: moment.scene.has_ended(moment.job_id)
    moment.scene.hub.topics.pop()


@pytest.mark.stack
def test_a_system_that_breaks_its_promises_is_found_out(running: Servers, lawful: dict[str, Undisturbed]) -> None:
    sabotage = {
        "migrate": Fault("repeats", repeat_a_row),
        "metadata": Fault("forgets", forget_units),
        "push": Fault("asks nobody", forget_the_hub),
        "moves": Fault("loses", lose_a_channel),
    }
    repeats, forgets, asks_nobody, loses = play(running, SHORT, sabotage, lawful, seeded())

    assert (loses.finding.lost, repeats.finding.duplicated) == (1, 1)
    assert "other channels than undisturbed" in loses.finding.broken
    assert any(told.startswith("the emulator counts") for told in forgets.finding.broken)
    assert "the hub never heard of 1 subscriptions" in asks_nobody.finding.broken
    for struck in (repeats, forgets, asks_nobody, loses):
        assert not is_kept([struck])
        assert f"BROKEN by {struck.blow.fault}" in as_text([struck], {})


@pytest.mark.stack
def test_nobody_else_sees_the_disk_that_is_filled(running: Servers) -> None:
    """So that the kernel unmounts it when the last process that does is gone, killed or not."""
    if running.disk is None or not os.getppid():
        pytest.skip("nothing is mounted, or there is nobody else")
    assert str(running.disk) in Path("/proc/self/mounts").read_text()
    assert str(running.disk) not in Path(f"/proc/{os.getppid()}/mounts").read_text()


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
    missing = set(kinds()) - {workload.name for workload in WORKLOADS}
    assert not missing, f"bench/chaos/workloads.py has no workload for {missing}"


def test_every_table_is_compared_or_left_out_with_the_reason() -> None:
    schema = (ROOT / "init.sql").read_text(encoding="utf-8")
    tables = set(re.findall(r"^create table (\w+) \(", schema, re.IGNORECASE | re.MULTILINE))
    portrait = (ROOT / "bench/chaos/portrait.sql").read_text(encoding="utf-8")
    compared = {table for table in tables if re.search(rf"\b(from|join) {table}\b", portrait)}
    assert tables - compared == set(NOT_COMPARED)


def test_what_is_left_out_is_told_with_the_reason() -> None:
    faults, skipped = chosen((), slow=False)
    assert {fault.name for fault in faults} | set(skipped) == {fault.name for fault in FAULTS}
    assert all(skipped.values())
    named, skipped = chosen(("every call",), slow=False)
    assert ([fault.name for fault in named], skipped) == (["YouTube fails every call"], {})
