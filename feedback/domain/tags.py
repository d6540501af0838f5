"""Tags: words by which officials gather cases, one spelling each."""

from __future__ import annotations

import unicodedata

from feedback.domain.text import clean

SHORTEST, LONGEST = 2, 40
MOST = 20  # of one case
_JOINING = frozenset(" -_./&+")


def tag_of(raw: str) -> str | None:
    """The tag as it is kept: lower case, NFC, single spaces; None when it is none.

    A tag has 2 to 40 letters, digits, spaces and - _ . / & +, and begins with a letter or a digit.
    """
    tag = unicodedata.normalize("NFC", " ".join(clean(raw).split()).lower())
    if not SHORTEST <= len(tag) <= LONGEST or not tag[0].isalnum():
        return None
    return tag if all(character.isalnum() or character in _JOINING for character in tag) else None
