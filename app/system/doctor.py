"""What is wrong with an installation, and how to mend it: as far as can be seen, whatever is away."""

from collections.abc import Callable, Iterator
from functools import partial

from app.config import SettingsError, load_settings
from app.logs import redact
from app.system import machine, servers, work
from app.system.finding import Finding, wrong
from app.wiring import Wiring

_NEEDS_DATABASE = (("workers", work.workers), ("keys", work.keys), ("jobs", work.jobs))


def examine() -> Iterator[Finding]:
    """Everything, one after the other. What cannot be looked at is a finding, too, and never an exception."""
    yield from _safely("settings", machine.settings)
    try:
        settings = load_settings()
    except SettingsError:
        return
    wiring = Wiring(settings, pooled=False)
    try:
        yield from _safely("imports", lambda: machine.import_folder(settings))
        database = list(_safely("postgres", lambda: servers.postgres(wiring)))
        yield from database
        yield from _safely("redis", lambda: servers.broker(wiring))
        if any(one.state == "wrong" for one in database if one.area in {"postgres", "schema"}):
            areas = ", ".join(area for area, _ in _NEEDS_DATABASE)
            yield wrong(areas, "cannot be looked at without the database", "mend what stands above, then ask again")
            return
        for area, look in _NEEDS_DATABASE:
            yield from _safely(area, partial(look, wiring))
    finally:
        wiring.close()


def _safely(area: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except Exception as error:  # noqa: BLE001 - a doctor that falls ill himself helps nobody
        said = f"{type(error).__name__}: {redact(str(error)).partition(chr(10))[0]}"
        yield wrong(area, f"it could not be looked at: {said}", "report this as a fault of ours")
