"""What Tributary survives: `python -m bench chaos`.

Runs jobs of every kind on the emulator, with real Celery workers, PostgreSQL and Valkey, and breaks something under
each: one fault at a time, and all together. Prints a table of what was lost, done twice or paid for in vain, and how
long it took to go on. Ends with 1 when a promise was broken. docs/reliability.md says more.
"""

import random
import signal
import sys

import click
import structlog

from bench.chaos.faults.contract import Fault
from bench.chaos.faults.table import FAULTS
from bench.chaos.report import as_json, as_text, is_kept
from bench.chaos.rounds import Struck, deal, play, undisturbed
from bench.chaos.scene import Size, prepare
from bench.chaos.servers import NO_DISK, servers

_EAGER = {"API_RATE_LIMIT_DELAY": "0", "CALLS_IN_FLIGHT": "2", "YOUTUBE_TIMEOUT": "10"}
SHORT = Size(1_500, 100, 50, {**_EAGER, "LEASE_SECONDS": "3", "KEEPER_SECONDS": "1"}, patience=90)
LONG = Size(20_000, 400, 50, _EAGER, patience=300)
"""Leases and keeper as in production."""


@click.command()
@click.option("--long", "is_long", is_flag=True, help="More channels, leases and keeper as in production, slow faults.")
@click.option("--runs", default=1, show_default=True, type=click.IntRange(1), help="How often each fault strikes.")
@click.option("--seed", default=1, show_default=True, help="Of the moments at which faults strike, and of their order.")
@click.option("--fault", "names", multiple=True, help="Only faults whose name holds this; may be given several times.")
@click.option("--json", "wants_json", is_flag=True, help="Print JSON instead of the table.")
def main(*, is_long: bool, runs: int, seed: int, names: tuple[str, ...], wants_json: bool) -> None:
    """Break things, and look whether every promise was kept."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # nothing that was started or mounted stays behind
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # the report has stdout for itself
    size, chance = LONG if is_long else SHORT, random.Random(seed)
    faults, skipped = chosen(names, slow=is_long)
    struck: list[Struck] = []
    _tell(f"seed {seed}; {size.channels} channels; not the defaults: {size.settings}")
    try:
        with servers() as running:
            if running.disk is None:
                skipped |= {fault.name: NO_DISK for fault in faults if fault.needs_disk}
                faults = [fault for fault in faults if not fault.needs_disk]
            prepare(running, size)
            lawful = undisturbed(running, size)
            for dealt in deal(faults, runs, chance):
                for one in play(running, size, dealt, lawful, chance):
                    struck.append(one)
                    _tell(f"{one.blow} {one.finding}")
    finally:  # also of a run that is stopped
        click.echo(as_json(struck, skipped, size, seed) if wants_json else as_text(struck, skipped))
    sys.exit(0 if is_kept(struck) else 1)


def chosen(names: tuple[str, ...], *, slow: bool) -> tuple[list[Fault], dict[str, str]]:
    """The faults that were asked for by name, or all; and those that are left out, with the reason."""
    wanted = [fault for fault in FAULTS if not names or any(name in fault.name for name in names)]
    skipped = {fault.name: "slow: with --long, or by name" for fault in wanted if fault.slow and not (slow or names)}
    return [fault for fault in wanted if fault.name not in skipped], skipped


def _tell(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
