"""Trains the judge of duplicates on the hand-written pairs: `python -m classifier.train_duplicates`."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_score, recall_score
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from classifier.concepts import mark, syllables
from classifier.dataset import load_corpus, load_lexicon
from classifier.duplicates import MODEL, Judge, Weights
from classifier.likeness import compare
from classifier.matter import is_bare
from classifier.text import fold, normalise, runs
from classifier.vocabulary import Vocabulary

PAIRS = Path(__file__).parent / "corpus_pairs" / "pairs.jsonl"
DIMENSIONS = 64
RAREST_TERM = 4
SHARE_OF_COPIES = 0.5
SHARE_OF_SELVES = 0.15
SMOOTHING = 1.0
SURE_PRECISION = 0.95
SPLITS = 8

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two comments written by hand; `matter` names the trouble they grew from, `fold` is dev or test."""

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


def load_pairs(path: Path = PAIRS) -> list[Pair]:
    """The pairs of `path`, in order; KeyError or ValueError when a line breaks their form."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
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


def differences(pairs: Sequence[Pair], judge: Judge) -> Rows:
    """The rows of `pairs`, then of each with one side bare of accents, then of each text beside a copy of itself."""
    bare = [Pair(p.text_a, fold(p.text_b).lower(), p.same, p.kind, p.matter, p.fold) for p in pairs]
    selves = [Pair(text, _copy(text), True, "self", p.matter, p.fold) for text, p in _owners(pairs).items()]
    everything = [*pairs, *bare, *selves]
    weights = [1.0] * len(pairs) + [SHARE_OF_COPIES] * len(bare) + [SHARE_OF_SELVES] * len(selves)
    x = [list(compare(judge.read(p.text_a), judge.read(p.text_b)).values()) for p in everything]
    matters = np.array([p.matter for p in everything])
    return Rows(np.array(x), np.array([p.same for p in everything]), np.array(weights), matters)


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
    bias = float(model.intercept_[0] - weights @ scaler.mean_)
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


def train(pairs: Sequence[Pair], vocabulary: Vocabulary) -> tuple[Weights, dict[str, object]]:
    """Weights from all `pairs`; figures on the test half by weights from the development half alone."""
    reader = Judge(Weights({}, 0.0, 0.5, 0.5), vocabulary)
    rows = differences(pairs, reader)
    names = list(compare(reader.read(pairs[0].text_a), reader.read(pairs[0].text_b)))
    halves = np.array([p.fold for p in pairs])
    development = np.isin(rows.matter, rows.matter[: len(pairs)][halves == "dev"])
    tried, sizes = rows.only(development), int((halves == "dev").sum())
    scores = out_of_fold(tried, sizes, names)
    threshold, sure = choose(scores, tried.y[:sizes])
    held = rows.only(np.r_[halves == "test", np.zeros(len(rows.y) - len(pairs), dtype=bool)])
    unseen = scores_of(fit(tried, names), held.x, names)
    everything = out_of_fold(rows, len(pairs), names)
    threshold_all, sure_all = choose(everything, rows.y[: len(pairs)])
    report: dict[str, object] = {
        "development_out_of_fold": figures(scores, tried.y[:sizes], threshold, sure),
        "test": figures(unseen, held.y, threshold, sure),
        "all_out_of_fold": figures(everything, rows.y[: len(pairs)], threshold_all, sure_all),
        "test_right_by_kind": _by_kind([p.kind for p in pairs if p.fold == "test"], (unseen >= threshold) == held.y),
    }
    return fit(rows, names, threshold_all, sure_all), report


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
    weights, reached = train(load_pairs(), vocabulary)
    write(weights, vocabulary, reached)
    print(json.dumps(reached, indent=1))


if __name__ == "__main__":
    main()
