"""The public bodies that a comment can be routed to, as the project's data file states them."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BODIES = Path(__file__).parent / "data" / "bodies.csv"
PLACE_BOUND = frozenset({"party_local", "local"})


@dataclass(frozen=True, slots=True)
class Body:
    """One routing class. A body of a `PLACE_BOUND` level stands for one body a place."""

    code: str
    name: str
    short_name: str
    level: str
    mandate: str

    @property
    def needs_place(self) -> bool:
        """Whether a place must be known before a comment can be sent to this body."""
        return self.level in PLACE_BOUND


@cache
def load_bodies() -> dict[str, Body]:
    """All bodies by code, in the order of the file."""
    with BODIES.open(encoding="utf-8", newline="") as source:
        return {row["code"]: Body(**row) for row in csv.DictReader(source)}
