"""Seals over the audit log: each lists the events written since the one before, and closes over it by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

START = "0" * 64


@dataclass(frozen=True, slots=True)
class Sealed:
    """One event as a seal holds it."""

    comment_id: UUID
    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Seal:
    """What was in the log below `horizon`, a transaction number, that the seals before do not hold."""

    number: int
    at: datetime
    horizon: int
    events: tuple[Sealed, ...]
    previous: str
    hash: str


class BrokenSeal(ValueError):
    """The seals are not as they were written; `number` is the first that is wrong, counted from 1."""

    def __init__(self, number: int) -> None:
        """Name the seal."""
        super().__init__(f"seal {number} is broken")
        self.number = number


def close(before: Seal | None, *, at: datetime, horizon: int, events: Sequence[Sealed]) -> Seal:
    """The seal after `before` (None for the first) over `events`."""
    number, previous = (before.number + 1, before.hash) if before else (1, START)
    kept = tuple(events)
    return Seal(number, at, horizon, kept, previous, _hash(number, at, horizon, kept, previous))


def to_line(seal: Seal) -> str:
    """A seal as one line of JSON."""
    content = _content(seal.number, seal.at, seal.horizon, seal.events, seal.previous)
    return json.dumps([*content, seal.hash], separators=(",", ":")) + "\n"


def from_lines(lines: Iterable[str]) -> list[Seal]:
    """The seals of a file, checked from the first on; raise BrokenSeal for one that is not as it was written."""
    seals: list[Seal] = []
    for number, line in enumerate(lines, 1):
        before = seals[-1] if seals else None
        try:
            written = _read(line)
        except (ValueError, TypeError, KeyError, IndexError):
            raise BrokenSeal(number) from None
        if written != close(before, at=written.at, horizon=written.horizon, events=written.events):
            raise BrokenSeal(number)
        seals.append(written)
    return seals


def _read(line: str) -> Seal:
    number, at, horizon, events, previous, written = json.loads(line)
    kept = tuple(Sealed(UUID(comment_id), int(sequence), str(one)) for comment_id, sequence, one in events)
    return Seal(int(number), datetime.fromisoformat(at), int(horizon), kept, str(previous), str(written))


def _hash(number: int, at: datetime, horizon: int, events: Sequence[Sealed], previous: str) -> str:
    content = json.dumps(_content(number, at, horizon, events, previous), separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _content(number: int, at: datetime, horizon: int, events: Sequence[Sealed], previous: str) -> list[object]:
    listed = [[str(event.comment_id), event.sequence, event.hash] for event in events]
    return [number, at.isoformat(), horizon, listed, previous]
