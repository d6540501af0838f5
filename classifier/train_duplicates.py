"""Trains the judge of duplicates on the hand-written pairs: `python -m classifier.train_duplicates`."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from math import log
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score, precision_score, recall_score
from sklearn.model_selection import GroupKFold

from classifier import company
from classifier.concepts import ASK, PAPER, PERSON, SYSTEM, TROUBLE, WORD, mark, slot_of, syllables
from classifier.dataset import load_corpus, load_lexicon
from classifier.duplicates import MODEL, Judge, Ruling
from classifier.likeness import compare
from classifier.matter import Matter, is_bare, read
from classifier.pairs import FRESH, Pair, implied, load_pairs
from classifier.retelling import BLENDS, copied, turned
from classifier.text import fold, normalise, runs
from classifier.trees import Trees
from classifier.vocabulary import Table, Vocabulary

DIMENSIONS = 64
RAREST_TERM = 4
KNOWN_SHARE = {SYSTEM: 0.7, PAPER: 0.7, TROUBLE: 0.25, ASK: 0.25, PERSON: 0.5, WORD: 0.7}
SALTS = ("one", "two")
WEIGHT_OF_WHOLE = 0.2
WEIGHT_OF_PARTS = 0.4
WEIGHT_OF_BARE = 0.3
WEIGHT_OF_TURNED = 0.4
WEIGHT_OF_COPIES = 0.15
WEIGHT_OF_IMPLIED = 0.5
TREES, DEPTH = 250, 4
SURE_PRECISION = 0.93
SPLITS = 5

Floats = NDArray[np.float64]
Reader = Callable[[str], Matter]


@dataclass(frozen=True)
class Rows:
    """Differences (n, features), answers, weights of the rows, and the matter each grew from."""

    x: Floats
    y: NDArray[np.bool_]
    weight: Floats
    matter: NDArray[np.str_]

    def only(self, chosen: NDArray[np.bool_]) -> "Rows":
        """The rows for which `chosen` is true."""
        return Rows(self.x[chosen], self.y[chosen], self.weight[chosen], self.matter[chosen])


def learn_vocabulary(texts: Sequence[str], phrases: Sequence[str]) -> Vocabulary:
    """Counts over `texts`; meanings over `texts` and `phrases` (duties, systems, procedures)."""
    marked, marked_phrases = [[_marked(text) for text in some] for some in (texts, phrases)]
    documents = [[*tokens, *_neighbours(text)] for tokens, text in zip(marked, texts, strict=True)]
    beside = [[*tokens, *_neighbours(text)] for tokens, text in zip(marked_phrases, phrases, strict=True)]
    counts = Counter(term for document in documents for term in set(document))
    kept = {term: count for term, count in sorted(counts.items()) if count > 1 or " " not in term}
    words = company.learn([*marked, *marked_phrases], DIMENSIONS)
    return Vocabulary(len(documents), kept, _by_texts([*documents, *beside]), words)


def _by_texts(documents: Sequence[Sequence[str]]) -> Table:
    vectoriser = TfidfVectorizer(analyzer=list, min_df=RAREST_TERM, max_df=0.2, sublinear_tf=True)
    vectors = vectoriser.fit_transform(documents)
    svd = TruncatedSVD(min(DIMENSIONS, vectors.shape[1] - 1), random_state=0).fit(vectors)
    terms = vectoriser.get_feature_names_out().tolist()
    return Table(
        {term: row for row, term in enumerate(terms)}, (svd.components_ * vectoriser.idf_).T.astype(np.float32)
    )


def _marked(text: str) -> list[str]:
    return mark(syllables(normalise(text)), bare=is_bare(text))


def _neighbours(text: str) -> list[str]:
    return runs([fold(word) for word in syllables(normalise(text))], 2)


def differences(pairs: Sequence[Pair], vocabulary: Vocabulary) -> Rows:
    """The rows of `pairs` by the whole thesaurus, then of what follows from them, then both by parts of the
    thesaurus, then with a bare side, then told in another order or with the other's words, then of texts copied.

    A near miss is written by changing one fact, so it runs like its original: turned round it does not, nor do
    duplicates that repeat half of the other run unlike, and how alike two run cannot stand for what they say.

    The thesaurus was written by the hand that wrote the pairs: it knows their words better than those of strangers.
    With most phrases forgotten the trees learn to lean on what strangers' words have in common as well.
    """
    more = implied(pairs)
    readers = [(_reader(vocabulary, salt), WEIGHT_OF_PARTS if salt else WEIGHT_OF_WHOLE) for salt in ("", *SALTS)]
    blocks = [
        _block(some, reader, weight * share)
        for reader, weight in readers
        for some, share in ((pairs, 1.0), (more, WEIGHT_OF_IMPLIED))
        if some
    ]
    bare = [replace(pair, text_b=fold(pair.text_b).lower()) for pair in (*pairs, *more)]
    others = [replace(pair, text_b=turned(pair.text_b)) for pair in pairs]
    blended = [replace(pair, text_b=blend(pair.text_a, pair.text_b)) for blend in BLENDS for pair in pairs if pair.same]
    owners = {text: pair for pair in pairs for text in (pair.text_a, pair.text_b)}
    copies = [
        replace(pair, text_a=text, text_b=again(text), same=True)
        for again in (copied, turned)
        for text, pair in owners.items()
    ]
    blocks += [
        _block(bare, _reader(vocabulary, "bare"), WEIGHT_OF_BARE),
        _block([*others, *blended], _reader(vocabulary, "turned"), WEIGHT_OF_TURNED),
        _block(copies, _reader(vocabulary), WEIGHT_OF_COPIES),
    ]
    return Rows(*(np.concatenate([getattr(block, field.name) for block in blocks]) for field in fields(Rows)))


def _block(pairs: Sequence[Pair], reader: Reader, weight: float) -> Rows:
    found = [list(compare(reader(pair.text_a), reader(pair.text_b)).values()) for pair in pairs]
    return Rows(
        x=np.array(found),
        y=np.array([pair.same for pair in pairs], dtype=bool),
        weight=np.full(len(pairs), weight),
        matter=np.array([pair.matter for pair in pairs], dtype=np.str_),
    )


def _reader(vocabulary: Vocabulary, salt: str = "") -> Reader:
    """Reads texts with the whole thesaurus, or with the KNOWN_SHARE of it that `salt` picks."""

    def known(phrase: tuple[str, ...], concept: str) -> bool:
        return not salt or crc32(f"{salt} {' '.join(phrase)}".encode()) < KNOWN_SHARE[slot_of(concept)] * 2**32

    @cache
    def read_once(text: str) -> Matter:
        return read(text, vocabulary, known)

    return read_once


def fit(rows: Rows) -> Trees:
    """Boosted trees, each grown on half of the rows and looking at a fifth of the differences at each step."""
    model = GradientBoostingClassifier(
        n_estimators=TREES, max_depth=DEPTH, learning_rate=0.04, subsample=0.5, max_features=0.2,
        min_samples_leaf=20, random_state=0,
    )  # fmt: skip
    model.fit(rows.x, rows.y, sample_weight=rows.weight)
    share = float(np.average(rows.y, weights=rows.weight))
    grown = [_complete(stage[0].tree_) for stage in model.estimators_]
    feature, cut, gain = (np.array(part) for part in zip(*grown, strict=True))
    return Trees(feature, cut, gain * model.learning_rate, round(log(share / (1 - share)), 6))


def _complete(tree: Any) -> tuple[list[int], list[float], list[float]]:
    """The inner nodes' features and cuts and the leaves' values of a grown `tree`, each shorter branch drawn out."""
    level, feature, cut = [0], list[int](), list[float]()
    for _ in range(DEPTH):
        leaf = [tree.children_left[node] < 0 for node in level]
        feature += [0 if ends else int(tree.feature[node]) for node, ends in zip(level, leaf, strict=True)]
        cut += [0.0 if ends else float(tree.threshold[node]) for node, ends in zip(level, leaf, strict=True)]
        level = [
            node if ends else int(side[node])
            for node, ends in zip(level, leaf, strict=True)
            for side in (tree.children_left, tree.children_right)
        ]
    return feature, cut, [float(tree.value[node][0][0]) for node in level]


def out_of_fold(rows: Rows, originals: int) -> Floats:
    """For the first `originals` rows, the score by trees that saw no row of the same matter."""
    scores: Floats = np.empty(originals)
    matters = rows.matter[:originals]
    for _, held in GroupKFold(SPLITS, shuffle=True, random_state=0).split(matters, groups=matters):
        unseen = np.isin(rows.matter, matters[held])
        scores[held] = scores_of(fit(rows.only(~unseen)), rows.x[held])
    return scores


def scores_of(trees: Trees, x: Floats) -> Floats:
    """The score of each row of differences."""
    return np.array([trees.score(row) for row in x])


def choose(scores: Floats, y: NDArray[np.bool_]) -> tuple[float, float]:
    """The threshold with the best F1, and the lowest from which SURE_PRECISION holds."""
    steps = np.arange(0.30, 0.96, 0.01)
    best = max(steps, key=lambda step: (round(f1_score(y, scores >= step, zero_division=0), 4), -abs(step - 0.5)))
    held = [step for step in steps if precision_score(y, scores >= step, zero_division=0) >= SURE_PRECISION]
    return round(float(best), 2), round(float(min(held, default=steps[-1])), 2)


def figures(scores: Floats, y: NDArray[np.bool_], threshold: float, sure: float) -> dict[str, float]:
    """F1, precision and recall at `threshold`; precision and recall at `sure`."""
    same, shown = scores >= threshold, scores >= sure
    return {
        "f1": round(f1_score(y, same, zero_division=0), 3),
        "precision": round(precision_score(y, same, zero_division=0), 3),
        "recall": round(recall_score(y, same, zero_division=0), 3),
        "sure_precision": round(precision_score(y, shown, zero_division=0), 3),
        "sure_recall": round(recall_score(y, shown, zero_division=0), 3),
    }


def train(
    pairs: Sequence[Pair], vocabulary: Vocabulary, fresh: Sequence[Pair] = ()
) -> tuple[Ruling, dict[str, object]]:
    """What is learnt from all `pairs`, never from the `fresh`, on which it is judged as it is kept.

    The figures on the test part are by trees and thresholds from the other parts alone.
    """
    rows, names = differences(pairs, vocabulary), _names_of(pairs[0], vocabulary)
    tests = np.array([pair.fold == "test" for pair in pairs])
    originals = np.arange(len(rows.y)) < len(pairs)
    apart = np.isin(rows.matter, rows.matter[: len(pairs)][tests])
    tried, held = rows.only(~apart), rows.only(originals & apart)
    number = int((~apart[: len(pairs)]).sum())
    scores = out_of_fold(tried, number)
    threshold, sure = choose(scores, tried.y[:number])
    judged = scores_of(fit(tried), held.x)
    everything = out_of_fold(rows, len(pairs))
    answers = rows.y[: len(pairs)]
    chosen = choose(everything, answers)
    folds = np.array([pair.fold for pair in pairs])
    report: dict[str, object] = {
        "pairs": {"development": number, "test": int(apart[: len(pairs)].sum()), "all": len(pairs)},
        "development_out_of_fold": figures(scores, tried.y[:number], threshold, sure),
        "test": figures(judged, held.y, threshold, sure),
        "test_right_by_kind": _by_kind(
            [pair.kind for pair, out in zip(pairs, apart, strict=False) if out], (judged >= threshold) == held.y
        ),
        "all_out_of_fold": figures(everything, answers, *chosen),
        "all_out_of_fold_by_part": {
            part: figures(everything[folds == part], answers[folds == part], *chosen) for part in sorted(set(folds))
        },
    }
    ruling = Ruling(names, fit(rows), *chosen)
    if fresh:
        report["fresh"] = _figures_of(ruling, fresh, vocabulary)
    return ruling, report


def _figures_of(ruling: Ruling, pairs: Sequence[Pair], vocabulary: Vocabulary) -> dict[str, float]:
    judge = Judge(ruling, vocabulary)
    scores = np.array([judge.same(pair.text_a, pair.text_b).score for pair in pairs])
    return figures(scores, np.array([pair.same for pair in pairs]), ruling.threshold, ruling.sure)


def _names_of(pair: Pair, vocabulary: Vocabulary) -> list[str]:
    return list(compare(read(pair.text_a, vocabulary), read(pair.text_b, vocabulary)))


def _by_kind(kinds: Sequence[str], right: NDArray[np.bool_]) -> dict[str, float]:
    return {kind: round(float(right[np.array(kinds) == kind].mean()), 3) for kind in sorted(set(kinds))}


def write(ruling: Ruling, vocabulary: Vocabulary, figures: dict[str, object], path: Path = MODEL) -> None:
    """Keep the judge in `path` as JSON, with the figures it reached."""
    kept = {"figures": figures, "ruling": ruling.to_dict(), "vocabulary": vocabulary.to_dict()}
    path.write_text(json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def main() -> None:
    """Learn from the corpus and the pairs, write the judge, print the figures."""
    texts = [comment.text for comment in load_corpus()]
    vocabulary = learn_vocabulary(texts, [document.text for document in load_lexicon()])
    ruling, reached = train(load_pairs(), vocabulary, load_pairs(FRESH))
    write(ruling, vocabulary, reached)
    print(json.dumps(reached, indent=1))


if __name__ == "__main__":
    main()
