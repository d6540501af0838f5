"""Learning from officials: labels become training rows without personal data; a tenth stays frozen to test by."""

import hashlib
import json
import re
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifier import redact
from classifier.dataset import Comment, groups, load_corpus, load_lexicon, load_mandates
from classifier.material import prepare
from classifier.model import Recipe
from classifier.screened import load_phrases, load_stopped
from classifier.train import train_on

HELD_OUT = Path(__file__).parent / "held_out" / "unseen.jsonl"
FROZEN_ONE_IN = 10
_WORD = re.compile(r"\w\w")
HAND = "official"  # the writer of all labelled comments: one of the hands that calibration leaves out in turn


@dataclass(frozen=True, slots=True)
class Lesson:
    """A comment that an official labelled with `body`; `is_recent` marks the last month."""

    id: str
    text: str
    body: str
    is_recent: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A text to test by: `part` is "held_out" for ours, "labels" for a frozen label."""

    text: str
    body: str
    accepted: frozenset[str]
    part: str
    is_recent: bool = False


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training took: rows learned from, wall-clock and processor seconds, peak memory of this process in MB."""

    corpus_rows: int
    label_rows: int
    seconds: float
    cpu_seconds: float
    peak_memory_mb: float


def is_frozen(identifier: str) -> bool:
    """Whether a labelled comment is for testing for ever: decided by its id, before anybody knows its label."""
    digest = hashlib.sha256(f"frozen:{identifier}".encode()).hexdigest()
    return int(digest[:8], 16) % FROZEN_ONE_IN == 0


def impersonal(text: str) -> str:
    """`text` in NFC without its personal data, so that no name or number becomes a term of the model."""
    shown = redact.redact(text)
    for placeholder in redact.PLACEHOLDERS.values():
        shown = shown.replace(placeholder, " ")
    return shown


def frozen_set(lessons: Sequence[Lesson]) -> list[Case]:
    """The held-out texts that nobody tuned on, and the frozen tenth of the labels."""
    return [*_held_out(), *(_case(lesson) for lesson in lessons if is_frozen(lesson.id))]


def _held_out() -> list[Case]:
    rows = map(json.loads, HELD_OUT.read_text(encoding="utf-8").splitlines())
    return [Case(row["text"], row["body"], frozenset([row["body"], *row["also"]]), "held_out") for row in rows]


def _case(lesson: Lesson) -> Case:
    return Case(lesson.text, lesson.body, frozenset([lesson.body]), "labels", lesson.is_recent)


def rows_to_learn(lessons: Sequence[Lesson]) -> list[Comment]:
    """Training rows of the labels that are not frozen, nor near-duplicates of one that is.

    Each has an author of its own, so that folds keep together near-duplicates and nothing else.
    """
    told = [(lesson, comment) for lesson in lessons if _WORD.search((comment := _comment(lesson)).text)]
    if not told:
        return []
    numbers = groups([comment for _, comment in told]).tolist()
    closed = {number for number, (lesson, _) in zip(numbers, told, strict=True) if is_frozen(lesson.id)}
    return [comment for number, (_, comment) in zip(numbers, told, strict=True) if number not in closed]


def _comment(lesson: Lesson) -> Comment:
    return Comment(
        id=f"label-{lesson.id}",
        text=impersonal(lesson.text),
        body=lesson.body,
        also=(),
        province="",
        author=f"{HAND}-{lesson.id}",
    )


def retrain(lessons: Sequence[Lesson], directory: Path, say: Callable[[str], None]) -> Trained:
    """Train on the corpus and the labels, write the model into `directory`, and say what it took."""
    began, cpu = time.perf_counter(), time.process_time()
    corpus, learned = load_corpus(), rows_to_learn(lessons)
    say(f"{len(learned)} labels")
    weak = [*load_mandates(), *load_lexicon()]
    material = prepare([*corpus, *learned], weak, load_stopped(), load_phrases())
    train_on(material, directory, Recipe(), say)
    return Trained(
        corpus_rows=len(corpus),
        label_rows=len(learned),
        seconds=round(time.perf_counter() - began, 1),
        cpu_seconds=round(time.process_time() - cpu, 1),
        peak_memory_mb=round(peak_memory() / 1e6, 1),
    )


def peak_memory() -> float:
    """The most memory that this process ever held, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) if sys.platform == "darwin" else peak * 1024.0
