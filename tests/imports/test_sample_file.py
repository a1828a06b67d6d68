"""samples/channels.csv gives exactly what samples/README.md says: its tables are the expectation."""

import re
import shutil
from pathlib import Path

from app.jobs.states import Outcome, Status
from app.wiring import Wiring
from tests.hands import sql, work_off

SAMPLES = Path(__file__).parents[2] / "samples"
README = (SAMPLES / "README.md").read_text(encoding="utf-8")


def figure(name: str) -> int:
    found = re.search(rf"^\| {name} \| (\d+)", README, re.MULTILINE)
    assert found, name
    return int(found[1])


def broken_lines() -> dict[int, str]:
    """Line and first column of the rows that are broken on purpose."""
    [table] = re.findall(r"## Rows that are broken on purpose(.*?)\n## ", README, re.DOTALL)
    rows = re.findall(r"^\| (\d+) \| (.+?) \| rejected: ", table, re.MULTILINE)
    return {int(line): cell.strip("`") for line, cell in rows}


def test_the_sample_is_what_its_readme_says(wiring: Wiring) -> None:
    shutil.copy(SAMPLES / "channels.csv", wiring.settings.import_root)
    assert len((SAMPLES / "channels.csv").read_text(encoding="utf-8").splitlines()) == figure("lines in the file")

    job = work_off(wiring, wiring.imports.ask_for_file("csv", "channels.csv", 100))

    assert job.status is Status.COMPLETED
    assert job.fetched == figure("distinct channels")
    assert job.unchanged == figure("repeated rows")
    assert job.failed == figure("rows to be rejected")
    assert job.outcomes[Outcome.SKIPPED] == figure("rows that name a channel by no id")
    assert job.fetched + job.unchanged == figure("rows with a usable id")
    untitled = sql(wiring, "select count(*) from channels where title is null")
    assert untitled == [(figure("channels whose first row has no title"),)]


def test_the_rejected_rows_are_those_of_the_readme(wiring: Wiring) -> None:
    shutil.copy(SAMPLES / "channels.csv", wiring.settings.import_root)
    job = work_off(wiring, wiring.imports.ask_for_file("csv", "channels.csv", None))
    rejects = {remark.line: remark for _, remark in wiring.jobs.items(job.id, outcome="failed", after=0, limit=99)}
    expected = broken_lines()
    assert len(expected) == figure("rows to be rejected")
    assert set(rejects) == set(expected)
    for line, cell in expected.items():
        first = rejects[line].item.split(",")[0]
        assert first == ("" if cell.startswith("(empty") else cell)
        assert rejects[line].reason


def test_the_rows_that_only_look_broken(wiring: Wiring) -> None:
    shutil.copy(SAMPLES / "channels.csv", wiring.settings.import_root)
    work_off(wiring, wiring.imports.ask_for_file("csv", "channels.csv", None))
    assert wiring.catalog.read("UCZYTClx2T1of7BRZ86-8fow")
    assert sql(wiring, "select count(*) from channels where position(chr(10) in title) > 0") == [(1,)]
