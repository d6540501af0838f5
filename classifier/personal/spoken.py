"""Numbers read out in words: "không chín một hai …", also mixed with digits."""

import re
from collections.abc import Iterator

from classifier.personal.shapes import is_identity, is_phone
from classifier.personal.view import Span, View

_DIGITS = {
    "khong": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5",
    "sau": "6", "bay": "7", "tam": "8", "chin": "9", "linh": "0", "zero": "0",
}  # fmt: skip
_WORD = rf"\b(?:{'|'.join(_DIGITS)}|\d{{1,4}})\b"
_RUN = re.compile(rf"{_WORD}(?:[ ,.\-\n]{{1,3}}{_WORD}){{5,}}")
_HINT = re.compile(r"khong[ ,.\-\n]{1,3}(?:khong|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|\d)")
_TOKEN = re.compile(r"[a-z]+|\d+")
_LEAST_WORDS = 2
_LENGTHS = (12, 11, 10)


def find(view: View) -> Iterator[Span]:
    """Phone and identity numbers of `view` that are spelt out."""
    if _HINT.search(view.low):
        for run in _RUN.finditer(view.low):
            yield from _numbers(run)


def _numbers(run: re.Match[str]) -> Iterator[Span]:
    tokens = [(m.start() + run.start(), m.end() + run.start(), m[0]) for m in _TOKEN.finditer(run[0])]
    position = 0
    while position < len(tokens):
        found = _at(tokens[position:])
        if found:
            count, kind = found
            yield Span(tokens[position][0], tokens[position + count - 1][1], kind)
        position += found[0] if found else 1


def _at(tokens: list[tuple[int, int, str]]) -> tuple[int, str] | None:
    """How many `tokens` from the first make one number, and of which type."""
    digits, words, best = "", 0, None
    for count, (_, _, token) in enumerate(tokens, 1):
        digits += _DIGITS.get(token, token)
        words += token in _DIGITS
        if len(digits) > max(_LENGTHS):
            break
        if words >= _LEAST_WORDS and is_phone(digits):
            best = count, "phone"
        elif words >= _LEAST_WORDS and is_identity(digits):
            best = count, "cccd"
    return best
