"""Logs are one line an event, and hold no secret whoever writes them."""

import json
import logging

import pytest

from app.config import Settings
from app.logs import logger, redact, set_up_logs

KEY = "AIzaSyD-a_key_that_nobody_has_0123456789"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"key {KEY} is dead", "key *** is dead"),
        ("https://host/x?part=id&key=abc123&alt=json", "https://host/x?part=id&key=***&alt=json"),
        ("postgresql://me:secret@db:5432/x", "postgresql://***@db:5432/x"),
        ("redis://:secret@127.0.0.1:6379/0", "redis://***@127.0.0.1:6379/0"),
        ("nothing to hide at 12:30", "nothing to hide at 12:30"),
    ],
)
def test_what_looks_like_a_secret_is_blanked(said: str, kept: str) -> None:
    assert redact(said) == kept


def test_ours_and_those_of_libraries_are_the_same_json(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        set_up_logs(settings.model_copy(update={"log_format": "json"}))
        logger("app.test").info("batch_ended", batch=7, outcome="Done")
        try:
            raise ValueError(f"refused with {KEY}")  # noqa: TRY301 - an exception to be logged
        except ValueError:
            logging.getLogger("some.library").exception("failed for key=%s", KEY)
    finally:
        root.handlers[:], root.level = before
    ours, theirs = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (ours["event"], ours["batch"], ours["level"], ours["logger"]) == ("batch_ended", 7, "info", "app.test")
    assert theirs["logger"] == "some.library"
    assert "ValueError: refused with ***" in theirs["exception"]
    assert KEY not in json.dumps(theirs)
