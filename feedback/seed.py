"""The catalogues that come with the program: where each lies, and reading one."""

from __future__ import annotations

import csv
from pathlib import Path

from feedback.config import PROJECT_ROOT

CLASSES = PROJECT_ROOT / "classifier" / "data" / "bodies.csv"
PROVINCES = PROJECT_ROOT / "classifier" / "data" / "provinces.csv"
_OURS = PROJECT_ROOT / "feedback" / "data"
GOLDEN = _OURS / "golden_cases.csv"
SPECIAL_DAYS = _OURS / "calendar.csv"
REFUSALS = _OURS / "refusals.csv"
DEADLINES = _OURS / "deadlines.csv"
TEMPLATES = _OURS / "answer_templates.json"
RETENTION = _OURS / "retention.csv"


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a heading."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
