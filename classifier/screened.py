"""The texts that the screen must stop, and the phrases that tell it what to look for."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from classifier.dataset import CORPUS, Comment, DatasetError
from classifier.judge import SCREENS, VALID

LEXICON = Path(__file__).parent / "data" / "screen_lexicon.csv"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that are typical of a screening class; nobody wrote them as a comment."""

    text: str
    screen: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """A text that owes nobody an answer as feedback, and its screening class."""

    comment: Comment
    screen: str


def load_stopped(directory: Path = CORPUS) -> list[Stopped]:
    """Every text of `directory/*.jsonl` that is not valid, by file then line; DatasetError at the first bad one."""
    return [text for path in sorted(directory.glob("*.jsonl")) for text in _read(path)]


def _read(path: Path) -> Iterator[Stopped]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            screen = _known(row["screen"])
            if screen != VALID:
                comment = Comment(str(row["id"]), str(row["text"]), "", (), "", str(row["author"]))
                yield Stopped(comment, screen)
        except (KeyError, TypeError, ValueError) as error:
            raise DatasetError(f"{path.name}, line {number}: {error}") from error


def load_phrases(path: Path = LEXICON) -> list[Phrase]:
    """The hand-written phrases of each screening class; DatasetError for an unknown class."""
    with path.open(encoding="utf-8", newline="") as source:
        return [Phrase(row["phrase"], _known(row["screen"])) for row in csv.DictReader(source)]


def _known(screen: str) -> str:
    if screen not in SCREENS:
        raise DatasetError(f"unknown screen {screen}")
    return screen
