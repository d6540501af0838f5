"""The field that a comment belongs to: a lexicon of weighted phrases, and what the body's work makes likely."""

import csv
from functools import cache

from classifier.phrases import DATA, load_phrases
from classifier.text import Tokens

OTHER = "K"


def field_of(tokens: Tokens, body: str) -> str:
    """The code of the field with the greatest weight: each phrase counts once, `body` adds what it usually deals with.

    OTHER when no phrase is found and the body is in no list; of equal fields, the one that the text names first.
    """
    phrases = {found.phrase: None for found in load_phrases("fields.csv", "field").find(tokens)}
    weight: dict[str, float] = {}
    for phrase in phrases:
        weight[phrase.label] = weight.get(phrase.label, 0) + phrase.weight
    for field, usual in _of_body().get(body, {}).items():
        weight[field] = weight.get(field, 0) + usual
    return max(weight, key=weight.__getitem__, default=OTHER)


@cache
def _of_body() -> dict[str, dict[str, float]]:
    weights: dict[str, dict[str, float]] = {}
    with (DATA / "field_of_body.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            weights.setdefault(row["body"], {})[row["field"]] = float(row["weight"])
    return weights
