"""`python -m emulator`: the YouTube Data API v3 on this machine."""

import os
from math import isfinite
from pathlib import Path

import click

from emulator.messages import MAX_LATENCY, MAX_QUOTA, MAX_SPEED
from emulator.server import HOST, listen, make_server
from emulator.settings import DEFAULT_QUOTAS, Settings


def _pairs(text: str, what: str) -> dict[str, str]:
    """`a=1,b=2`, or a file with one such pair in a line."""
    try:
        entries = text.split(",") if "=" in text or not text else Path(text).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise click.BadParameter(f"neither {what} nor a file that can be read ({error})") from None
    pairs = [entry.partition("=") for entry in map(str.strip, entries) if entry and not entry.startswith("#")]
    if not all(name and value for name, _, value in pairs):
        raise click.BadParameter(f"write it as {what}, several separated by commas or one per line in a file")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _quotas(_: click.Context, __: click.Parameter, text: str) -> dict[str, int]:
    pairs = _pairs(text, "bucket=units, such as default=10000")
    unknown = pairs.keys() - DEFAULT_QUOTAS.keys()
    if unknown or not all(value.isdecimal() and int(value) <= MAX_QUOTA for value in pairs.values()):
        raise click.BadParameter(f"units are whole numbers, and buckets are: {', '.join(DEFAULT_QUOTAS)}")
    return {bucket: int(units) for bucket, units in pairs.items()}


def _finite(_: click.Context, __: click.Parameter, number: float) -> float:
    if not isfinite(number):
        raise click.BadParameter("write a number")
    return number


def _keys(_: click.Context, __: click.Parameter, text: str) -> dict[str, str]:
    return _pairs(text, "key=project")


@click.command()
@click.option("--host", default=HOST, show_default=True, help="Who can reach it can control it.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--port-file", type=click.Path(path_type=Path), help="Where to write the port once it listens.")
@click.option("--seed", default=1, show_default=True, help="Another seed is another universe.")
@click.option("--quota", "quotas", default="", callback=_quotas, help="Units a day: default=10000,search=100.")
@click.option(
    "--latency-ms",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, MAX_LATENCY),
    callback=_finite,
    help="Wait before each answer.",
)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0, MAX_SPEED),
    callback=_finite,
    help="Of the clock: 60 is fast.",
)
@click.option(
    "--recorded", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Real answers to serve."
)
@click.option(
    "--missing-share",
    default=0.04,
    show_default=True,
    type=click.FloatRange(0, 1),
    callback=_finite,
    help="Ids with no channel.",
)
@click.option("--memory", type=click.Path(dir_okay=False, path_type=Path), help="Where to remember real channels.")
@click.option("--remembered", default=8192, show_default=True, type=click.IntRange(0), help="Channels kept at hand.")
@click.option("--keys", default="", callback=_keys, help="key=project, or a file with one such pair in a line.")
@click.option("--clock-file", type=click.Path(path_type=Path), help="Holds the seconds to run ahead of real time.")
def main(host: str, port: int, port_file: Path | None, **options: object) -> None:
    """Speak the YouTube Data API v3 over HTTP, with no key, no network and no cost."""
    try:
        listening = listen(host, port)
    except OSError as error:
        raise click.ClickException(f"Cannot listen on {host}:{port} ({error}). Try --port 0 for a free port.") from None
    bound = listening.getsockname()[1]
    click.echo(f"YouTube emulator: http://{host}:{bound}")
    try:
        server = make_server(Settings(**options))  # type: ignore[arg-type]  # click names them as Settings does
        if port_file:
            _write_whole(port_file, f"{bound}\n")
    except OSError as error:
        raise click.ClickException(f"Cannot write: {error}. Choose another file.") from None
    server.run(sockets=[listening])


def _write_whole(file: Path, text: str) -> None:
    """Write so that who waits for the file never reads half of it."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


if __name__ == "__main__":
    main()
