"""`python -m devstack`: the whole stack on this machine, as start_local.sh runs it."""

import sys
from pathlib import Path

import click

from devstack.errors import StackError
from devstack.launch import Options, run
from devstack.programs import ROOT
from devstack.screen import Screen


@click.command()
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65_535), help="Port of the API.")
@click.option(
    "--data",
    default=ROOT / "var",
    show_default="./var of the project",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    help="Folder of everything that is kept.",
)
@click.option("--exit", "exit_after", is_flag=True, help="Stop after the main job; the exit code is its outcome.")
@click.option("--no-sample", is_flag=True, help="Do not import samples/channels.csv.")
def main(*, port: int, data: Path, exit_after: bool, no_sample: bool) -> None:
    """Start PostgreSQL, Redis, the emulator (without a YouTube key), the API, a worker and beat."""
    screen = Screen()
    try:
        code = run(Options(port, data, exit_after, sample=not no_sample), screen)
    except StackError as error:
        screen.complain(error)
        code = 1
    except OSError as error:  # a disk that fills up meanwhile, a file of another account
        screen.complain(StackError(str(error), hint="Mend that, or choose another folder with --data."))
        code = 1
    sys.exit(code)


if __name__ == "__main__":
    main(prog_name="./start_local.sh")
