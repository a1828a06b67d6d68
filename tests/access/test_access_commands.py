"""`tokens`, `audit`, and the token that the command line sends."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.web import create_app
from app.wiring import Wiring
from tests.api.serving import serving
from tests.cli.conftest import Ended, environment, run  # noqa: F401 - fixtures

Run = Callable[..., Ended]


@pytest.fixture
def api_url(production: Wiring) -> Iterator[str]:
    """The API that the commands ask is one of production."""
    with serving(create_app(production)) as url:
        yield url


def made(run: Run, *arguments: str) -> str:  # noqa: F811 - the fixture
    ended = run("tokens", "create", *arguments)
    assert ended.returncode == 0, ended.stderr
    assert re.fullmatch(r"trb_[0-9a-f]{8}_[\w-]{43}\n", ended.stdout), "the token alone, for a pipe"
    return ended.stdout.strip()


def test_a_token_is_made_used_and_revoked(run: Run, tmp_path: Path) -> None:  # noqa: F811 - likewise
    stranger = run("jobs", "list")
    assert stranger.returncode == 1
    assert "tributary tokens create" in stderr(stranger)
    assert "TRIBUTARY_TOKEN" in stderr(stranger)

    text = made(run, "laptop", "--scope", "read", "--expires-days", "90")
    assert run("jobs", "list", TRIBUTARY_TOKEN=text).returncode == 0
    refused = run("metadata", TRIBUTARY_TOKEN=text)
    assert refused.returncode == 1
    assert "--scope run" in stderr(refused)
    (tmp_path / "token").write_text(f"{text}\n")
    assert run("--token-file", "token", "jobs", "list", TRIBUTARY_TOKEN="x").returncode == 0

    listed = run("tokens", "list")
    assert re.search(
        r"^laptop +[0-9a-f]{8}  read +last used 20[-\d]+ [:\d]+, until 20[-\d]+ [:\d]+$", listed.stdout, re.MULTILINE
    )
    assert text not in listed.stdout + run("tokens", "list", "--json").stdout
    assert run("tokens", "create", "laptop", "--scope", "run").returncode == 1
    assert run("tokens", "revoke", "laptop").stdout == "laptop: revoked\n"
    again = run("tokens", "revoke", "laptop")
    assert again.returncode == 1
    assert "tokens list" in stderr(again)
    gone = run("jobs", "list", TRIBUTARY_TOKEN=text)
    assert gone.returncode == 1
    assert "not valid" in stderr(gone)
    assert text not in gone.stdout + gone.stderr + refused.stderr


def test_who_did_what_is_shown_to_those_who_may(run: Run) -> None:  # noqa: F811 - likewise
    admin = made(run, "chief", "--scope", "admin")
    made(run, "reader", "--scope", "read")
    run("tokens", "revoke", "reader")
    run("schedules", "delete", "nightly", TRIBUTARY_TOKEN=admin)
    told = run("audit", "--limit", "10", TRIBUTARY_TOKEN=admin).stdout.splitlines()
    assert [re.split(r"  +", line)[1:] for line in told] == [
        [f"chief ({admin[4:12]})", "127.0.0.1", "404", "DELETE /api/schedules/<name>", "nightly"],
        ["command line", "-", "-", "tokens revoke", "reader"],
        ["command line", "-", "-", "tokens create", "reader"],
        ["command line", "-", "-", "tokens create", "chief"],
    ]
    mine = run("audit", "--actor", "chief", "--json", TRIBUTARY_TOKEN=admin)
    assert '"actor": "chief"' in mine.stdout
    assert "command line" not in mine.stdout
    assert run("audit", TRIBUTARY_TOKEN="").returncode == 1


@pytest.mark.parametrize("wrong", ["trb_\nx-injected: 1", "trb_ö", "trb_\x00"])
def test_what_cannot_be_a_token_is_not_sent_and_not_shown(run: Run, tmp_path: Path, wrong: str) -> None:  # noqa: F811
    (tmp_path / "token").write_text(wrong)
    ended = run("--token-file", "token", "jobs", "list")
    assert ended.returncode == 1
    assert "is no token" in stderr(ended)
    assert wrong[4:] not in ended.stderr
    assert run("--token-file", "nothing", "jobs", "list").returncode == 1


def stderr(ended: Ended) -> str:
    return re.sub(r"\s+", " ", ended.stderr)
