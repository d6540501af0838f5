"""Logs as JSON lines: an event and ids, masked against anything that looks like contact data."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\w-])(?:\+84|0)(?:[\s.-]?\d){8,10}(?![\w-])")


def mask(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace e-mail addresses and telephone numbers in every text value of a log line."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _CONTACT.sub("***", value)
    return event


class _MaskingFormatter(logging.Formatter):
    """Masks the lines of libraries that log by themselves."""

    def format(self, record: logging.LogRecord) -> str:
        return _CONTACT.sub("***", super().format(record))


def configure_logging(level: str) -> None:
    """Send our events and those of libraries to standard error; `level` is a name such as INFO."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_MaskingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            mask,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
