"""Labelled sets of others, as JSON lines with a split: read and refused, never kept."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SPLITS = {"train": "train", "dev": "train", "valid": "train", "validation": "train", "test": "test"}
"""Where the rows of a split go: the recipe tunes nothing on a development split, so that it is learnt from."""


class PublicSetError(ValueError):
    """The set cannot be read, or is not one that can be learnt from."""


@dataclass(frozen=True, slots=True)
class Example:
    """One text with its label."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A named set: what is learnt from, what is tested on."""

    name: str
    train: list[Example] = field(default_factory=list)
    test: list[Example] = field(default_factory=list)

    def add(self, split: str, example: Example) -> None:
        """Put `example` where its `split` belongs."""
        (self.train if SPLITS[split] == "train" else self.test).append(example)


def load(place: Path) -> list[PublicSet]:
    """The sets of a directory; PublicSetError when there is none or a line is bad.

    The directory is one set when it holds train.jsonl and test.jsonl (dev.jsonl if there is one); else each
    *.jsonl in it is a set whose rows name their `split`. A file is such a set by itself.
    """
    if not place.exists():
        raise PublicSetError(f"{place}: no such directory")
    if (place / "train.jsonl").is_file() or (place / "test.jsonl").is_file():
        return [_checked(_by_file(place), place)]
    files = sorted(place.glob("*.jsonl")) if place.is_dir() else [place]
    if not files:
        raise PublicSetError(f"{place}: neither train.jsonl with test.jsonl, nor any *.jsonl whose rows name a split")
    return [_checked(_by_row(file), file) for file in files]


def _checked(found: PublicSet, place: Path) -> PublicSet:
    if not found.train or not found.test:
        raise PublicSetError(f"{place}: nothing to {'test on' if found.train else 'learn from'}")
    if len({example.label for example in found.train}) < 2:
        raise PublicSetError(f"{place}: one label only; there is nothing to tell apart")
    return found


def _by_file(directory: Path) -> PublicSet:
    found = PublicSet(directory.resolve().name)
    for split in ("train", "dev", "test"):
        file = directory / f"{split}.jsonl"
        if file.is_file():
            for _, example in _rows(file):
                found.add(split, example)
        elif split != "dev":
            raise PublicSetError(f"{file}: no such file")
    return found


def _by_row(file: Path) -> PublicSet:
    found = PublicSet(file.stem)
    for number, (split, example) in enumerate(_rows(file), 1):
        if split not in SPLITS:
            raise PublicSetError(f"{file}, line {number}: split is none of {', '.join(SPLITS)}")
        found.add(split, example)
    return found


def _rows(file: Path) -> Iterator[tuple[str, Example]]:
    """The split that each row names ("" for none) and its example."""
    try:
        content = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PublicSetError(f"{file}: cannot be read ({error})") from error
    for number, line in enumerate(content.removesuffix("\n").split("\n"), 1):
        try:
            row = json.loads(line)
            text, label, split = row["text"], row["label"], row.get("split", "")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise PublicSetError(f"{file}, line {number}: not an object with text and label ({error!r})") from error
        if not all(isinstance(value, str) for value in (text, label, split)):
            raise PublicSetError(f"{file}, line {number}: text, label and split must be strings")
        yield split, Example(text, label)
