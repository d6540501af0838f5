"""The words of a text as a search compares them: each with its accents, and without."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from feedback.domain.text import fold

LONGEST_WORD = 100  # characters of a word that are compared; what is longer is no word of any language we serve
_WORD = re.compile(r"[^\W_][^\W_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W_\u0300-\u036f]*)*")
_PLACES = 255  # how many places of one word PostgreSQL keeps
# "hoà" and "hòa" are one word in two spellings: the mark goes where the newer one puts it.
_OLD_TONE = re.compile(r"^(.*)(?:(o)([àáảãạèéẻẽẹ])|(?<!q)(u)([ỳýỷỹỵ]))$")


def words(text: str) -> list[tuple[str, str]]:
    """Every word of `text` in its order, as (lower case with accents, without accents); punctuation is left out."""
    return [_forms(word) for word in _WORD.findall(unicodedata.normalize("NFC", text))]


def vector(*parts: str) -> str:
    """What PostgreSQL reads as a tsvector of the words of these parts, no phrase reaching from one into the next.

    A word with accents stands there twice, with them and without, at one place: so that a search without accents finds
    both, a search with accents finds that word alone, and a phrase may mix the two. Two words that stand one after the
    other are there as a `pair` besides, without a place: few comments have both, though many have either.
    """
    places: dict[str, list[int]] = {}
    pairs: dict[str, None] = {}
    place = 0
    for part in parts:
        before = ""
        for exact, folded in words(part):
            place += 1
            if before:
                pairs[pair(before, folded)] = None
            before = folded
            places.setdefault(folded, []).append(place)
            if exact != folded:
                places.setdefault(exact, []).append(place)
        place += 1
    placed = (f"{word}:{','.join(map(str, found[:_PLACES]))}" for word, found in places.items())
    return " ".join((*placed, *pairs))


def pair(first: str, second: str) -> str:
    """Two words without accents, one after the other, as one word of a vector; no word has a line in it."""
    return f"{first}_{second}"


@lru_cache(maxsize=1 << 15)
def _forms(word: str) -> tuple[str, str]:
    exact = _new_tone(unicodedata.normalize("NFC", word.lower()))[:LONGEST_WORD]
    return exact, fold(exact)


def _new_tone(word: str) -> str:
    found = _OLD_TONE.match(word)
    if found is None:
        return word
    before, first, second = found[1], found[2] or found[4], found[3] or found[5]
    bare = unicodedata.normalize("NFD", second)
    return before + unicodedata.normalize("NFC", first + bare[1]) + bare[0]
