"""Words that say why a comment cannot wait: a person reads them first, the machine decides nothing by them."""

from collections.abc import Sequence
from dataclasses import dataclass

from classifier.phrases import load_phrases
from classifier.text import Tokens

CUES = ("tinh_mang", "tre_em", "mat_tien", "han_gap", "toan_he_thong")


@dataclass(frozen=True, slots=True)
class Cue:
    """One of CUES (danger to life, a child, money lost, a deadline near, down for everyone) and where it is said.

    [start, end) counts in `nfc(text)`.
    """

    cue: str
    start: int
    end: int


def cues_of(tokens: Tokens, spans: Sequence[tuple[int, int]]) -> tuple[Cue, ...]:
    """The cues of a text in reading order; `spans` are the syllables' places. A denial ("không gấp") is no cue."""
    found = load_phrases("urgency.csv", "cue").find(tokens)
    return tuple(
        Cue(hit.phrase.label, spans[hit.first][0], spans[hit.last - 1][1]) for hit in found if hit.phrase.label
    )
