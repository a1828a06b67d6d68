"""Lists from outside: files of the import folder that name channels."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from tests.discoveries.conftest import ask, discover, know
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.playlists.conftest import calls

_EDGES = """
    select channel_id, service_name, evidence_count, evidence[1], source_channel_id
    from channel_discoveries e join channels c on c.id = e.discovered_channel_id
    where discovery_method = 'outside_list' order by 1, 2"""
LISTS_OF_ONE = {"museums": "museums.txt"}
LISTS = {"museums": "museums.txt", "music/2026": "music.csv"}


def write(wiring: Wiring, name: str, content: str) -> None:
    (wiring.settings.import_root / name).write_text(content, encoding="utf-8", newline="")


def test_two_lists_tell_of_channels_and_each_keeps_its_name(
    wiring: Wiring, clock: FixedClock, emulator: Control
) -> None:
    ids = emulator.channel_ids(count=60)
    know(wiring, ids[:5])
    write(wiring, "museums.txt", "\n".join(["# museums", *ids[:40], "nonsense"]))
    write(
        wiring, "music.csv", "\r\n".join(f"{n};https://www.youtube.com/channel/{one}" for n, one in enumerate(ids[30:]))
    )
    paid = calls(emulator)

    job = discover(wiring, methods=["outside_list"], lists=LISTS)

    assert (job.status, job.failed) == (Status.COMPLETED, 0)
    assert calls(emulator) - paid == {"channels.list": 2}
    edges = sql(wiring, _EDGES)
    assert {edge[:2] for edge in edges} > {(ids[35], "museums"), (ids[35], "music/2026"), (ids[2], "museums")}
    assert {edge[2:] for edge in edges if edge[1] == "museums"} == {(1, "list museums", None)}
    assert sql(
        wiring, "select count(*) > 30, bool_and(metadata_fetched) from channels where source = 'discovery:outside_list'"
    ) == [(True, True)]

    again = discover(wiring, methods=["outside_list"], lists=LISTS)
    assert (again.status, again.total_items) == (Status.COMPLETED, 0)
    clock.advance(timedelta(days=2))
    later = discover(wiring, methods=["outside_list"], lists=LISTS)
    assert later.fetched == 2
    assert sql(wiring, _EDGES) == edges
    assert broken(wiring) == []


def test_a_list_that_was_changed_is_read_again_at_once(wiring: Wiring, emulator: Control) -> None:
    ids = emulator.channel_ids(count=30)
    write(wiring, "museums.txt", "\n".join(ids[:10]))
    discover(wiring, methods=["outside_list"], lists={"museums": "museums.txt"})
    write(wiring, "museums.txt", "\n".join(ids))
    job = discover(wiring, methods=["outside_list"], lists={"museums": "museums.txt"})
    assert job.fetched > 1
    assert sql(wiring, "select count(*) > 15 from channel_discoveries") == [(True,)]
    assert sql(wiring, "select max(evidence_count) from channel_discoveries") == [(1,)]


def test_a_large_list_is_read_in_parts_and_a_small_budget_confirms_what_it_can(
    wiring: Wiring, emulator: Control
) -> None:
    ids = emulator.channel_ids(count=120)
    write(wiring, "museums.txt", "\n".join(f"{one} {'.' * 5_000}" for one in ids))
    job = discover(wiring, methods=["outside_list"], lists={"museums": "museums.txt"}, max_units=1)
    assert (job.status, job.units_used) == (Status.COMPLETED, 1)
    assert sql(wiring, "select count(*) from discovered_channels") == [(120,)]
    assert sql(wiring, "select count(*) from discovery_expansions where expanded_at is not null") == [(3,)]
    waiting = "select count(*) from discovered_channels where confirmed_at is null and absent_at is null"
    assert sql(wiring, waiting) == [(70,)]
    assert str(job.why).endswith("; 70 found channels left for another job to confirm")

    other = discover(wiring, methods=["outside_list", "featured_channels"], lists=LISTS_OF_ONE, depth=1)
    assert other.status is Status.COMPLETED
    assert sql(wiring, waiting) == [(0,)]
    assert broken(wiring) == []


def test_a_list_that_is_changed_under_way_fails_with_the_reason(wiring: Wiring, emulator: Control) -> None:
    write(wiring, "museums.txt", "\n".join(emulator.channel_ids(count=3)))
    job = ask(wiring, methods=["outside_list"], lists=LISTS_OF_ONE)
    write(wiring, "museums.txt", "nothing")
    job = work_off(wiring, job)
    assert (job.status, job.failed) == (Status.COMPLETED, 1)
    assert "'museums.txt' was changed after the job was asked for" in str(wiring.jobs.errors(job.id))
    assert discover(wiring, methods=["outside_list"], lists=LISTS_OF_ONE).unchanged == 1


def test_lists_are_read_beside_all_methods_unless_some_are_named(wiring: Wiring, emulator: Control) -> None:
    write(wiring, "museums.txt", "\n".join(emulator.channel_ids(count=3)))
    both, one = ask(wiring, lists=LISTS_OF_ONE), ask(wiring, lists=LISTS_OF_ONE, methods=["mentions"])
    assert {"outside_list", "featured_channels"} < set(both.params["methods"])
    assert one.params["methods"] == ["mentions", "outside_list"]


@pytest.mark.parametrize(
    ("body", "field", "told"),
    [
        ({"lists": {"museums": "nowhere.txt"}}, "lists.museums", "there is no file 'nowhere.txt'"),
        ({"lists": {"museums": "../secret"}}, "lists.museums", "outside of the import folder"),
        ({"methods": ["outside_list"]}, "lists", "reads lists, and none is named"),
        ({"lists": {"a, part 1 of 2": "museums.txt"}}, "lists", "pattern"),
    ],
)
def test_what_is_no_list(api: FlaskClient, body: dict[str, object], field: str, told: str) -> None:
    answer = api.post("/api/batch-discovery", json=body)
    assert answer.status_code == 422
    assert field in answer.text
    assert told in answer.text
