"""Error groups: what differs from item to item goes, what tells reasons apart stays, and there is a next step."""

from datetime import UTC, datetime

import pytest

from app.jobs.reasons import MOST_REMARKS, Group, next_step, normalised
from app.jobs.states import Outcome
from app.wiring import Wiring
from app.youtube.errors import ErrorKind
from app.youtube.next_steps import next_step as step_of_youtube
from tests.hands import sql, work_off
from tests.jobs.steps import change, lone_job

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ALIKE = [
    ("23 characters instead of 24", "19 characters instead of 24"),
    ("worker host-12 fell silent", "worker host-9941 fell silent"),
    ("a job 7d1b5f0e-0000-4000-8000-00000000000a is gone", "a job ffffffff-0000-4000-8000-00000000000b is gone"),
    ("no channel UCBJycsmduvYEL83R_U4JriQ", "no channel UC_x5XG1OV2P6uZZ5FSM9Ttw"),
    ("video dQw4w9WgXcQ is private", "video jNQXAC9IVRw is private"),
    ("after 12.5 s at 10:00:01", "after 3 s at 11:59:59"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_ids_and_numbers_make_no_group(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)
    assert "…" in normalised(one)


def test_what_youtube_answered_does() -> None:
    assert normalised("YouTube answered 403: no") == "YouTube answered 403: no"
    assert normalised("given up after 5 attempts: YouTube answered 503: x").endswith("answered 503: x")


def group(outcome: Outcome, reason: str) -> Group:
    return Group(outcome, normalised(reason), 1, NOON, NOON, reason)


STEPS = {
    "a handle, not a channel id": "/api/resolve",
    "a link without a channel id": "/api/resolve",
    "not a channel id": "import them again",
    "23 characters instead of 24": "import them again",
    "the last character of a channel id is one of A, Q, g, w": "import them again",
    "YouTube does not know this channel": "Nothing to do",
    "removed from the catalogue meanwhile": "Nothing to do",
    "given up after 5 attempts: worker a-1 fell silent": "log of the workers",
    "given up after 5 attempts: took longer than a batch may": "log of the workers",
    "given up after 5 attempts: KeyError: 'x'": "report it",
    "a job that is completed cannot pause; it has ended for good": "`moves`",
    "something that nobody foresaw": "retry the job",
}


@pytest.mark.parametrize("reason", STEPS)
def test_every_reason_has_a_next_step(reason: str) -> None:
    assert STEPS[reason] in next_step(group(Outcome.FAILED, reason))


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NOT_FOUND, Outcome.SKIPPED])
def test_every_outcome_has_a_general_one(outcome: Outcome) -> None:
    assert next_step(group(outcome, "x"))


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("given up after 1 attempts: YouTube answered 403: Access forbidden.", ErrorKind.ITEM_VERDICT),
        ("YouTube answered 503: nothing that can be read", ErrorKind.TRANSIENT),
        ("YouTube answered 403: The request cannot exceeded your quota", ErrorKind.BUCKET_EXHAUSTED),
        ("given up after 5 attempts: YouTube could not be asked: timed out", ErrorKind.TRANSIENT),
        ("YouTube cut off its answer: IncompleteRead", ErrorKind.TRANSIENT),
    ],
)
def test_errors_of_youtube_have_the_step_of_their_kind(reason: str, kind: ErrorKind) -> None:
    assert step_of_youtube(reason) == kind.next_step


def test_other_reasons_are_none_of_youtubes() -> None:
    assert step_of_youtube("YouTube does not know this channel") is None


def remark(wiring: Wiring, job_id: object, outcome: str, reason: str, number: int) -> None:
    change(
        wiring,
        "insert into job_items (job_id, batch_id, outcome, item, line, reason, at) select :job, 1, :outcome,"
        " 'item ' || n, n, replace(:reason, '#', n::text), timestamptz '2026-11-20 12:00Z' + make_interval(secs => n)"
        " from generate_series(1, :number) n",
        job=job_id, outcome=outcome, reason=reason, number=number,
    )  # fmt: skip


def test_remarks_are_counted_by_reason_with_samples(wiring: Wiring) -> None:
    job = work_off(wiring, lone_job(wiring))
    remark(wiring, job.id, "failed", "row # is broken", 40)
    remark(wiring, job.id, "failed", "row # is broken again", 60)
    remark(wiring, job.id, "not_found", "YouTube does not know this channel", 50)
    remark(wiring, job.id, "unchanged", "known", 5)
    groups = wiring.jobs.errors(job.id)
    assert [(group.outcome, group.reason, group.count) for group in groups] == [
        ("failed", "row … is broken again", 60),
        ("not_found", "YouTube does not know this channel", 50),
        ("failed", "row … is broken", 40),
    ]
    assert groups[0].samples == [("item 1", 1), ("item 2", 2), ("item 3", 3)]
    assert groups[0].example == "row 1 is broken again"
    assert (groups[0].last_at - groups[0].first_at).total_seconds() == 59


def test_of_many_remarks_the_first_and_the_last_are_looked_at(wiring: Wiring) -> None:
    job = work_off(wiring, lone_job(wiring))
    for reason in ("first", "middle", "last"):
        remark(wiring, job.id, "failed", reason, MOST_REMARKS)
    assert {group.reason: group.count for group in wiring.jobs.errors(job.id)} == {
        "first": MOST_REMARKS,
        "last": MOST_REMARKS,
    }


def test_the_machine_writes_when_it_was(wiring: Wiring) -> None:
    work_off(wiring, wiring.imports.ask_for_rows([("@handle", None)], "test"))
    assert sql(wiring, "select count(*) from job_items where at between now() - interval '1 minute' and now()") == [
        (1,)
    ]
