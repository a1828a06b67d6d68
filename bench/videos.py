"""What the newest 25 videos of 2,000 channels cost, counted at the emulator: `python -m bench videos`.

Ours is a whole job, with database and batches; minet's `yt channel-videos` and `yt videos` fetch the same videos of
the same channels; and by arithmetic there is who asks channel, list and videos for each channel by itself. Every
channel has 25 videos to 50, so that one page of its list is enough for everybody; with `--any` they are channels as
they come, with no videos or thousands. Then the same from end to end, with Celery workers, beside minet, whose CSV psql
takes in, and python-youtube, whose objects SQLAlchemy inserts. Prints tables, then JSON.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from math import ceil
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from app.wiring import Wiring
from app.youtube.costs import MAX_IDS
from bench.serving import emulator_process, table
from bench.system import KEY, calls_by_method, know, make_system, work_off
from bench.throughput import minet
from bench.throughput.videos import end_to_end
from emulator.control import Control
from emulator.universe.universe import Universe

SEED = 1
CHANNELS, EACH, BATCH = 2_000, 25, 100
LISTS, ROWS = "playlistItems.list", "videos.list"
_CALLS_BY_ITSELF = 3
_COUNTS = """select (select count(*) from job_batches where job_id = :job_id), (select count(*) from videos),
    (select count(*) from channels where video_count is distinct from 0)"""


class Outcome(NamedTuple):
    """Calls of one client, by method, and what came."""

    calls: Counter[str]
    videos: int
    batches: int = 0
    with_videos: int = 0


def main() -> None:
    """Let each fetch the same videos, and print what that cost."""
    options = argparse.ArgumentParser()
    options.add_argument("--channels", type=int, default=CHANNELS)
    options.add_argument("--any", action="store_true", help="channels as they come")
    options.add_argument("--minet", type=Path, help="a Python that has minet; made inside ours by default")
    options.add_argument("--alone", action="store_true", help="without the others")
    options.add_argument("--workers", default="1,2,4", help="Celery workers, of two processes each")
    options.add_argument("--latency", default="0,100", help="milliseconds that YouTube is away")
    asked = options.parse_args()
    python = None if asked.alone else asked.minet or minet.environment(Path(sys.prefix))
    with (
        emulator_process("--seed", str(SEED)) as served,
        Control(served.url) as control,
        make_system(served.url) as wiring,
    ):
        control.set_clock(now := datetime.now(UTC))
        control.set_clock_speed(0)  # nobody uploads meanwhile
        found = Universe(SEED).existing_ids(now) if asked.any else channels_with_one_page(now)
        ids = list(islice(found, asked.channels))
        outcomes = {"tributary": fetch_ours(wiring, control, ids)}
        if python is not None:
            outcomes["minet"] = fetch_with_minet(python, served.url, control, ids)
    told = report(len(ids), outcomes)
    workers, latencies = (list(map(int, one.split(","))) for one in (asked.workers, asked.latency))
    whole = end_to_end(SEED, ids, EACH, workers, latencies, python)
    print(table(whole["clients"]), file=sys.stderr)
    print(json.dumps({**told, "end_to_end": whole}, indent=2))


def channels_with_one_page(now: datetime) -> Iterator[str]:
    """Channels with 25 public videos to 50, worked out here."""
    universe = Universe(SEED)
    for channel_id in universe.existing_ids(now):
        channel = universe.channel(channel_id, now)
        if channel and EACH <= len(channel.uploads.shelf(now)) <= MAX_IDS:
            yield channel_id


def fetch_ours(wiring: Wiring, control: Control, ids: Sequence[str]) -> Outcome:
    """Import channels, fetch their metadata, and count what the job over their videos asks for."""
    know(wiring, ids)
    before = calls_by_method(control)
    job = work_off(wiring, wiring.youtube.ask_for_videos(videos_per_channel=EACH, batch_size=BATCH))
    with wiring.db.begin() as tx:
        batches, videos, with_videos = tx.execute(text(_COUNTS), {"job_id": job.id}).one()
    return Outcome(calls_by_method(control) - before, videos, batches, with_videos)


def fetch_with_minet(python: Path, url: str, control: Control, ids: Sequence[str]) -> Outcome:
    """List the uploads of the channels, then fetch the newest 25 of each."""
    before = calls_by_method(control)
    newest: dict[str, list[str]] = {}
    for row in _minet(python, url, "channel-videos", ids):
        newest.setdefault(row["value"], []).append(row["video_id"])
    found = _minet(python, url, "videos", [video for videos in newest.values() for video in videos[:EACH]])
    return Outcome(calls_by_method(control) - before, sum(bool(row["title"]) for row in found))


def limits(channels: int, videos: int, batches: int) -> dict[str, int]:
    """What a job over channels that have videos may ask for at most."""
    return {LISTS: channels, ROWS: ceil(videos / MAX_IDS) + batches}


def report(channels: int, outcomes: dict[str, Outcome]) -> dict[str, object]:
    """All figures; the table of them goes to standard error."""
    ours, by_itself = outcomes["tributary"], _CALLS_BY_ITSELF * channels
    totals = {name: outcome.calls.total() for name, outcome in outcomes.items()} | {"three a channel": by_itself}
    ratios = {name: round(ours.calls.total() / total, 3) for name, total in totals.items()}
    rows = [{"client": name, "calls": calls, "ours to its": ratios[name]} for name, calls in totals.items()]
    print(table(rows), file=sys.stderr)
    return {
        "channels": channels,
        "clients": {name: {**outcome._asdict(), "calls": dict(outcome.calls)} for name, outcome in outcomes.items()},
        "at_most": limits(ours.with_videos, ours.videos, ours.batches),
        "calls": totals,
        "ours_to_theirs": ratios,
    }


def _minet(python: Path, url: str, command: str, values: Sequence[str]) -> list[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder) / "given.csv", Path(folder) / "found.csv"
        given.write_text("\n".join(["value", *values]), encoding="utf-8")
        files = ["-i", str(given), "-o", str(found), "--silent", "-k", KEY]
        base = f"{url}/youtube/v3"
        subprocess.run([python, "-c", minet.LAUNCH, base, "yt", command, "value", *files], check=True, cwd=folder)
        with found.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
