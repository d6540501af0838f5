"""Vietnamese text as it is stored and as it is searched: NFC, without what no reader can see, and folded."""

from __future__ import annotations

import re
import unicodedata

_ZERO_WIDTH_JOINER = "\u200d"
_KEPT_CONTROLS = frozenset("\n\t")
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(raw: str) -> str:
    """NFC text without control, format, surrogate and unassigned characters; line breaks are kept as `\\n`.

    The zero-width joiner stays where it holds an emoji together; anywhere else it could hide a word from a search.
    """
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.isascii() or not text.isprintable():
        text = "".join(_visible(text))
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


def fold(text: str) -> str:
    """Lower case, đ as d, every accent stripped: what a search compares. Its length may differ from the text's."""
    lowered = text.lower().replace("đ", "d")
    if lowered.isascii():
        return lowered
    decomposed = unicodedata.normalize("NFD", lowered)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if unicodedata.category(c) != "Mn"))
