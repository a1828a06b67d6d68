"""How the system is: what answers, who works, what is left to spend."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import migrations
from app.jobs import store as jobs
from app.wiring import Wiring

# A worker ticks every few seconds, beat every minute.
_SILENT_AFTER = {"worker": 30.0, "beat": 180.0}


class System:
    """Looks at everything at once."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def readiness(self) -> dict[str, Any]:
        """Whether requests can be served: the database must answer, with the right schema; Redis may be away."""
        database = self._database()
        redis = "ok" if self._wiring.progress.ping() is not None else "away: progress is read from PostgreSQL"
        ready = database == "ok"
        status = "ready" if ready and redis == "ok" else "degraded" if ready else "not ready"
        return {"ready": ready, "status": status, "database": database, "redis": redis}

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

    def stats(self) -> dict[str, Any]:
        """Counts of channels and jobs, and units spent today."""
        usage = self._wiring.keys.usage()
        return {
            "channels": asdict(self._wiring.catalog.counts()),
            "jobs": self._wiring.jobs.counted(),
            "units_today": {
                bucket: {
                    "used": sum(line.used + line.reserved for line in usage if line.bucket == bucket),
                    "left": sum(line.left for line in usage if line.bucket == bucket),
                }
                for bucket in sorted({line.bucket for line in usage})
            },
        }

    def _database(self) -> str:
        try:
            with self._wiring.db.begin() as tx:
                tx.execute(text("select 1"))
                current = migrations.current(tx)
        except DBAPIError:
            return "away"
        if current != migrations.newest():
            return f"has schema {current}, this version needs {migrations.newest()}: run `python -m app migrate`"
        return "ok"
