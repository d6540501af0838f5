"""The text as all finders read it: NFC, beside a folded lower-case twin of the same length."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
_BLANKS = "\t\r\u00a0\u00ad\u200b\u200c\u200d\u202f\u2060\ufe0f\ufeff\u20e3" + "".join(map(chr, range(0x2000, 0x200B)))
_LETTERS = (range(0x00C0, 0x0250), range(0x1E00, 0x1F00), range(0xFF01, 0xFF5F))
_MOSTLY = 0.5
_MARKED = re.compile("[À-ỹ]")
CAPITALS = "".join(c for c in map(chr, chain(range(0x41, 0x5B), *_LETTERS)) if c.isupper())
CAPITAL = re.compile(f"[{CAPITALS}]")


class Span(NamedTuple):
    """[start, end) in the NFC text, and the type of personal data that stands there."""

    start: int
    end: int
    type: str


def _folded(character: str) -> str:
    """The one lower-case character that `character` is read as."""
    if character in "đĐðÐ":
        return "d"
    base = unicodedata.normalize("NFKD", character)[0].lower()
    return base if base.isascii() else character


def _lower(character: str) -> str:
    return character.lower() if len(character.lower()) == 1 else character


def _pairs() -> Iterator[tuple[int, str]]:
    yield from ((code, chr(code).lower()) for code in range(0x80))
    yield from ((code, _folded(chr(code))) for code in chain(*_LETTERS))
    yield from ((ord(dash), "-") for dash in _DASHES)
    yield from ((ord(blank), " ") for blank in _BLANKS)


_FOLD = dict(_pairs())


@dataclass(frozen=True)
class View:
    """`text` in NFC and `low`, the same characters without marks, in lower case; offsets of one hold in the other."""

    text: str
    low: str

    @cached_property
    def is_bare(self) -> bool:
        """Whether the writer used no Vietnamese marks at all."""
        return not _MARKED.search(self.text)

    @cached_property
    def spelt(self) -> str:
        """The text in lower case, of the same length, with its marks if the writer uses any."""
        lower = self.text.lower()
        return self.low if self.is_bare else lower if len(lower) == len(self.text) else "".join(map(_lower, self.text))

    @cached_property
    def is_upper(self) -> bool:
        """Whether the writer used capitals throughout, so that they tell nothing."""
        return self.text.isupper() or len(CAPITAL.findall(self.text)) > _MOSTLY * len(self.text)

    @cached_property
    def is_flat(self) -> bool:
        """Whether capitals tell nothing: all letters are capitals, or none."""
        return self.is_upper or self.text.islower()


def look(text: str) -> View:
    """The view of `text`, normalised to NFC; never fails, whatever the characters."""
    composed = unicodedata.normalize("NFC", text)
    return View(composed, composed.translate(_FOLD))
