"""What training reads, cut up once, and the folds that part it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from classifier.bodies import load_bodies
from classifier.dataset import Comment, WeakDocument, groups, writer
from classifier.judge import KINDS, SCREENS
from classifier.model import Labels, Recipe
from classifier.screened import Phrase, Stopped
from classifier.text import Tokens, analyse, fold

FOLDS = 5
WRITER_FOLDS = 4
Folds = NDArray[np.intp]


@dataclass(frozen=True)
class Screened:
    """Texts that the screen must stop, each beside its copy without accents, and phrases typical of a class."""

    texts: Sequence[Stopped] = ()
    plain: Sequence[Tokens] = ()
    folded: Sequence[Tokens] = ()
    phrases: Sequence[Tokens] = ()
    phrase_truth: Sequence[int] = ()

    @property
    def truth(self) -> Labels:
        """The class number of each of `texts`."""
        return np.array([SCREENS.index(text.screen) for text in self.texts], dtype=np.intp)


@dataclass(frozen=True)
class Material:
    """Everything that training reads, cut up once: `plain[i]` and `folded[i]` are `comments[i]` and its copy."""

    comments: Sequence[Comment]
    plain: Sequence[Tokens]
    folded: Sequence[Tokens]
    truth: Labels
    weak: Sequence[Tokens]
    weak_truth: Labels
    screened: Screened = Screened()

    @property
    def kinds(self) -> Labels:
        """The number of each comment's kind, -1 where nobody told it."""
        return np.array([KINDS.index(c.kind) if c.kind else -1 for c in self.comments], dtype=np.intp)

    @property
    def every_plain(self) -> list[Tokens]:
        """The comments, then the texts to be stopped."""
        return [*self.plain, *self.screened.plain]

    @property
    def every_folded(self) -> list[Tokens]:
        """The copies of `every_plain`."""
        return [*self.folded, *self.screened.folded]


def labels() -> tuple[str, ...]:
    """The bodies' codes in class-number order."""
    return tuple(load_bodies())


def prepare(
    comments: Sequence[Comment],
    weak: Iterable[WeakDocument],
    stopped: Sequence[Stopped] = (),
    phrases: Iterable[Phrase] = (),
) -> Material:
    """Cut up `comments`, their accent-stripped copies, the `weak` documents and theirs, and what the screen learns."""
    number = {code: index for index, code in enumerate(labels())}
    documents, sayings = list(weak), list(phrases)
    return Material(
        comments=comments,
        plain=[analyse(c.text) for c in comments],
        folded=[analyse(fold(c.text)) for c in comments],
        truth=np.array([number[c.body] for c in comments], dtype=np.intp),
        weak=[analyse(text) for d in documents for text in (d.text, fold(d.text))],
        weak_truth=np.array([number[d.body] for d in documents for _ in range(2)], dtype=np.intp),
        screened=Screened(
            texts=stopped,
            plain=[analyse(text.comment.text) for text in stopped],
            folded=[analyse(fold(text.comment.text)) for text in stopped],
            phrases=[analyse(text) for saying in sayings for text in (saying.text, fold(saying.text))],
            phrase_truth=[SCREENS.index(saying.screen) for saying in sayings for _ in range(2)],
        ),
    )


def splits(material: Material, recipe: Recipe) -> dict[str, Folds]:
    """Fold numbers of the comments and then of the stopped texts, by name of the split.

    By persona and near-duplicate, and by the writer's hand when there are several: a fold holds all of some hands.
    """
    stopped = [text.comment for text in material.screened.texts]
    by_group = np.concatenate(
        [_grouped(material.comments, material.truth, recipe), _grouped(stopped, material.screened.truth, recipe)]
    )
    names, hands = np.unique([writer(c) for c in [*material.comments, *stopped]], return_inverse=True)
    return {"by_group": by_group} | ({"by_writer": _dealt(hands)} if len(names) > 1 else {})


def _dealt(hands: Folds) -> Folds:
    """Folds of whole hands: the largest first, each to the fold that has least so far."""
    sizes = np.bincount(hands)
    loads = np.zeros(min(WRITER_FOLDS, len(sizes)), dtype=np.intp)
    fold_of = np.zeros(len(sizes), dtype=np.intp)
    for hand in np.argsort(-sizes, kind="stable"):
        fold_of[hand] = loads.argmin()
        loads[fold_of[hand]] += sizes[hand]
    return np.asarray(fold_of[hands])


def _grouped(comments: Sequence[Comment], truth: Labels, recipe: Recipe) -> Folds:
    numbers = np.zeros(len(comments), dtype=np.intp)
    if len(comments):
        splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=recipe.seed)
        for number, (_, held) in enumerate(splitter.split(numbers, truth, groups(comments))):
            numbers[held] = number
    return numbers
