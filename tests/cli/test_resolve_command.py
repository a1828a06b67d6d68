"""`python -m app resolve`: what people see of it, and what a program gets."""

import io
import json
import sys

import pytest

from app.wiring import Wiring
from emulator.control import Control
from tests.cli.conftest import Run
from tests.youtube.known import Known


@pytest.fixture
def handles(wiring: Wiring, emulator: Control) -> dict[str, str]:
    known = Known(wiring.settings.youtube_api_url)
    found = known.handles(emulator.channel_ids(count=200))
    known.http.close()
    emulator.reset()
    return found


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """What stands on standard input."""
    content = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(content))
    return content


def test_each_text_has_a_line_with_tabs(run_process: Run, emulator: Control, handles: dict[str, str]) -> None:
    handle, channel_id = next(iter(handles.items()))
    ended = run_process("resolve", f"https://youtube.com/@{handle}/videos", f"/c/{handle}", channel_id)
    assert (ended.returncode, ended.stdout.splitlines()) == (
        0,
        [
            f"https://youtube.com/@{handle}/videos\t{channel_id}\texact\t",
            f"/c/{handle}\t{channel_id}\tlikely\t",
            f"{channel_id}\t{channel_id}\texact\t",
        ],
    )
    assert ended.stderr == "3 of 3 resolved; 1 quota unit spent\n"
    assert emulator.counters().used() == 1


def test_what_is_unresolved_says_why_and_is_no_success(run: Run, emulator: Control) -> None:  # noqa: ARG001 - answers
    ended = run("resolve", "@nobody-has-this-handle", "two\twords")
    assert ended.returncode == 1
    first, second = (line.split("\t") for line in ended.stdout.splitlines())
    assert first[:3] == ["@nobody-has-this-handle", "", ""]
    assert first[3].startswith("no channel has the handle @nobody-has-this-handle; ")
    assert second == ["two words", "", "", "more than one word; write one link, id or @handle on each line"]
    assert ended.stderr == "0 of 2 resolved; 1 quota unit spent\n"


def test_without_a_text_the_lines_of_standard_input_are_read(
    run: Run, typed: io.BytesIO, emulator: Control, handles: dict[str, str]
) -> None:
    lines = [f"@{one}" for one in handles][:120]
    typed.write("\ufeff".encode() + "\r\n\r\n".join(lines).encode() + b"\n\xff\n")
    typed.seek(0)
    ended = run("resolve", "--json")
    told = json.loads(ended.stdout)
    assert [one["channel_id"] for one in told["results"]] == [*list(handles.values())[:120], None]
    assert told["units_spent"] == emulator.counters().used() == 120, "more than fifty calls are several requests"
    assert ended.returncode == 1


def test_a_dry_run_tells_the_price(run: Run, emulator: Control, handles: dict[str, str]) -> None:
    ended = run("resolve", "--dry-run", *(f"@{one}" for one in list(handles)[:60]))
    assert (ended.returncode, ended.stderr) == (0, "0 of 60 resolved; 60 quota units needed\n")
    assert emulator.counters().used() == 0


def test_asking_afresh_costs_again(run: Run, emulator: Control, handles: dict[str, str]) -> None:
    handle = f"@{next(iter(handles))}"
    for how, units in (([], 1), ([], 1), (["--fresh"], 2)):
        assert run("resolve", handle, *how).returncode == 0
        assert emulator.counters().used() == units


def test_kinds_in_any_order_and_repeats_cost_as_few_units_as_sorted_ones(
    run: Run, typed: io.BytesIO, emulator: Control, handles: dict[str, str]
) -> None:
    lists = [f"PL{number:032}" for number in range(55)]
    mixed = [
        text
        for list_id, handle in zip(lists, handles, strict=False)
        for text in (f"@{handle}", f"youtube.com/playlist?list={list_id}", list_id, "two words", f"/c/{handle}")
    ]
    typed.write("\n".join(mixed).encode())
    typed.seek(0)
    told = json.loads(run("resolve", "--json").stdout)
    assert [one["text"] for one in told["results"]] == mixed
    assert [one["channel_id"] for one in told["results"][::5]] == list(handles.values())[:55]
    assert [one["channel_id"] for one in told["results"][4::5]] == list(handles.values())[:55]
    assert {one["playlist_id"] for one in told["results"][2::5]} == set(lists)
    assert told["units_needed"] == {"default": 55 + 2}
    assert told["units_spent"] == emulator.counters().used() == 55 + 2


def test_what_came_before_an_error_is_told(
    run: Run, typed: io.BytesIO, emulator: Control, handles: dict[str, str]
) -> None:
    handle, channel_id = next(iter(handles.items()))
    typed.write(f"{'x' * 17 * 2**20}\n@{handle}\n".encode())  # more than the API takes in one request
    typed.seek(0)
    ended = run("resolve")
    assert (ended.returncode, ended.stdout) == (1, f"@{handle}\t{channel_id}\texact\t\n")
    first, error = ended.stderr.split("\n", 1)
    assert first == "1 of 2 resolved; 1 quota unit spent"
    assert error.startswith("error: ")
    assert emulator.counters().used() == 1
