"""A small model, trained once for all tests of the router."""

from collections import Counter
from pathlib import Path

import pytest

from classifier.dataset import Comment, load_corpus, load_mandates, writer
from classifier.material import Material, prepare
from classifier.model import Recipe
from classifier.router import Router
from classifier.screened import Stopped, load_phrases, load_stopped
from classifier.train import train_on

PER_WRITER = 5


def few_of_each(comments: list[Comment]) -> list[Comment]:
    """PER_WRITER comments of each body from each of the two main writers."""
    taken: Counter[tuple[str, str]] = Counter()
    chosen = []
    for comment in comments:
        key = (comment.body, writer(comment))
        if key[1] in {"w1", "w2"} and taken[key] < PER_WRITER:
            taken[key] += 1
            chosen.append(comment)
    return chosen


def some_stopped(texts: list[Stopped]) -> list[Stopped]:
    """Every third text that the screen must stop."""
    return texts[::3]


@pytest.fixture(scope="session")
def material() -> Material:
    """A small part of the corpus, of the texts to be stopped, the mandates and the phrases of the screen."""
    return prepare(few_of_each(load_corpus()), load_mandates(), some_stopped(load_stopped()), load_phrases())


@pytest.fixture(scope="session")
def model_dir(material: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a small trained model."""
    directory = tmp_path_factory.mktemp("model")
    train_on(material, directory, Recipe(), say=[].append)
    return directory


@pytest.fixture(scope="session")
def router(model_dir: Path) -> Router:
    """A router with the small model."""
    return Router.load(model_dir)
