"""Structured logs: one line an event, JSON for machines, columns for a terminal.

No value that looks like a secret passes: events carry ids and fingerprints, and what libraries say is filtered.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from app.config import Settings

# A Google API key, a token of ours, and the password part of any URL.
_SECRETS = re.compile(
    r"AIza[0-9A-Za-z_\-]{20,}|(?<=trb_)[0-9a-f]{8}_[0-9A-Za-z_\-]{20,}|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)|(?<=[?&]key=)[^&\s\"']+"
)


def redact(text: str) -> str:
    """Blank out whatever has the shape of a key or of a password in a URL."""
    return _SECRETS.sub("***", text)


def set_up_logs(settings: Settings) -> None:
    """Send the logs of the application and of its libraries to standard error, in one format."""
    console = settings.log_format == "console" or (settings.log_format == "auto" and sys.stderr.isatty())
    renderer = structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer(sort_keys=True)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _redact_values,
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    # httpx tells every request at INFO; ours are counted instead.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose events carry the bound context (job, batch, worker, request)."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return bound


def _redact_values(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redact(value)
    return event
