"""`keys ...` as people meet it."""

import io
import re

import pytest

from app.wiring import Wiring
from emulator.control import Control
from tests.cli.conftest import Run
from tests.cli.test_command_line import errors
from tests.conftest import add_key

SECRET = "AIzaSyGivenGivenGivenGivenGivenGiven00"


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))


@pytest.mark.usefixtures("piped")
def test_a_key_is_read_from_a_pipe_and_never_shown(run: Run, wiring: Wiring) -> None:
    added = run("keys", "add", "mine", "--project", "project-1")
    assert added.returncode == 0, added.stderr
    stored, test = added.stdout.splitlines()
    assert re.fullmatch(r"key 2 is stored: mine, fingerprint [0-9a-f]{12}, project project-1", stored)
    assert test == "whether it works: keys test 2"
    assert SECRET not in added.stdout + added.stderr
    assert wiring.keys.read(2).project == "project-1"


def test_a_key_is_no_argument(run: Run) -> None:
    assert run("keys", "add", "mine", SECRET).returncode == 2


@pytest.mark.usefixtures("piped", "emulator")
def test_a_key_that_is_only_tested_is_not_stored(run: Run, wiring: Wiring) -> None:
    told = run("keys", "test", "--given")
    assert told.returncode == 0, told.stderr
    assert re.match(r"the key \([0-9a-f]{12}\): fine: YouTube answers with this key\n  store it with", told.stdout)
    assert len(wiring.keys.listed()) == 1
    assert run("keys", "test", "1", "--given").returncode == 2


def test_all_keys_are_tested(run: Run, wiring: Wiring, emulator: Control) -> None:
    emulator.set_key_state(add_key(wiring, 2), "service_disabled")
    told = run("keys", "test")
    assert told.returncode == 1
    lines = told.stdout.splitlines()
    assert re.fullmatch(r"1 key-1 \([0-9a-f]{12}\): fine: YouTube answers with this key", lines[0])
    assert ": api_not_enabled: the YouTube Data API v3 is not enabled in the project of this key" in lines[1]
    assert lines[2].startswith("  YouTube answered 403: YouTube Data API v3 has not been used in project")
    assert lines[3].startswith('  open it, click "Enable"')
    assert lines[4].startswith("  https://console.cloud.google.com/apis/api/youtube.googleapis.com/overview?project=")
    assert lines[5:] == ["1 of 2 keys can be used; 2 units spent"]
    alone = run("keys", "test", "1")
    assert (alone.returncode, alone.stdout.splitlines()[-1]) == (0, "1 of 1 key can be used; 1 unit spent")


def test_keys_are_listed_with_what_is_left(run: Run, wiring: Wiring, emulator: Control) -> None:  # noqa: ARG001
    run("keys", "test", "1")
    first, default, forecast, search, stats = run("keys", "list").stdout.splitlines()
    assert re.fullmatch(r"  1  [0-9a-f]{12}  key-1            project-1        in use", first)
    assert default == "quota     default: 9,999 of 10,000 units left today"
    assert re.match(r"          at \d units? an hour, as lately, .* midnight in Los Angeles .*; no job waits", forecast)
    assert search == "quota     search: 100 of 100 units left today"
    assert stats.startswith("quota     videos.batchGetStats: ")


def test_a_key_rests_comes_back_and_goes(run: Run, wiring: Wiring) -> None:
    off = run("keys", "disable", "1")
    assert (off.returncode, off.stdout) == (0, "key 1, key-1, is off: switched off by a person\n")
    assert run("keys", "enable", "1").stdout == "key 1, key-1, is in use\n"
    gone = run("keys", "remove", "1", "--yes")
    assert re.fullmatch(r"key 1 is forgotten: key-1, [0-9a-f]{12}\n", gone.stdout)
    assert wiring.keys.listed() == []
    assert "there is no key 1" in errors(run("keys", "enable", "1").stderr)
    assert run("keys", "list").stderr == "there are no keys yet: add one with `keys add`, or set YOUTUBE_API_KEY_1\n"
    assert run("keys", "test").returncode == 1


def test_another_secret_key(run: Run, wiring: Wiring) -> None:
    new = "quite another secret key"
    told = run("keys", "rotate", SECRET_KEY=new)
    assert told.returncode == 1
    assert told.stdout.splitlines()[0] == ("0 API keys encrypted anew, 0 under this SECRET_KEY already, 1 unreadable")
    assert "not all could be read with these keys: key-1\n  set SECRET_KEY_PREVIOUS" in told.stderr
    told = run("keys", "rotate", SECRET_KEY=new, SECRET_KEY_PREVIOUS=wiring.settings.secret_key.get_secret_value())
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines() == [
        "1 API key encrypted anew, 0 under this SECRET_KEY already, 0 unreadable",
        "0 push secrets encrypted anew, 0 under this SECRET_KEY already, 0 unreadable",
        "0 passwords of imports encrypted anew, 0 under this SECRET_KEY already, 0 unreadable",
    ]
    assert "SECRET_KEY_PREVIOUS is needed no more" in told.stderr
    away = run("keys", "rotate", DATABASE_URL="postgresql://someone:hunter2@127.0.0.1:9/nothing")
    assert "the database does not answer" in errors(away.stderr)
