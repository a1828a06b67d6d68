"""/health, /livez, /readyz, /metrics and the overviews under /api."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag

from app.jobs.routes import job_json
from app.keys.routes import key_json
from app.metrics import exposition
from app.system.service import System
from app.wiring import Wiring

_TAG = Tag(name="system", description="How the system is")
_RECENT = 10


def make_blueprint(wiring: Wiring) -> APIBlueprint:
    """The routes of this room."""
    system = System(wiring)
    room = APIBlueprint("system", __name__, abp_tags=[_TAG])

    @room.get("/livez")
    def livez() -> Response:
        """This process answers."""
        return jsonify({"status": "ok"})

    @room.get("/readyz")
    def readyz() -> tuple[Response, int]:
        """Requests can be served; 503 while they cannot."""
        readiness = system.readiness()
        return jsonify(readiness), 200 if readiness["ready"] else 503

    @room.get("/health")
    def health() -> tuple[Response, int]:
        """The same under the name that is widely known."""
        return readyz()  # type: ignore[no-any-return]  # the decorator hides the type

    @room.get("/metrics")
    def metrics() -> Response:
        """Counts for Prometheus."""
        return Response(exposition(system.stats()), content_type="text/plain; version=0.0.4; charset=utf-8")

    @room.get("/api/stats")
    def stats() -> Response:
        """Channels, jobs, units of today."""
        return jsonify(system.stats())

    @room.get("/api/system-status")
    def system_status() -> Response:
        """Everything at a glance."""
        return jsonify(_overview(wiring, system))

    @room.get("/api/redis-test")
    def redis_test() -> Response:
        """Does Redis answer, and how fast."""
        return jsonify(system.redis())

    @room.get("/api/worker-status")
    def worker_status() -> Response:
        """Who works, and who fell silent."""
        workers = system.workers()
        alive = [worker for worker in workers if worker["alive"] and worker["role"] == "worker"]
        hint = None if alive else "no worker is alive: start one with `celery --app workers.run worker`"
        return jsonify({"workers": workers, "alive": len(alive), "hint": hint})

    return room


def _overview(wiring: Wiring, system: System) -> dict[str, Any]:
    usage = wiring.keys.usage()
    stats = system.stats()
    recent = wiring.jobs.listed(status=None, before=None, limit=_RECENT)
    return {
        **system.readiness(),
        "environment": wiring.settings.environment,
        "timestamp": datetime.now(UTC),
        "total_channels": stats["channels"]["channels"],
        "channels_with_metadata": stats["channels"]["with_metadata"],
        **stats,
        "workers": system.workers(),
        "redis_status": system.redis(),
        "api_keys": [key_json(key, usage) for key in wiring.keys.listed()],
        "recent_jobs": [job_json(job) for job in recent],
    }
