"""Personal data that its form gives away: telephone numbers, identity cards, e-mail addresses."""

from __future__ import annotations

import re

Found = tuple[int, int, str]

# Digits may stand apart: 0912 345 678, 0912.345.678, (024) 3943 8231, +84-912-345-678.
_GAP = r"[ .()\-\u2010-\u2015\u00a0]{0,2}"
_FIRM_GAP = r"[ .\-\u2010-\u2015\u00a0]"
_START, _END = r"(?<![\w.,])", r"(?!\w)"
_NO_DATE = r"(?!\d\d[./-]\d\d[./-]\d{4})"
# In this order: what a card's number covers is not also a telephone's.
_SORTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (
        "cccd",
        re.compile(
            rf"{_START}(?:0\d{{11}}|0\d{{3}}(?:{_FIRM_GAP}\d{{4}}){{2}}|0\d{{2}}(?:{_FIRM_GAP}\d{{3}}){{3}})"
            rf"(?!{_FIRM_GAP}?\d){_END}"
        ),
    ),
    (
        "phone",
        re.compile(
            rf"{_START}{_NO_DATE}\(?(?:0|\(?(?:\+|00)?84\)?{_GAP}\(?0?\)?){_GAP}"
            rf"(?:[35789](?:{_GAP}\d){{8}}|2(?:{_GAP}\d){{8,9}}){_END}"
        ),
    ),
)


def find(text: str) -> list[Found]:
    """Where such data stands in a text, in order: start, end, kind as `vocabulary.PERSONAL_NAMES` names it."""
    found: list[Found] = []
    for kind, pattern in _SORTS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= first or last <= start for first, last, _ in found):
                found.append((start, end, kind))
    return sorted(found)
