"""Commands that Redis is sent: `python -m bench redis [--channels 5000]`.

Some rent their Redis and pay for each command. One Celery worker of two processes imports so many channels from a
file, fetches their metadata, then the newest 25 videos of a tenth of them; the commands in between are counted by Redis
itself (INFO commandstats), those of the waiting worker among them. Prints a table, then JSON.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from itertools import islice

import redis

from app.jobs.model import Job
from bench.metadata import SEED, acquaint, ask
from bench.serving import table
from bench.throughput.plant import Plant, make_plant
from emulator.universe.universe import Universe

# How a connection is opened is no work, and who counts does it, too.
_OPENING = frozenset({"info", "hello", "client|setinfo", "client|setname"})
_SHARE_WITH_VIDEOS = 10


def main() -> None:
    """Carry out the three jobs, and print what each took."""
    options = argparse.ArgumentParser()
    options.add_argument("--channels", type=int, default=5_000)
    asked = options.parse_args()
    with make_plant(SEED) as plant, plant.workers(1):
        ids = list(islice(Universe(SEED).existing_ids(plant.emulators[0].clock().now), asked.channels))
        acquaint(plant, ids)
        rows = [counted(plant, name, work) for name, work in _jobs(plant, ids).items()]
    print(table([{name: row[name] for name in row if name != "commands"} for row in rows]), file=sys.stderr)
    print(json.dumps({"channels": asked.channels, "jobs": rows}, indent=2))


def counted(plant: Plant, name: str, ask_for: Callable[[], Job]) -> dict[str, object]:
    """One job, and the commands until it has ended."""
    with redis.Redis.from_url(plant.valkey.url) as client:
        before = commands(client)
        job = plant.wait(ask_for())
        sent = commands(client) - before
    return {
        "job": name,
        "channels": job.processed_items,
        "commands": dict(sent.most_common()),
        "together": sent.total(),
        "for a thousand": round(1000 * sent.total() / max(1, job.processed_items), 1),
    }


def commands(client: "redis.Redis") -> Counter[str]:
    """All commands so far, by name, but for how connections are opened."""
    told = client.info("commandstats")
    names = {key: key.removeprefix("cmdstat_") for key in told}
    return Counter({name: told[key]["calls"] for key, name in names.items() if name not in _OPENING})


def _jobs(plant: Plant, ids: list[str]) -> dict[str, Callable[[], Job]]:
    file = plant.folder / "ids.csv"
    file.write_text("channel_id\n" + "\n".join(ids) + "\n", encoding="utf-8")
    wiring = plant.wiring
    return {
        "import": lambda: wiring.imports.ask_for_file("csv", file.name, None),
        "metadata": lambda: ask(wiring, None),
        "videos": lambda: wiring.youtube.ask_for_videos(total_limit=len(ids) // _SHARE_WITH_VIDEOS),
    }


if __name__ == "__main__":
    main()
