"""Trains the judge of duplicates on the hand-written pairs: `python -m classifier.train_duplicates`."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_score, recall_score
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from classifier.concepts import ASK, PAPER, PERSON, SYSTEM, TROUBLE, mark, slot_of, syllables
from classifier.dataset import load_corpus, load_lexicon
from classifier.duplicates import MODEL, Judge, Weights
from classifier.likeness import compare
from classifier.matter import Matter, is_bare, read
from classifier.text import fold, normalise, runs
from classifier.vocabulary import Vocabulary

_FOLDER = Path(__file__).parent / "corpus_pairs"
PAIRS = (_FOLDER / "pairs.jsonl", _FOLDER / "voices.jsonl")
UNSEEN = _FOLDER / "unseen.jsonl"  # never learnt from
DIMENSIONS = 64
RAREST_TERM = 4
KNOWN_SHARE = {SYSTEM: 0.7, PAPER: 0.7, TROUBLE: 0.25, ASK: 0.25, PERSON: 0.5}
SALTS = ("one", "two")
WEIGHT_OF_WHOLE = 0.2
WEIGHT_OF_PARTS = 0.4
WEIGHT_OF_BARE = 0.3
WEIGHT_OF_COPIES = 0.15
SMOOTHING = 0.2
SURE_PRECISION = 0.95
SPLITS = 8

Floats = NDArray[np.float64]
Reader = Callable[[str], Matter]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two comments written by hand; `matter` names the trouble they grew from, `fold` is dev, test or unseen."""

    text_a: str
    text_b: str
    same: bool
    kind: str
    matter: str
    fold: str


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


def load_pairs(*paths: Path) -> list[Pair]:
    """The pairs of `paths`, by default of PAIRS, in order; KeyError or ValueError when a line breaks their form."""
    texts = [path.read_text(encoding="utf-8") for path in paths or PAIRS]
    rows = [json.loads(line) for text in texts for line in text.splitlines()]
    names = Pair.__slots__
    return [Pair(**{name: row[name] for name in names}) for row in rows]


def learn_vocabulary(texts: Sequence[str], phrases: Sequence[str]) -> Vocabulary:
    """Counts over `texts`; meanings over `texts` and `phrases` (duties, systems, procedures)."""
    documents = [_terms(text) for text in texts]
    counts = Counter(term for document in documents for term in set(document))
    vectoriser = TfidfVectorizer(analyzer=list, min_df=RAREST_TERM, max_df=0.2, sublinear_tf=True)
    vectors = vectoriser.fit_transform([*documents, *map(_terms, phrases)])
    svd = TruncatedSVD(min(DIMENSIONS, vectors.shape[1] - 1), random_state=0).fit(vectors)
    terms = vectoriser.get_feature_names_out().tolist()
    scaled = (svd.components_ * vectoriser.idf_).T.astype(np.float32)
    kept = {term: count for term, count in sorted(counts.items()) if count > 1 or " " not in term}
    return Vocabulary(len(documents), kept, {term: row for row, term in enumerate(terms)}, scaled)


def _terms(text: str) -> list[str]:
    written = syllables(normalise(text))
    return [*mark(written, bare=is_bare(text)), *runs([fold(word) for word in written], 2)]


def differences(pairs: Sequence[Pair], vocabulary: Vocabulary) -> Rows:
    """The rows of `pairs` by the whole thesaurus, then by parts of it, then with a bare side, then of texts copied.

    The thesaurus was written by the hand that wrote the pairs: it knows their words better than those of strangers.
    With most phrases forgotten the weights learn to lean on what strangers' words have in common as well.
    """
    whole = [(pair.text_a, pair.text_b) for pair in pairs]
    bare = [(text_a, fold(text_b).lower()) for text_a, text_b in whole]
    owners = _owners(pairs)
    blocks = [
        _block(whole, pairs, _reader(vocabulary), WEIGHT_OF_WHOLE),
        *(_block(whole, pairs, _reader(vocabulary, salt), WEIGHT_OF_PARTS) for salt in SALTS),
        _block(bare, pairs, _reader(vocabulary, "bare"), WEIGHT_OF_BARE),
    ]
    copies = _block(
        [(text, _copy(text)) for text in owners], list(owners.values()), _reader(vocabulary), WEIGHT_OF_COPIES
    )
    blocks.append(replace(copies, y=np.ones(len(owners), dtype=bool)))
    return Rows(*(np.concatenate([getattr(block, field.name) for block in blocks]) for field in fields(Rows)))


def _block(texts: Sequence[tuple[str, str]], pairs: Sequence[Pair], reader: Reader, weight: float) -> Rows:
    return Rows(
        x=np.array([list(compare(reader(text_a), reader(text_b)).values()) for text_a, text_b in texts]),
        y=np.array([pair.same for pair in pairs]),
        weight=np.full(len(pairs), weight),
        matter=np.array([pair.matter for pair in pairs]),
    )


def _reader(vocabulary: Vocabulary, salt: str = "") -> Reader:
    """Reads texts with the whole thesaurus, or with the KNOWN_SHARE of it that `salt` picks."""

    def known(phrase: tuple[str, ...], concept: str) -> bool:
        return not salt or crc32(f"{salt} {' '.join(phrase)}".encode()) < KNOWN_SHARE[slot_of(concept)] * 2**32

    @cache
    def read_once(text: str) -> Matter:
        return read(text, vocabulary, known)

    return read_once


def _owners(pairs: Sequence[Pair]) -> dict[str, Pair]:
    return {text: pair for pair in pairs for text in (pair.text_a, pair.text_b)}


def _copy(text: str) -> str:
    return f"Kính gửi quý cơ quan. {text} Trân trọng cảm ơn." if len(text) % 2 else fold(text)


def fit(rows: Rows, names: Sequence[str], threshold: float = 0.5, sure: float = 0.5) -> Weights:
    """A logistic regression on the standardised differences, written for the plain ones."""
    scaler = StandardScaler().fit(rows.x)
    model = LogisticRegression(C=SMOOTHING, max_iter=2_000)
    model.fit(scaler.transform(rows.x), rows.y, sample_weight=rows.weight)
    weights = model.coef_[0] / scaler.scale_
    bias = round(float(model.intercept_[0] - weights @ scaler.mean_), 5)
    return Weights({name: round(float(w), 5) for name, w in zip(names, weights, strict=True)}, bias, threshold, sure)


def out_of_fold(rows: Rows, originals: int, names: Sequence[str]) -> Floats:
    """For the first `originals` rows, the score by weights that saw no row of the same matter."""
    scores = np.empty(originals)
    matters = rows.matter[:originals]
    for _, held in GroupKFold(SPLITS, shuffle=True, random_state=0).split(matters, groups=matters):
        unseen = np.isin(rows.matter, matters[held])
        scores[held] = scores_of(fit(rows.only(~unseen), names), rows.x[held], names)
    return scores


def scores_of(weights: Weights, x: Floats, names: Sequence[str]) -> Floats:
    """The score of each row of differences."""
    return np.array([weights.score(dict(zip(names, row, strict=True))) for row in x.tolist()])


def choose(scores: Floats, y: NDArray[np.bool_]) -> tuple[float, float]:
    """The threshold with the best F1, and the lowest from which SURE_PRECISION holds."""
    steps = np.arange(0.30, 0.96, 0.01)
    best = max(steps, key=lambda step: (round(f1_score(y, scores >= step), 4), -abs(step - 0.5)))
    held = [step for step in steps if precision_score(y, scores >= step, zero_division=0) >= SURE_PRECISION]
    return round(float(best), 2), round(float(min(held, default=steps[-1])), 2)


def figures(scores: Floats, y: NDArray[np.bool_], threshold: float, sure: float) -> dict[str, float]:
    """F1, precision and recall at `threshold`; precision and recall at `sure`."""
    same, shown = scores >= threshold, scores >= sure
    return {
        "f1": round(f1_score(y, same), 3),
        "precision": round(precision_score(y, same, zero_division=0), 3),
        "recall": round(recall_score(y, same), 3),
        "sure_precision": round(precision_score(y, shown, zero_division=0), 3),
        "sure_recall": round(recall_score(y, shown), 3),
    }


def train(
    pairs: Sequence[Pair], vocabulary: Vocabulary, unseen: Sequence[Pair] = ()
) -> tuple[Weights, dict[str, object]]:
    """Weights from all `pairs`, never from the `unseen`, which they are judged on as they are kept.

    The figures on the test part are by weights and thresholds from the development part alone.
    """
    rows, names = differences(pairs, vocabulary), _names_of(pairs[0], vocabulary)
    tests = np.array([pair.fold == "test" for pair in pairs])
    originals = np.arange(len(rows.y)) < len(pairs)
    apart = np.isin(rows.matter, rows.matter[: len(pairs)][tests])
    tried, held = rows.only(~apart), rows.only(originals & apart)
    number = int((~tests).sum())
    scores = out_of_fold(tried, number, names)
    threshold, sure = choose(scores, tried.y[:number])
    judged = scores_of(fit(tried, names), held.x, names)
    everything = out_of_fold(rows, len(pairs), names)
    chosen = choose(everything, rows.y[: len(pairs)])
    report: dict[str, object] = {
        "pairs": {"development": number, "test": int(tests.sum())},
        "development_out_of_fold": figures(scores, tried.y[:number], threshold, sure),
        "test": figures(judged, held.y, threshold, sure),
        "test_right_by_kind": _by_kind([p.kind for p in pairs if p.fold == "test"], (judged >= threshold) == held.y),
        "all_out_of_fold": figures(everything, rows.y[: len(pairs)], *chosen),
    }
    weights = fit(rows, names, *chosen)
    if unseen:
        report["unseen"] = _figures_of(weights, unseen, vocabulary)
    return weights, report


def _figures_of(weights: Weights, pairs: Sequence[Pair], vocabulary: Vocabulary) -> dict[str, float]:
    judge = Judge(weights, vocabulary)
    scores = np.array([judge.same(pair.text_a, pair.text_b).score for pair in pairs])
    return figures(scores, np.array([pair.same for pair in pairs]), weights.threshold, weights.sure)


def _names_of(pair: Pair, vocabulary: Vocabulary) -> list[str]:
    return list(compare(read(pair.text_a, vocabulary), read(pair.text_b, vocabulary)))


def _by_kind(kinds: Sequence[str], right: NDArray[np.bool_]) -> dict[str, float]:
    return {kind: round(float(right[np.array(kinds) == kind].mean()), 3) for kind in sorted(set(kinds))}


def write(weights: Weights, vocabulary: Vocabulary, figures: dict[str, object], path: Path = MODEL) -> None:
    """Keep the judge in `path` as JSON, with the figures it reached."""
    kept = {
        "figures": figures,
        "weights": {"of": weights.of, "bias": weights.bias, "threshold": weights.threshold, "sure": weights.sure},
        "vocabulary": vocabulary.to_dict(),
    }
    path.write_text(json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def main() -> None:
    """Learn from the corpus and the pairs, write the judge, print the figures."""
    texts = [comment.text for comment in load_corpus()]
    vocabulary = learn_vocabulary(texts, [document.text for document in load_lexicon()])
    weights, reached = train(load_pairs(), vocabulary, load_pairs(UNSEEN))
    write(weights, vocabulary, reached)
    print(json.dumps(reached, indent=1))


if __name__ == "__main__":
    main()
