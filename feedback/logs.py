"""Logs as JSON lines: an event and ids as fields, masked against anything that looks like contact data.

The standard library's logging carries them: a log library would cost a tenth of the web's start (docs/adr/0011).
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\w-])(?:\+84|0)(?:[\s.-]?\d){8,10}(?![\w-])")


class Log:
    """Where one part of the service writes what happened."""

    def __init__(self, part: str) -> None:
        """`part` is the module's name."""
        self._logger = logging.getLogger(part)

    def info(self, event: str, **fields: object) -> None:
        """Something that an operator may want to see."""
        self._logger.info(event, extra={"fields": fields})

    def warning(self, event: str, **fields: object) -> None:
        """Something that mends itself, or is retried."""
        self._logger.warning(event, extra={"fields": fields})

    def error(self, event: str, **fields: object) -> None:
        """Something that somebody must look at."""
        self._logger.error(event, extra={"fields": fields})

    def exception(self, event: str, **fields: object) -> None:
        """Like `error`, with the trace of the exception being handled: file names and lines, not its message."""
        self._logger.error(event, extra={"fields": fields}, exc_info=True)


class JsonLines(logging.Formatter):
    """One JSON object a record. Of an exception it keeps the kind and the places, never the message."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "part": record.name,
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["places"] = _places(record)
        return json.dumps(_masked(line), ensure_ascii=False)


def _masked(value: object) -> object:
    """The value as JSON holds it. Masked before it is written: a mask over the written line could cut an escape."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): _masked(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return _CONTACT.sub("***", str(value))


def _places(record: logging.LogRecord) -> list[str]:
    places, trace = [], record.exc_info[2] if record.exc_info else None
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places


def configure_logging(level: str) -> None:
    """Send our events and those of libraries to standard error; `level` is a name such as INFO."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
