"""minet: its own command line, whose CSV psql takes into our tables."""

import csv
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from bench.system import KEY
from bench.throughput.plant import Plant
from devstack.postgres import programs

REQUIREMENTS = Path(__file__).parents[2] / "tests" / "emulator" / "minet_environment" / "requirements.txt"
LAUNCH = """
import sys
from minet.youtube.urls import YouTubeAPIURLFormatter
YouTubeAPIURLFormatter.BASE_URL = sys.argv.pop(1)
from minet.cli.__main__ import main
main()
"""
# What minet tells and the table has: its column, ours, and how one becomes the other.
_CHANNEL = {
    "id": "analyst.channel_key(channel_id)",
    "title": "title",
    "description": "description",
    "handle": "custom_url",
    "published_at": "published_at::timestamptz",
    "default_language": "default_language",
    "country": "country",
    "thumbnail_url": "thumbnail",
    "uploads_playlist_id": "id_playlists_videos",
    "view_count": "view_count::bigint",
    "subscriber_count": "subscriber_count::bigint",
    "video_count": "video_count::bigint",
    "banner_url": "banner_external_url",
    "availability": "'available'::availability",
    "metadata_fetched": "true",
    "fetched_at": "now()",
}
_VIDEO = {
    "id": "analyst.video_key(video_id)",
    "channel": "analyst.channel_key(channel_id)",
    "title": "title",
    "description": "description",
    "published_at": "published_at::timestamptz",
    "duration": "duration::interval",
    "view_count": "view_count::bigint",
    "like_count": "like_count::bigint",
    "comment_count": "comment_count::bigint",
    "category_id": "category_id",
    "kind": "'video'::video_kind",
    "kind_evidence": "''",
    "fetched_at": "now()",
    "expires_at": "now() + interval '30 days'",
    "availability_since": "now()",
}
_SCRIPT = r"""
create temporary table found ({named});
\copy found from '{found}' (format csv, header)
insert into {table} ({columns}) select {values} from found where title is not null on conflict (id) do nothing;
"""
TABLES = {"channels": _CHANNEL, "videos": _VIDEO}


def environment(within: Path) -> Path:
    """A Python that has minet, whose pins contradict ours: an environment of its own, kept inside ours."""
    home = within / f"minet-{sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]}"
    if not home.exists():
        with tempfile.TemporaryDirectory(prefix="minet-", dir=within) as folder:
            draft = Path(folder) / "draft"
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", draft], check=True)
            pip = [sys.executable, "-m", "pip", "--python", str(draft / "bin" / "python"), "install", "--quiet"]
            subprocess.run([*pip, "--no-deps", "--require-hashes", "--requirement", str(REQUIREMENTS)], check=True)
            draft.rename(home)  # whole or not at all
    return home / "bin" / "python"


class Minet:
    """Asks the first emulator, one call after another, as it does."""

    def __init__(self, python: Path, plant: Plant) -> None:
        self._python = python
        self._plant = plant

    def channels(self, ids: Sequence[str]) -> int:
        """Fetch channels, and take them into the table; how many came."""
        return self._taken("channels", self.run("channels", ids))

    def videos(self, ids: Sequence[str], each: int) -> int:
        """List the uploads of channels, fetch the newest of each, and take them into the table; how many came."""
        newest: dict[str, list[str]] = {}
        with self.run("channel-videos", ids).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                newest.setdefault(row["value"], []).append(row["video_id"])
        return self._taken("videos", self.run("videos", [one for videos in newest.values() for one in videos[:each]]))

    def run(self, command: str, values: Sequence[str]) -> Path:
        """`minet yt COMMAND` on a file of values; the file that it writes."""
        folder = self._plant.folder
        given, found = folder / "given.csv", folder / f"{command}.csv"
        given.write_text("\n".join(["value", *values]), encoding="utf-8")
        files = ["-i", str(given), "-o", str(found), "--silent", "-k", KEY]
        base = f"{self._plant.urls[0]}/youtube/v3"
        subprocess.run([self._python, "-c", LAUNCH, base, "yt", command, "value", *files], check=True, cwd=folder)
        return found

    def _taken(self, table: str, found: Path) -> int:
        with found.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            names = reader.fieldnames or []
            came = sum(bool(row["title"]) for row in reader)
        columns = TABLES[table]
        script = _SCRIPT.format(
            found=found,
            named=", ".join(f"{name} text" for name in names),
            table=table,
            columns=", ".join(columns),
            values=", ".join(columns.values()),
        )
        psql = [str(programs("18") / "bin" / "psql"), self._plant.postgres.url("bench"), "--quiet", "--no-psqlrc"]
        subprocess.run([*psql, "-v", "ON_ERROR_STOP=1"], input=script.encode(), check=True)
        return came


def cpu() -> float:
    """Seconds of CPU of all processes that we started and that have ended: minet's and psql's."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
