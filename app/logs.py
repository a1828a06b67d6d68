"""Structured logs: one line an event, JSON for machines, columns for a terminal.

No value that looks like a secret passes: events carry ids and fingerprints, and what libraries say is filtered.
docs/observability.md has the names of all events, and the ids that stand in every line that has to do with them.
"""

import logging
import re
import sys
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any

import structlog

from app.config import Settings, SettingsError, load_settings

# What ends a line, or tells a terminal to do something.
_BREAKS = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
# A Google API key, a token of ours, and the password part of any URL.
_SECRETS = re.compile(
    r"AIza[0-9A-Za-z_\-]{20,}|(?<=trb_)[0-9a-f]{8}_[0-9A-Za-z_\-]{20,}|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)|(?<=[?&]key=)[^&\s\"']+"
)


def redact(text: str) -> str:
    """Blank out whatever has the shape of a key or of a password in a URL."""
    return _SECRETS.sub("***", text)


def set_up_logs(settings: Settings, **always: str) -> None:
    """Send the logs of the application and of its libraries to standard error, in one format.

    `always` stands in every line of this process.
    """
    structlog.configure(
        processors=[*_shared(always), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(make_formatter(settings, **always))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    # httpx tells every request at INFO; ours are counted instead.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def make_formatter(settings: Settings | None = None, **always: str) -> logging.Formatter:
    """The one format, for whoever sets up logging himself, as gunicorn does."""
    try:
        log_format = (settings or load_settings()).log_format
    except SettingsError:  # the application will say what is wrong with them
        log_format = "auto"
    console = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    renderer = structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer(sort_keys=True)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(always),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _redact_values,
            *([_keep_on_one_line] if console else []),  # JSON escapes them by itself
            renderer,
        ],
    )


def _shared(always: dict[str, str]) -> Sequence[structlog.typing.Processor]:
    def say_who(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {**always, **event}

    return [
        say_who,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


@contextmanager
def lines_of(**ids: object) -> Iterator[None]:
    """Every line inside is about these: job, batch, request. What is None is left out."""
    with structlog.contextvars.bound_contextvars(**{name: str(it) for name, it in ids.items() if it is not None}):
        yield


def current_request() -> str | None:
    """The id of the request that is being answered, or that asked for the batch at hand."""
    found: str | None = structlog.contextvars.get_contextvars().get("request")
    return found


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose events carry the bound context (job, batch, worker, request)."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return bound


def _redact_values(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redact(value)
    return event


def _keep_on_one_line(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The name of a file, or a title, must not write lines of its own; tracebacks are ours."""
    for key, value in event.items():
        if isinstance(value, str) and key != "exception":
            event[key] = _BREAKS.sub(lambda found: repr(found[0])[1:-1], value)
    return event
