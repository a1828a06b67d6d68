"""How the system is: what answers, who works, what is left to spend."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy.exc import DBAPIError

from app import migrations
from app.catalog.service import AT_A_GLANCE
from app.db import Queries
from app.jobs import store as jobs
from app.wiring import Wiring

Q = Queries("system")
# A worker ticks every few seconds, beat every minute.
_SILENT_AFTER = {"worker": 30.0, "beat": 180.0}


class System:
    """Looks at everything at once."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def readiness(self, redis: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Whether requests can be served: the database must answer, with the right schema; Redis may be away.

        `redis` is what `redis()` said, when it was asked before: to ask one that is away takes two seconds.
        """
        ready, database = self._database()
        has_redis = (redis or self.redis())["status"] == "ok"
        return {
            "ready": ready,
            "status": "ready" if ready and has_redis else "degraded" if ready else "not ready",
            "database": database,
            "redis": "ok" if has_redis else "away: progress is read from PostgreSQL",
        }

    def redis(self) -> dict[str, Any]:
        """One PING."""
        milliseconds = self._wiring.progress.ping()
        if milliseconds is None:
            return {"status": "away", "detail": "Redis does not answer; jobs go on, see REDIS_URL"}
        return {"status": "ok", "milliseconds": round(milliseconds, 2)}

    def workers(self) -> list[dict[str, Any]]:
        """Workers and beats that were heard within an hour, and whether they still are."""
        with self._wiring.db.begin() as tx:
            ticks = jobs.list_ticks(tx)
        return [{**asdict(tick), "alive": tick.silent_seconds < _SILENT_AFTER[tick.role]} for tick in ticks]

    def is_alive(self, role: str, host: str) -> bool:
        """Whether beat, or a worker of this host, was heard lately. Of beats there is one, wherever it runs."""
        return any(
            heard["alive"] and heard["role"] == role and (role == "beat" or heard["worker"].rpartition("-")[0] == host)
            for heard in self.workers()
        )

    def silence(self, role: str, host: str, pid: int) -> float | None:
        """Seconds since a worker was heard, or beat, wherever it runs; None when it was not within an hour.

        While no worker is alive nobody hears beat: it counts as heard then.
        """
        heard = self.workers()
        if role == "beat" and not any(one["alive"] and one["role"] == "worker" for one in heard):
            return 0.0
        name = "beat" if role == "beat" else f"{host}-{pid}"
        return next((float(one["silent_seconds"]) for one in heard if one["worker"] == name), None)

    def stats(self) -> dict[str, Any]:
        """Counts of channels, videos and jobs, and units spent today."""
        channels = asdict(self._wiring.catalog.counts(AT_A_GLANCE))
        videos = asdict(self._wiring.videos.counts())
        counted = self._wiring.jobs.counted()
        return {
            "total_videos": videos["videos"],
            "total_channels": channels["channels"],
            "channels_with_metadata": channels["with_metadata"],
            "active_api_keys": sum(key.is_active for key in self._wiring.keys.listed()),
            "pending_jobs": counted["pending"],
            "running_jobs": counted["running"],
            "completed_jobs_today": self._completed_today(),
            "channels": channels,
            "videos": videos,
            "jobs": counted,
            "units_today": self._units_today(),
        }

    def _completed_today(self) -> int:
        """Since midnight UTC."""
        midnight = self._wiring.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        with self._wiring.db.begin() as tx:
            return int(tx.execute(Q["count_completed_since"], {"since": midnight}).scalar_one())

    def _units_today(self) -> dict[str, dict[str, int]]:
        usage = self._wiring.keys.usage()
        return {
            bucket: {
                "used": sum(line.used + line.reserved for line in usage if line.bucket == bucket),
                "left": sum(line.left for line in usage if line.bucket == bucket),
            }
            for bucket in sorted({line.bucket for line in usage})
        }

    def _database(self) -> tuple[bool, str]:
        try:
            with self._wiring.db.begin() as tx:
                return migrations.standing(tx)
        except DBAPIError:
            return False, "away"
