"""The provinces that forms offer, kept in the process for a minute: a filing must not wait for a list."""

from __future__ import annotations

import time
from dataclasses import dataclass

from feedback.services import bodies

KEEP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """One province: its code, and its name with the former names that people still look for."""

    code: str
    name: str


_kept: dict[str, tuple[float, tuple[Place, ...]]] = {}


def provinces() -> tuple[Place, ...]:
    """All provinces in the order of their names."""
    until, places = _kept.get("provinces", (0.0, ()))
    if until <= time.monotonic() or not places:
        places = tuple(Place(row.code, _with_former_names(row.name, row.merged_from)) for row in bodies.provinces())
        _kept["provinces"] = (time.monotonic() + KEEP_SECONDS, places)
    return places


def codes() -> frozenset[str]:
    """Their codes."""
    return frozenset(place.code for place in provinces())


def _with_former_names(name: str, former: list[str]) -> str:
    return f"{name} (gồm {', '.join(former)})" if former else name
