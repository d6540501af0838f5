"""Counts `ordinary_pairs.csv`: `python -m classifier.personal.count_pairs < corpus.jsonl > ordinary_pairs.csv`."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from classifier.personal.name_cues import BARE_TITLES
from classifier.personal.view import View, look
from classifier.personal.words import bare, words

_CUES = frozenset(
    ["gap", "goi", "la", "ten", "toi", "em", "minh", "vo", "chong", "con", "me", "bo", "thim", "duong", "lh", "he"]
)
_WORD = re.compile(r"[^\W\d_]+")
_LEAST = 2


def count(texts: Iterable[str]) -> dict[str, list[str]]:
    """Folded syllable of a name or cue → the syllables of names that follow it in lower case in the marked `texts`.

    A pair counts from its second time on; behind a word that is only a cue or a title, from its first.
    """
    parts = bare("surname") | words("bare_surname") | words("given") | words("middle")
    titles = BARE_TITLES | (_CUES - parts)
    seen = Counter(pair for text in texts for pair in _pairs(look(text), parts, titles))
    found: dict[str, list[str]] = {}
    for (first, second), times in sorted(seen.items()):
        if times >= (1 if first in titles else _LEAST):
            found.setdefault(first, []).append(second)
    return found


def _pairs(view: View, parts: frozenset[str], titles: frozenset[str]) -> Iterator[tuple[str, str]]:
    if view.is_bare or view.is_flat:
        return
    for one, other in pairwise(_WORD.finditer(view.text)):
        first, second = view.low[one.start() : one.end()], view.low[other.start() : other.end()]
        is_ordinary = other[0].islower() and view.text[one.end() : other.start()] == " "
        if is_ordinary and first in parts | titles and second in parts:
            yield first, second


def main() -> None:
    """Read JSON lines with `text` from standard input; write the table to standard output."""
    pairs = count(json.loads(line)["text"] for line in sys.stdin)
    sys.stdout.write("first,seconds\n")
    sys.stdout.writelines(f"{first},{' '.join(seconds)}\n" for first, seconds in pairs.items())


if __name__ == "__main__":
    main()
