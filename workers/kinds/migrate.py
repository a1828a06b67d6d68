"""Migrate: take channel ids in, from a file of the import folder or from the request itself; no call is made."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection

from app.catalog.service import AT_A_GLANCE
from app.imports.contract import Page
from app.imports.sorting import sort
from app.jobs.model import Cut, Job, NewBatch, Remark, Slice
from app.jobs.states import Outcome
from app.jobs.types import MIGRATE
from app.youtube.errors import NotSentError
from workers.ahead import read_ahead
from workers.work import Work

# The rows of a request are one slice.
_WHOLE = 0
# So far a batch reads a file; then it is another job's turn.
_MOST_PAGES, _LONGEST = 16, 30.0


class Migrate:
    """Import channel ids. An item is a row: new (fetched), known already (unchanged) or rejected (failed)."""

    name = MIGRATE.name
    bucket: str | None = None

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:  # noqa: ARG002 - a file is read by one batch at a time
        """The beginning of the file. Each batch cuts the next one when it knows where its own rows end."""
        begun = bool(job.cursor)
        return Cut([] if begun else [NewBatch({"position": {}}, 0)], {"begun": True}, last=False)

    def run(self, work: Work) -> None:
        """Add the channels that are new, page by page; keep the rejected rows with line and reason."""
        if "rows" in work.batch.spec:
            _take_in(work, _page_of(work.batch.spec["rows"]), _WHOLE, Slice())
        elif not work.batch.spec.get("over"):
            _read_on(work)

    def again(self, tx: Connection, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:  # noqa: ARG002 - rows are taken in whatever is known
        """The rows of a request, or the rest of a file from where it was left. What was rejected stays rejected."""
        if "rows" in spec:
            return [] if _WHOLE in settled else [NewBatch(spec, len(spec["rows"]))]
        return [] if spec.get("over") else [NewBatch({"position": spec["position"]}, 0)]

    def halves(self, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """The rows of a request are cut in two; a file is read in order, by one batch at a time."""
        rows = _left(spec, settled)
        middle = len(rows) // 2
        return [NewBatch({"rows": half}, len(half)) for half in (rows[:middle], rows[middle:])] if middle else []

    def give_up(self, spec: Mapping[str, Any], settled: Sequence[int], why: str) -> list[Remark] | None:
        """Each row of a request that is left has failed; what is left of a file is not known."""
        if "rows" not in spec and not spec.get("over"):
            return None
        return [Remark(Outcome.FAILED, row[1], why, row[0]) for row in _left(spec, settled)]


def _left(spec: Mapping[str, Any], settled: Sequence[int]) -> list[Any]:
    return [] if _WHOLE in settled else list(spec.get("rows", []))


def _read_on(work: Work) -> None:
    """Read a file from where it was left. With each page, the batch notes where the next one begins."""
    spec, until, taken = work.batch.spec, time.monotonic() + _LONGEST, 0
    pages = work.wiring.imports.pages(work.batch.params, spec["position"])
    with closing(read_ahead(pages)) as ahead:
        for number, page in enumerate(ahead, spec.get("page", 0)):
            over = page.at_end or number + 1 >= _MOST_PAGES or time.monotonic() >= until
            left = {"position": page.position, "page": number + 1, "over": over}
            follow_up = _follow_up(page) if over else None
            _take_in(work, page, number, Slice(entered=page.entered, spec=left, follow_up=follow_up))
            taken += page.entered
            if over:
                break
        if taken > AT_A_GLANCE:
            work.wiring.catalog.look_anew()


def _take_in(work: Work, page: Page, number: int, account: Slice) -> None:
    job = work.wiring.jobs.read(work.batch.job_id)
    if work.halt.is_set() or job.stop_request is not None:
        raise NotSentError
    if account.spec is not None:
        account.expected_items = _expected(job, page)
    most = work.wiring.settings.import_rejects_kept
    kept = {outcome: max(most - job.outcomes[outcome], 0) for outcome in (Outcome.FAILED, Outcome.SKIPPED)}
    work.commit([number], partial(_write, work, page, account, kept))


def _write(work: Work, page: Page, account: Slice, kept: Mapping[Outcome, int], tx: Connection) -> Slice:
    new = work.wiring.catalog.save_imports(tx, page.rows, work.batch.params["source"])
    rejects = [Remark(Outcome.FAILED, reject.content, reject.reason, reject.line) for reject in page.rejects]
    waiting = work.wiring.names.save(tx, work.batch.job_id, page.names)
    part = replace(account, outcomes=Counter(), remarks=[])
    part.outcomes[Outcome.FETCHED] = new
    part.outcomes[Outcome.UNCHANGED] = len(page.rows) - new
    for remark in sorted([*rejects, *waiting], key=attrgetter("line")):
        part.outcomes[remark.outcome] += 1
        if part.outcomes[remark.outcome] <= kept[remark.outcome]:
            part.remarks.append(remark)
    return part


def _page_of(rows: Sequence[tuple[int, str, str | None]]) -> Page:
    """The rows of a request, sorted like those of a file."""
    page = Page(at_end=True)
    for line, text, title in rows:
        sort(page, line, text, (), text, title)
    return page


def _follow_up(page: Page) -> Cut:
    following = [] if page.at_end else [NewBatch({"position": page.position}, 0)]
    return Cut(following, {"begun": True}, last=page.at_end)


def _expected(job: Job, page: Page) -> int | None:
    """How many rows the file will have, judged by the share of its bytes that was read so far."""
    if job.retry_of is not None and job.expected_items is not None:
        return None  # it began in the middle, and knows what was expected to follow
    so_far = job.total_items + page.entered
    return round(so_far / page.share_read) if page.share_read else None
