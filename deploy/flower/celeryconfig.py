"""What Flower must know of Celery to hear the workers: the same as app/broker.py says, and nothing else of it."""

from pathlib import Path

from kombu import Queue

broker_url = Path("/run/secrets/redis_url").read_text(encoding="utf-8").strip()
if broker_url.startswith("rediss://") and "ssl_cert_reqs" not in broker_url:
    broker_url += ("&" if "?" in broker_url else "?") + "ssl_cert_reqs=required"
broker_transport_options = {"global_keyprefix": "tributary:", "priority_steps": [0], "socket_keepalive": True}
task_queues = [Queue(name) for name in ("migration", "metadata", "videos", "discovery", "default")]
