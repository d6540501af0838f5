"""A model small enough to know by heart: each body has one word that speaks for it, and nothing else does."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from classifier.artefact import NAME
from classifier.bodies import load_bodies
from classifier.dataset import Comment
from classifier.material import prepare
from classifier.model import Recipe
from classifier.train import train_on

WORDS = {"BKHCN": "sóng", "BCA": "vneid", "UBND_TINH": "khói"}
OTHER_WORDS = {**WORDS, "BKHCN": "vneid", "BCA": "sóng"}
WRITERS = ("w1", "w2")
EACH = 5


def save(directory: Path, words: dict[str, str] = WORDS) -> Path:
    """Write the model into a directory; return its file."""
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / NAME
    draft = directory / f"{NAME}.new"
    draft.write_bytes(_trained(tuple(words.items())))
    return draft.replace(target)


@cache
def _trained(words: tuple[tuple[str, str], ...]) -> bytes:
    """The model's file, trained once a session."""
    with TemporaryDirectory() as directory:
        return train_on(prepare(texts(words), []), Path(directory), Recipe(), say=lambda _: None).read_bytes()


def texts(words: tuple[tuple[str, str], ...] = tuple(WORDS.items())) -> list[Comment]:
    """What it is trained on: texts of one telling word each among words that tell nothing."""
    chosen = dict(words)
    return [
        Comment(
            f"{body}-{writer}-{number}",
            _text(chosen.get(body, f"qz{place}"), writer, number),
            body,
            (),
            "",
            f"{writer}-{body}-{number}",
        )
        for place, body in enumerate(load_bodies())
        for writer in WRITERS
        for number in range(EACH)
    ]


def _text(word: str, writer: str, number: int) -> str:
    own = " ".join(f"{word}{writer}{number}{letter}" for letter in "abcdef")  # in no other text, hence never learnt
    told = word if number else ""  # some tell nothing, so that the model learns to be unsure of such
    return f"{told} {own} qa qb qc"  # the end is shared: each view of the model needs a term to learn
