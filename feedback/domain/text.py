"""Vietnamese text as it is stored and as it is searched: NFC, without what no reader can see, and folded."""

from __future__ import annotations

import re
import unicodedata

_ZERO_WIDTH_JOINER = "\u200d"
_KEPT_CONTROLS = frozenset("\n\t")
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_WITHOUT_BREAKS = {ord("\n"): None, ord("\t"): None}
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(raw: str) -> str:
    """NFC text without control, format, surrogate and unassigned characters; line breaks are kept as `\\n`.

    The zero-width joiner stays where it holds an emoji together; anywhere else it could hide a word from a search.
    """
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.translate(_WITHOUT_BREAKS).isprintable():
        # An accent may meet its letter only now that nothing lies between them.
        text = unicodedata.normalize("NFC", "".join(_visible(text)))
    return _BLANK_LINES.sub("\n\n", _SPACES.sub(" ", text)).strip()


def _visible(text: str) -> list[str]:
    kept: list[str] = []
    for place, character in enumerate(text):
        visible = character in _KEPT_CONTROLS or unicodedata.category(character) not in _DROPPED_CATEGORIES
        if visible or (character == _ZERO_WIDTH_JOINER and _between_pictures(text, place)):
            kept.append(character)
    return kept


def _between_pictures(text: str, place: int) -> bool:
    if place == 0 or place + 1 == len(text):
        return False
    return unicodedata.category(text[place - 1]) in {"So", "Mn", "Sk"} and unicodedata.category(text[place + 1]) == "So"


def _plain_letter(code: int) -> str:
    decomposed = unicodedata.normalize("NFD", chr(code).lower().replace("đ", "d"))
    return "".join(character for character in decomposed if unicodedata.category(character) != "Mn")


# Latin letters with marks, and the combining marks themselves: a look-up a character instead of a decomposition.
_PLAIN = {
    code: _plain_letter(code) for block in ((0xC0, 0x250), (0x300, 0x370), (0x1E00, 0x1F00)) for code in range(*block)
}


def fold(text: str) -> str:
    """Lower case, đ as d, every accent stripped: what a search compares. Its length may differ from the text's."""
    folded = text.lower().translate(_PLAIN)
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFD", folded)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if unicodedata.category(c) != "Mn"))
