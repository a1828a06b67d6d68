"""/health, /livez, /readyz, /metrics and the overviews under /api."""

from typing import Any

from flask import Response, g, jsonify, request
from flask_openapi3 import APIBlueprint, Tag

from app.broker import QUEUES
from app.jobs.routes import job_json
from app.keys.routes import key_json
from app.system import answers
from app.system.service import System
from app.wiring import Wiring

_TAG = Tag(name="system", description="How the system is")
_RECENT = 10
_RETRY_SECONDS = "5"
_START_A_WORKER = f"start one with `celery --app workers.run worker --queues {','.join(QUEUES)}`"


def make_blueprint(wiring: Wiring) -> APIBlueprint:
    """The routes of this room."""
    system = System(wiring)
    room = APIBlueprint("system", __name__, abp_tags=[_TAG])

    @room.get("/livez", responses=answers.LIVE)
    def livez() -> Response:
        """This process answers."""
        return jsonify({"status": "ok"})

    @room.get("/readyz", responses=answers.READY)
    def readyz() -> Response:
        """Requests can be served; 503 while they cannot, and why. Without Redis they can: the status is `degraded`."""
        return _ready(system.readiness())

    @room.get("/health", responses=answers.HEALTH)
    def health() -> Response:
        """The same under the name that is widely known."""
        return _ready({**system.readiness(), "timestamp": wiring.clock.now()})

    @room.get("/metrics", responses=answers.METRICS)
    def metrics() -> Response:
        """Counts for Prometheus, in OpenMetrics where that is asked for."""
        told, content_type = wiring.metrics.exposition(request.headers.get("Accept", ""), wiring.doorbell.lengths)
        return Response(told, content_type=content_type)

    @room.get("/api/stats", responses=answers.STATS)
    def stats() -> Response:
        """Channels, jobs, units of today."""
        return jsonify(system.stats())

    @room.get("/api/system-status", responses=answers.OVERVIEW)
    def system_status() -> Response:
        """Everything at a glance."""
        return jsonify(_overview(wiring, system))

    @room.get("/api/redis-test", responses=answers.REDIS)
    def redis_test() -> Response:
        """Does Redis answer, and how fast."""
        return jsonify(system.redis())

    @room.get("/api/worker-status", responses=answers.WORKERS)
    def worker_status() -> Response:
        """Who works, and who fell silent."""
        workers = system.workers()
        alive = [worker for worker in workers if worker["alive"] and worker["role"] == "worker"]
        hint = None if alive else f"no worker is alive: {_START_A_WORKER}"
        return jsonify({"workers": workers, "alive": len(alive), "hint": hint})

    return room


def _ready(readiness: dict[str, Any]) -> Response:
    """What is wrong is told to those who may look; a stranger learns whether it is well."""
    known = g.get("caller") is not None
    answer = jsonify(readiness if known else {name: readiness[name] for name in ("ready", "status")})
    if not readiness["ready"]:
        answer.status_code = 503
        answer.headers["Retry-After"] = _RETRY_SECONDS
    return answer


def _overview(wiring: Wiring, system: System) -> dict[str, Any]:
    usage = wiring.keys.usage()
    recent = wiring.jobs.listed(status=None, before=None, limit=_RECENT)
    redis = system.redis()
    return {
        **system.readiness(redis),
        "environment": wiring.settings.environment,
        "timestamp": wiring.clock.now(),
        **system.stats(),
        "workers": system.workers(),
        "redis_status": redis,
        "api_keys": [key_json(key, usage) for key in wiring.keys.listed()],
        "recent_jobs": [job_json(job) for job in recent],
    }
