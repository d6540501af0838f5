"""The labelled texts, the weak documents, and the groups that folds must keep together."""

import csv
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

from classifier.bodies import load_bodies
from classifier.text import fold
from classifier.twins import twins

CORPUS = Path(__file__).parent / "corpus"
LEXICON = Path(__file__).parent / "data" / "lexicon.csv"
VALID_SCREEN = "hop_le"
DUPLICATE_COSINE = 0.80


class DatasetError(ValueError):
    """A line of the corpus or of the lexicon breaks the rules of docs/labelling.md."""


@dataclass(frozen=True, slots=True)
class Comment:
    """One labelled text: `body` owes the answer, a fair official would accept `also` as well; `kind` may be unknown."""

    id: str
    text: str
    body: str
    also: tuple[str, ...]
    province: str
    author: str
    kind: str = ""

    @property
    def accepted(self) -> frozenset[str]:
        """Every body that counts as right."""
        return frozenset((self.body, *self.also))


@dataclass(frozen=True, slots=True)
class WeakDocument:
    """Words that describe a body's duties; nobody wrote them as a comment."""

    text: str
    body: str


def load_corpus(directory: Path = CORPUS) -> list[Comment]:
    """Every routing text of `directory/*.jsonl`, by file then line; DatasetError at the first bad one."""
    comments = [c for path in sorted(directory.glob("*.jsonl")) for c in _read(path)]
    identifiers = [comment.id for comment in comments]
    if len(set(identifiers)) != len(identifiers):
        raise DatasetError(f"{directory}: an id is used twice")
    return comments


def _read(path: Path) -> Iterable[Comment]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            if row["screen"] == VALID_SCREEN:
                yield _comment(row)
        except (KeyError, TypeError, ValueError) as error:
            raise DatasetError(f"{path.name}, line {number}: {error}") from error


def _comment(row: dict[str, object]) -> Comment:
    also = row["also"]
    if not isinstance(also, list):
        raise DatasetError("also is not a list")
    comment = Comment(
        id=str(row["id"]),
        text=str(row["text"]),
        body=str(row["body"]),
        also=tuple(map(str, also)),
        province=str(row["province"]),
        author=str(row["author"]),
        kind=str(row.get("kind", "")),
    )
    _check(comment)
    return comment


def _check(comment: Comment) -> None:
    unknown = comment.accepted - load_bodies().keys()
    if unknown:
        raise DatasetError(f"unknown body {sorted(unknown)}")
    if not comment.id or not comment.text.strip():
        raise DatasetError("no id or no text")
    if not unicodedata.is_normalized("NFC", comment.text):
        raise DatasetError(f"{comment.id} is not NFC")


def load_mandates() -> list[WeakDocument]:
    """One document a clause of each body's mandate, one its names."""
    documents = []
    for body in load_bodies().values():
        documents += [WeakDocument(clause.strip(), body.code) for clause in body.mandate.split(";")]
        documents.append(WeakDocument(f"{body.name}, {body.short_name}", body.code))
    return documents


def load_lexicon(path: Path = LEXICON) -> list[WeakDocument]:
    """The hand-written words of each body's tasks, systems, laws and former names."""
    with path.open(encoding="utf-8", newline="") as source:
        documents = [WeakDocument(row["phrase"], row["body"]) for row in csv.DictReader(source)]
    unknown = {document.body for document in documents} - load_bodies().keys()
    if unknown:
        raise DatasetError(f"{path.name}: unknown body {sorted(unknown)}")
    return documents


def writer(comment: Comment) -> str:
    """The hand behind the persona: "w1" of "w1-nong_dan"."""
    return comment.author.partition("-")[0]


def groups(comments: Sequence[Comment]) -> np.ndarray:
    """A group number for each comment: texts of one persona and near-duplicates are never parted by a fold.

    Near are texts of a TF-IDF cosine of DUPLICATE_COSINE, and those that `twins` finds alike, whatever their labels.
    """
    folded = [fold(comment.text.lower()) for comment in comments]
    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit_transform(folded)
    close = (vectors @ vectors.T).tocoo()
    near = close.data >= DUPLICATE_COSINE
    authors = {author: first for first, author in reversed(list(enumerate(c.author for c in comments)))}
    alike = list(twins([comment.text for comment in comments]))
    rows = np.concatenate([close.row[near], [pair.first for pair in alike], np.arange(len(comments))])
    columns = np.concatenate([close.col[near], [pair.second for pair in alike], [authors[c.author] for c in comments]])
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(comments), len(comments)))
    return np.asarray(connected_components(graph, directed=False)[1])
