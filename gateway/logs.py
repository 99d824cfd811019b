"""Where log lines go and what they look like: coloured on a terminal, JSON lines anywhere else, on standard error."""

import logging
import logging.config
import sys
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def _uncoloured(_: Any, __: str, event: EventDict) -> EventDict:
    """Without uvicorn's second copy of each message, meant for terminals."""
    event.pop("color_message", None)
    return event


def logger(name: str) -> Any:
    """A logger of the street's own; every line it writes names it."""
    return structlog.get_logger(name)


def configure(level: str) -> None:
    """Once for each process, before anything is logged. `level` is the least that is shown."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": _formatter}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": level.upper()},
        }
    )
    structlog.configure(
        processors=[
            *_SHARED,
            *_renderers(structlog.processors.JSONRenderer(serializer=_json)),
        ],
        # Measured: by way of the standard library's logging, a line for each request is a tenth of what W1 costs.
        wrapper_class=structlog.make_filtering_bound_logger(level.upper()),
        logger_factory=_Text if sys.stderr.isatty() else _Lines,
        cache_logger_on_first_use=True,
    )


class _Lines(structlog.BytesLogger):
    """Writes whole lines of bytes, and is called what its module called it."""

    def __init__(self, name: str) -> None:
        super().__init__(sys.stderr.buffer)
        self.name = name


class _Text(structlog.PrintLogger):
    """The same for a terminal."""

    def __init__(self, name: str) -> None:
        super().__init__(sys.stderr)
        self.name = name


def _json(event: EventDict, **_: Any) -> bytes:
    return orjson.dumps(event, default=repr)


def _json_text(event: EventDict, **_: Any) -> str:
    return _json(event).decode()


def _renderers(as_json: Processor) -> list[Processor]:
    """Tracebacks without the values in them: those may be anybody's password or token."""
    if sys.stderr.isatty():
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, as_json]


def _formatter(*_: Any, **__: Any) -> logging.Formatter:
    """For what libraries and the house log by way of the standard library."""
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *_renderers(structlog.processors.JSONRenderer(serializer=_json_text)),
        ],
        foreign_pre_chain=(*_SHARED, _uncoloured),
    )
