"""`export` and `dictionary`: tables as files."""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import httpx
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn, TransferSpeedColumn

from app.commands.terminal import ERR, as_json_option, tell, tell_json
from app.errors import TributaryError
from app.watch import checked
from app.words import count

_Client = Callable[[], httpx.Client]
# A sample is drawn before the first byte comes, which takes minutes where there are many millions.
_PATIENCE = httpx.Timeout(30, read=900)
_SUFFIXES = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".parquet": "parquet"}


class NotWholeError(TributaryError):
    """The file is not whole."""

    hint = "nothing was written; ask for it again"


@click.command("export")
@click.argument("what")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "kind", type=click.Choice(["csv", "ndjson", "parquet"]), help="what FILE says unless told")
@click.option("--columns", help="with commas between; all unless told")
@click.option("--since", help="only what changed at this time or later; or the manifest of the export before")
@click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE", help="again for more: language=en")
@click.option("--sample", type=int, help="so many channels, drawn at random")
@click.option("--strata", help="what the sample is stratified by, with commas between")
@click.option("--seed", help="the same draws the same")
@click.option("--allocation", type=click.Choice(["proportional", "equal"]), help="of the sample to the strata")
@click.option("--formulas", type=click.Choice(["safe", "raw"]), help="raw: CSV for programs, not for spreadsheets")
@click.option("--bom", is_flag=True, default=None, help="CSV that old spreadsheets read as UTF-8")
@as_json_option
@click.pass_obj
def export(
    client: _Client,
    /,
    *,
    what: str,
    file: Path,
    kind: str | None,
    since: str | None,
    filters: tuple[str, ...],
    as_json: bool,
    **asked: Any,
) -> None:
    """Write a table into FILE (.csv, .ndjson, .parquet, or with .gz behind), and FILE.manifest.json beside it."""
    params = {"format": kind or _kind(file), "since": _since(since), **_filters(filters), **asked}
    if file.suffix == ".gz":
        params["compress"] = "gzip"
    params = {name: value for name, value in params.items() if value is not None}
    with client() as api, _part_of(file) as part:
        told = _fetch(api, what, params, part)
        part.replace(file)
    file.with_name(f"{file.name}.manifest.json").write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    if as_json:
        tell_json(told)
        return
    tell(f"{file}: {count(told['rows'], 'row')}, sha256 {told['sha256']}")
    tell(f"the next: --since {told['next_since']}")


@click.command("dictionary")
def dictionary() -> None:
    """Print the data dictionary of DATABASE_URL, as docs/data-dictionary.md has it."""
    from app.commands import here  # noqa: PLC0415 - see there

    click.echo(here.dictionary(), nl=False)


@contextmanager
def _part_of(file: Path) -> Iterator[Path]:
    """A file beside it, which is gone when anything goes wrong."""
    part = file.with_name(f"{file.name}.part")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _fetch(api: httpx.Client, what: str, params: dict[str, Any], part: Path) -> dict[str, Any]:
    """Write the export into a file, and compare it with its manifest."""
    digest = hashlib.sha256()
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if "compress" in params else None
    try:
        with api.stream("GET", f"/api/exports/{what}", params=params, timeout=_PATIENCE) as answer:
            if answer.is_error:
                answer.read()
                checked(answer)
            with part.open("wb") as out:
                for piece in _shown(answer.iter_bytes(), what):
                    out.write(piece)
                    digest.update(unpack.decompress(piece) if unpack else piece)
    except httpx.RemoteProtocolError:
        raise NotWholeError(f"the export of {what} broke off") from None
    told = checked(api.get(f"/api/exports/manifests/{answer.headers['X-Export-Id']}"))
    if told["state"] != "complete" or told["sha256"] != digest.hexdigest():
        raise NotWholeError(f"the export of {what} is {told['state']}, and what came of it is not whole")
    return told


def _shown(pieces: Iterator[bytes], title: str) -> Iterator[bytes]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=ERR, disable=not ERR.is_terminal) as bar:
        task = bar.add_task(f"exporting {title}", total=None)
        for piece in pieces:
            bar.advance(task, len(piece))
            yield piece


def _kind(file: Path) -> str:
    name = file.with_suffix("") if file.suffix == ".gz" else file
    if name.suffix.lower() not in _SUFFIXES:
        raise click.UsageError("name the FILE .csv, .ndjson or .parquet (.gz behind it compresses), or say --format")
    return _SUFFIXES[name.suffix.lower()]


def _since(told: str | None) -> str | None:
    """A time, or that of a manifest."""
    if told is None or not Path(told).is_file():
        return told
    return str(json.loads(Path(told).read_text(encoding="utf-8"))["next_since"])


def _filters(told: tuple[str, ...]) -> dict[str, str]:
    for one in told:
        if "=" not in one:
            raise click.UsageError(f"--filter takes NAME=VALUE, not {one!r}")
    return dict(one.split("=", 1) for one in told)
