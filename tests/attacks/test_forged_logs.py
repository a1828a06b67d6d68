"""Lines of a log that somebody else would like to have written."""

import logging
from collections.abc import Iterator

import pytest

from app.config import Settings
from app.logs import logger, set_up_logs

FORGED = "a title\n2026-11-21 12:00:00 [info] all is well\r\x1b[2J\x1b[31m\u2028\x85end"


@pytest.fixture
def undisturbed() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


@pytest.mark.parametrize("log_format", ["console", "json"])
@pytest.mark.usefixtures("undisturbed")
def test_one_event_is_one_line(settings: Settings, capsys: pytest.CaptureFixture[str], log_format: str) -> None:
    set_up_logs(settings.model_copy(update={"log_format": log_format}))
    logger("app.test").info("import_ended", name=FORGED, names=[FORGED], where={"file": FORGED})
    logging.getLogger("some.library").info("cannot open %s", FORGED)
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 2
    assert "\x1b[2J" not in said
    assert "all is well" in said
