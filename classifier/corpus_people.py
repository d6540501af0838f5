"""Personal data in the corpus that could be somebody's: the rule of docs/labelling.md, "Made-up data"."""

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from classifier.personal.words import words
from classifier.redact import Span, find
from classifier.text import fold, nfc

NOT_PERSONAL = Path(__file__).parent / "data" / "not_personal.csv"
NUMBERS = frozenset({"phone", "cccd", "bank_account", "tax_code", "plate"})
SEQUENCE = "01234567890123456789"
PREFIX = 3
SHORT = 3

_NOT_DIGIT = re.compile(r"\D")
_RESERVED_MAIL = re.compile(r"[@.](?:example|test|invalid)(?:\.(?:com|org|net|vn))?$|@example\.(?:com|org|net)$")


def real_looking(text: str) -> Iterator[str]:
    """The pieces of `text` that point to one person and are not made up by the rule."""
    for span in find(text):
        said = nfc(text)[span.start : span.end]
        if said.lower() not in _known() and _points_to_somebody(span, said):
            yield f"{span.type} {said!r}"


def _points_to_somebody(span: Span, said: str) -> bool:
    if span.type in NUMBERS:
        return not is_made_up_number(said)
    if span.type == "email":
        return not _RESERVED_MAIL.search(said.lower())
    return is_full_name(said) if span.type == "person_name" else is_house(said)


def is_made_up_number(said: str) -> bool:
    """Whether all digits after the first PREFIX are one digit again and again, or count upwards from any digit."""
    tail = _NOT_DIGIT.sub("", said)[PREFIX:]
    return len(set(tail)) <= 1 or tail in SEQUENCE


def is_full_name(said: str) -> bool:
    """Whether `said` is a surname with what follows it; a name alone ("anh Tý") points to nobody.

    Without capitals only the surnames that are no other word count.
    """
    first, *rest = said.lower().split()
    surnames = words("surname") if said.istitle() else words("sure_surname")
    return bool(rest) and (first in surnames or fold(first) in words("sure_surname"))


def is_house(said: str) -> bool:
    """Whether `said` has a number and a name beside it, or says more than three words; not "nhà 2 tỷ"."""
    units = said.split()
    named = any(unit[0].isupper() for unit in units)
    return any(map(str.isdigit, said)) and (named or len(units) > SHORT)


@cache
def _known() -> frozenset[str]:
    """What looks like personal data and is a place, an office or an ordinary phrase; the file says which."""
    with NOT_PERSONAL.open(encoding="utf-8", newline="") as source:
        return frozenset(row["words"].lower() for row in csv.DictReader(source))
