"""Celery: the messages that knock on a worker's door.

A message names a batch or a job; what is to be done stands in PostgreSQL. A lost, doubled or late message therefore
costs time, never work.
"""

import ssl
import time
from typing import Any
from uuid import UUID

from amqp.exceptions import AMQPError
from amqp.exceptions import NotFound as NoSuchQueue
from celery import Celery
from kombu import Connection
from kombu.exceptions import OperationalError as BrokerError
from kombu.transport import TRANSPORT_ALIASES
from kombu.transport import redis as kombu_redis
from kombu.transport.virtual import QoS
from redis.exceptions import RedisError

from app.config import Settings
from app.logs import logger
from app.traces import origin

QUEUES = ("migration", "metadata", "videos", "discovery", "default")
RUN_BATCH = "tributary.run_batch"
ADVANCE_JOB = "tributary.advance_job"
KEEP = "tributary.keep"
TRACE = "traceparent"
"""The header of a message that names the trace it belongs to."""
# A message that was delivered and not acknowledged is delivered again after this; far longer than any batch may run.
_VISIBILITY_SECONDS = 900
_SOFT_LIMIT, _HARD_LIMIT = 240, 300
_LOUD_SECONDS = 20.0
_LENGTHS_SECONDS = 60.0
_log = logger(__name__)


def make_celery(settings: Settings) -> Celery:
    """The Celery application; every process of one system makes it from the same settings."""
    app = Celery("tributary", broker=settings.broker_url())
    app.conf.update(_transport(settings), **_delivery(), **_limits(settings))
    return app


def _is_amqp(settings: Settings) -> bool:
    return settings.broker_url().startswith("amqp")


def make_sender(settings: Settings) -> Celery:
    """The same application for those who only send: it does not wait for a broker that is away or has frozen.

    The message that is not sent then is sent by the keeper later.
    """
    app = Celery("tributary", broker=settings.broker_url(), set_as_current=False)
    hasty: dict[str, Any] = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
    if _is_amqp(settings):
        hasty |= {"connect_timeout": 1, "read_timeout": 2, "write_timeout": 2}
    else:
        hasty |= {"socket_connect_timeout": 1, "socket_timeout": 2}
    transport = _transport(settings)
    app.conf.update(transport, **_delivery())
    app.conf.broker_transport_options = {**transport["broker_transport_options"], **hasty}
    return app


def _transport(settings: Settings) -> dict[str, Any]:
    return {
        **(_of_rabbitmq(settings) if _is_amqp(settings) else _of_redis(settings)),
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_pool_acquire_timeout": 15,
    }


def _of_rabbitmq(settings: Settings) -> dict[str, Any]:
    """Quorum queues, which outlive a machine of a cluster; workers then count what they hold by themselves.

    A classic queue whose machine is gone cannot even be declared, so that nobody could knock.
    """
    tls = {"broker_use_ssl": {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": None}}  # None: that of the URL
    return {
        # A message counts as sent when RabbitMQ has it.
        "broker_transport_options": {"confirm_publish": True, "client_properties": {"connection_name": "tributary"}},
        "task_default_queue_type": "quorum",
        "task_create_missing_queue_type": "quorum",
        "worker_detect_quorum_queues": True,
        **(tls if settings.broker_url().startswith("amqps") else {}),
    }


def _of_redis(settings: Settings) -> dict[str, Any]:
    return {
        "broker_transport_options": {
            "visibility_timeout": _VISIBILITY_SECONDS,
            # A look for unacknowledged messages is three commands: seldom, because the keeper knocks again long before.
            "unacked_restore_interval": 300,
            "unacked_restore_throttle": 1,
            # An idle worker asks anew this often: messages come no later for it, because the wait blocks, but a worker
            # that is told to stop ends with its wait.
            "polling_interval": settings.broker_poll_seconds,
            "socket_connect_timeout": 5,
            "socket_timeout": 60,
            "socket_keepalive": True,
            "health_check_interval": 25,
            "priority_steps": [0],  # one list for each queue: the other three of kombu would be asked as well
            "global_keyprefix": "tributary:",
            "client_name": "tributary",
        },
        "visibility_timeout": _VISIBILITY_SECONDS,
    }


def _delivery() -> dict[str, Any]:
    return {
        "task_ignore_result": True,  # results are rows
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_retry_on_worker_lost": True,  # bounded, unlike the bare rejection
        "task_annotations": {"*": {"max_retries": 3, "default_retry_delay": 5}},
        # A lost broker must not kill a batch that has paid for its calls. It may be delivered twice then: the second
        # delivery finds it claimed.
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "task_default_queue": "default",
        "task_create_missing_queues": True,
        "accept_content": ["json"],
        "task_serializer": "json",
        "timezone": "UTC",
        "enable_utc": True,
    }


def _limits(settings: Settings) -> dict[str, Any]:
    return {
        "worker_concurrency": settings.celery_concurrency,
        "worker_prefetch_multiplier": 1,
        "task_soft_time_limit": _SOFT_LIMIT,
        "task_time_limit": _HARD_LIMIT,
        # A plain SIGTERM is enough: batches hand back what they have not begun. This is for SIGQUIT.
        "worker_soft_shutdown_timeout": 10,
        "worker_max_tasks_per_child": settings.celery_worker_max_tasks_per_child,
        "worker_max_memory_per_child": settings.celery_worker_max_memory_per_child,
        "worker_hijack_root_logger": False,
        # Each event costs commands, and only Flower listens; likewise what `celery inspect` would need, every minute.
        # That stays off: Flower could end workers with it. /api/worker-status shows them.
        "worker_send_task_events": settings.celery_send_events,
        "worker_enable_remote_control": False,
        "beat_schedule": {"keep": {"task": KEEP, "schedule": 60.0, "options": {"expires": 60}}},
    }


class _Places(kombu_redis.QoS):
    """The places of a worker for messages that it has not acknowledged.

    kombu keeps the place of a message whose acknowledgement fails for good. When Redis is away while all processes end
    their batches, no place is left: the worker never asks for messages again, and so never notices that Redis is back.
    """

    def ack(self, delivery_tag: str) -> None:
        try:
            super().ack(delivery_tag)
        finally:  # Redis delivers it once more, minutes later, and its batch is found done
            QoS.ack(self, delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002 - kombu's words
        try:
            super().reject(delivery_tag, requeue)
        finally:
            QoS.ack(self, delivery_tag)


class _Channel(kombu_redis.Channel):
    QoS = _Places


class Transport(kombu_redis.Transport):
    """Redis as kombu speaks to it, with places that become free also when Redis is away."""

    Channel = _Channel


TRANSPORT_ALIASES |= dict.fromkeys(("redis", "rediss"), f"{__name__}:{Transport.__name__}")


_AWAY = BrokerError, AMQPError, RedisError, OSError


def _waiting(connection: Connection, queue: str) -> int:
    """How many messages wait in a queue."""
    # Not passive on Redis: kombu looks for the queue of a passive one under its name without our prefix. On RabbitMQ
    # passive, on a channel of its own: to declare is to say what kind it is, and to look for none closes the channel.
    if connection.transport.driver_type != "amqp":
        channel: Any = connection.default_channel
        return int(channel.queue_declare(queue=queue, durable=True).message_count)
    connection.ensure_connection(max_retries=1, interval_start=0)  # a channel alone does not connect again
    try:
        with connection.channel() as own:
            channel = own
            return int(channel.queue_declare(queue=queue, passive=True).message_count)
    except NoSuchQueue:
        return 0


class Doorbell:
    """Sends the messages; a broker that is away is noted and left to the keeper, which knocks again."""

    def __init__(self, celery: Celery) -> None:
        self._celery = celery
        self._loud_until: dict[str, float] = {}
        self._lengths: dict[str, int] | None = None
        self._asked_until = 0.0

    def batch(self, batch_id: int, queue: str) -> bool:
        """Knock for a batch; False when the broker cannot be reached."""
        return self._send(RUN_BATCH, batch_id, queue)

    def job(self, job_id: UUID, queue: str) -> bool:
        """Knock for a job whose first batches are to be cut."""
        return self._send(ADVANCE_JOB, str(job_id), queue)

    def is_quiet(self, queue: str) -> bool:
        """Tell whether no message waits in a queue. Raises nothing: a broker that is away is not quiet.

        One that was not is not asked again for a while: it is what a busy worker's queue is all the time.
        """
        if time.monotonic() < self._loud_until.get(queue, 0.0):
            return False
        try:
            with self._celery.connection_or_acquire() as connection:
                quiet = _waiting(connection, queue) == 0
        except _AWAY as error:
            _log.warning("broker_away", error=type(error).__name__)
            return False
        if not quiet:
            self._loud_until[queue] = time.monotonic() + _LOUD_SECONDS
        return quiet

    def lengths(self) -> dict[str, int] | None:
        """Messages in each queue; None when the broker is away. Asked again after a minute: commands may be billed."""
        if time.monotonic() >= self._asked_until:
            self._lengths, self._asked_until = self._ask_lengths(), time.monotonic() + _LENGTHS_SECONDS
        return self._lengths

    def _ask_lengths(self) -> dict[str, int] | None:
        try:
            with self._celery.connection_or_acquire() as connection:
                declare = connection.default_channel.queue_declare
                return {queue: declare(queue=queue, durable=True).message_count for queue in QUEUES}
        except (BrokerError, RedisError, OSError) as error:
            _log.warning("broker_away", error=type(error).__name__)
            return None

    def close(self) -> None:
        """Close the connections."""
        self._celery.close()

    def _send(self, task: str, argument: object, queue: str) -> bool:
        try:
            headers = {TRACE: told} if (told := origin()) else None
            self._celery.send_task(task, args=[argument], queue=queue, headers=headers, retry=False)
        except _AWAY as error:
            _log.warning("broker_away", task=task, argument=argument, error=type(error).__name__)
            return False
        return True
