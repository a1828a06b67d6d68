"""Whole import jobs: from the request to the rows, the rejects and their lines."""

import io
import os
import zipfile
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.catalog.ids import channel_id_of
from app.catalog.service import AT_A_GLANCE
from app.errors import BadInputError
from app.imports.contract import UnusableSourceError
from app.imports.sources.csv_file import CSV
from app.jobs.model import Job
from app.jobs.states import Status
from app.wiring import Wiring
from tests.hands import NOT_STOPPING, batch_ids, due, sql, work_off
from workers.batches import run_batch
from workers.keeper import keep

A, B, C = "UCBJycsmduvYEL83R_U4JriQ", "UCXuqSBlHAE6Xw-yeJA0Tunw", "UC_x5XG1OV2P6uZZ5FSM9Ttw"
LIST = f"channel_id,title\n{A},Ann\nbad,Bad\n{B},Bob\n{A},Again\n{C},Cat\n{B},Again\n"
# More pages of two rows than one batch reads.
LONG = LIST.replace(f"{A},Ann\n", f"{A},Ann\n" * 33)


def ask(wiring: Wiring, content: str | bytes, batch_size: int | None = None, name: str = "list.csv") -> Job:
    file = wiring.settings.import_root / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return wiring.imports.ask_for_file("csv", name, batch_size)


def titles(wiring: Wiring) -> dict[str, str | None]:
    return {str(row[0]): row[1] for row in sql(wiring, "select channel_id, title from channels")}  # type: ignore[misc]


@pytest.mark.parametrize("batch_size", [1, 2, 3, 5, 6, 7, None])
def test_any_batch_size_gives_the_same_outcome(wiring: Wiring, batch_size: int | None) -> None:
    job = work_off(wiring, ask(wiring, LIST, batch_size))
    assert job.status is Status.COMPLETED
    assert (job.fetched, job.unchanged, job.failed, job.total_items) == (3, 2, 1, 6)
    assert job.expected_items == 6
    assert titles(wiring) == {A: "Ann", B: "Bob", C: "Cat"}
    [(_, reject)] = wiring.jobs.items(job.id, outcome="failed", after=0, limit=10)
    assert (reject.line, reject.item) == (3, "bad,Bad")


def test_how_many_there_are_is_known_as_soon_as_a_large_import_is_over(wiring: Wiring) -> None:
    many = "\n".join(channel_id_of(UUID(int=number)) for number in range(12_000))
    assert work_off(wiring, ask(wiring, many, name="many.txt")).fetched == 12_000
    counts = wiring.catalog.counts(AT_A_GLANCE)
    assert (counts.channels, counts.pending, counts.estimated) == (12_000, 12_000, True)


def test_the_same_file_again_changes_nothing_and_says_so(wiring: Wiring) -> None:
    work_off(wiring, ask(wiring, LIST))
    everything = "select * from channels order by id"
    before = sql(wiring, everything)
    job = work_off(wiring, wiring.imports.ask_for_file("csv", "list.csv", 2))
    assert (job.fetched, job.unchanged, job.failed) == (0, 5, 1)
    assert sql(wiring, everything) == before


def test_a_request_is_stored_with_its_job(wiring: Wiring) -> None:
    """Before any worker exists: nothing that a person gave us is only in memory."""
    rows = [(A, "Ann"), ("bad", None), (f"https://www.youtube.com/channel/{B}", None), (A, "Again")]
    job = wiring.imports.ask_for_rows(rows, "by hand")
    assert (job.total_items, job.expected_items) == (4, 4)
    assert len(batch_ids(wiring, job.id)) == 1
    job = work_off(wiring, job)
    assert (job.fetched, job.unchanged, job.failed) == (2, 1, 1)
    assert titles(wiring) == {A: "Ann", B: None}
    assert sql(wiring, "select distinct source from channels") == [("by hand",)]


def first_batch_only(wiring: Wiring, job: Job) -> None:
    keep(wiring)
    [batch_id] = due(wiring)
    run_batch(wiring, batch_id, "test-worker", NOT_STOPPING)
    assert wiring.jobs.read(job.id).status is Status.RUNNING


@pytest.mark.parametrize("change", ["longer", "touched", "removed", "replaced by a link"])
def test_a_file_that_changes_on_the_way_fails_the_job_with_words(wiring: Wiring, change: str) -> None:
    job = ask(wiring, LONG, batch_size=2)
    first_batch_only(wiring, job)
    file = wiring.settings.import_root / "list.csv"
    match change:
        case "longer":
            file.write_text(LONG + f"{C},More\n")
        case "touched":
            os.utime(file, ns=(0, 0))
        case "removed":
            file.unlink()
        case _:
            file.unlink()
            file.symlink_to("/etc/passwd")

    job = work_off(wiring, job)

    assert job.status is Status.FAILED
    assert job.error_message is not None
    assert ("the file was changed" in job.error_message) == (change in {"longer", "touched"})
    assert ("the file is gone" in job.error_message) == (change in {"removed", "replaced by a link"})
    # What was taken in stays; asking again goes on from there.
    assert titles(wiring) == {A: "Ann"}
    job = work_off(wiring, ask(wiring, LIST, name="again.csv"))
    assert (job.fetched, job.unchanged, job.failed) == (2, 3, 1)


def test_a_file_without_ids_fails_the_job_with_words(wiring: Wiring) -> None:
    job = work_off(wiring, ask(wiring, "name,views\nAnn,1\nBob,2\n"))
    assert job.status is Status.FAILED
    assert job.error_message is not None
    assert "no column with channel ids" in job.error_message
    assert "name the column channel_id" in job.error_message


def test_only_a_header_fails_the_job_with_words(wiring: Wiring) -> None:
    job = work_off(wiring, ask(wiring, "channel_id,title\n"))
    assert (job.status, job.total_items) == (Status.FAILED, 0)
    assert "nothing in the file names a channel" in (job.error_message or "")


def test_an_archive_of_several_kinds_of_lists(wiring: Wiring) -> None:
    """Its kind is told by what is in it, not by its name; the same again changes nothing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("one", f"channel_id,title\n{A},Ann\nbad,Bad\n")
        archive.writestr("two", f'{{"subscriptions": [{{"url": "https://youtube.com/channel/{B}", "name": "Bob"}}]}}')
    (wiring.settings.import_root / "list.csv").write_bytes(packed.getvalue())
    job = work_off(wiring, wiring.imports.ask_for_file("auto", "list.csv", 1))
    assert (job.status, job.fetched, job.failed) == (Status.COMPLETED, 2, 1)
    assert titles(wiring) == {A: "Ann", B: "Bob"}
    again = work_off(wiring, wiring.imports.ask_for_file("auto", "list.csv", None))
    assert (again.fetched, again.unchanged, again.failed) == (0, 2, 1)


def test_what_cannot_be_imported_is_refused_before_there_is_a_job(wiring: Wiring) -> None:
    for content in (b"", b"PK\x03\x04"):
        with pytest.raises(BadInputError) as refused:
            ask(wiring, content)
        assert refused.value.field == "source_path"
        assert refused.value.hint
    assert wiring.jobs.counted()["pending"] == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(wiring: Wiring) -> None:
    (wiring.settings.import_root / "list.csv").write_text(LIST)
    (wiring.settings.import_root / "list.csv").chmod(0)
    with pytest.raises(BadInputError, match="cannot be read: Permission denied"):
        wiring.imports.ask_for_file("csv", "list.csv", None)


def test_a_file_that_vanishes_after_it_was_found_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(UnusableSourceError, match="No such file"):
        next(CSV.pages(str(tmp_path / "gone.csv"), {}, 10))


LINES = st.sampled_from([A, B, C, f"{A},Ann", "bad", "", '"two\nlines"', f'{B},"never closed'])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINES, max_size=10), batch_size=st.integers(1, 4))
def test_every_row_has_one_outcome_whatever_the_batches(wiring: Wiring, lines: list[str], batch_size: int) -> None:
    content = "\n".join([f"{A},first", *lines]) + "\n"
    jobs = [work_off(wiring, ask(wiring, content, size)) for size in (batch_size, 1_000)]
    assert [job.status for job in jobs] == [Status.COMPLETED, Status.COMPLETED]
    assert jobs[0].total_items == jobs[1].total_items
    assert jobs[0].failed == jobs[1].failed
    rejects = [[remark for _, remark in wiring.jobs.items(job.id, outcome="failed", after=0, limit=99)] for job in jobs]
    assert rejects[0] == rejects[1]


def test_a_hundred_thousand_rows_take_no_memory_to_speak_of(wiring: Wiring) -> None:
    """Forty pages in three batches: after the first, the process must not grow with the file."""
    file = wiring.settings.import_root / "large.csv"
    with file.open("w") as out:
        out.write("channel_id,title\n")
        out.writelines(f"{channel_id_of(_key(number))},Channel {number}\n" for number in range(100_000))
    job = wiring.imports.ask_for_file("csv", "large.csv", 2_500)
    first_batch_only(wiring, job)
    before = psutil.Process().memory_info().rss

    job = work_off(wiring, job)

    assert (job.status, job.fetched) == (Status.COMPLETED, 100_000)
    assert len(batch_ids(wiring, job.id)) == 3
    assert psutil.Process().memory_info().rss - before < 20 * 2**20


def _key(number: int) -> UUID:
    return UUID(int=number * 2**100)
