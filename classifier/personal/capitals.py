"""Stretches of capitalised syllables, the candidates for persons' names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from classifier.personal.name_cues import BARE_TITLES, ENDS, SPEAKERS, TITLES
from classifier.personal.view import CAPITALS, View
from classifier.personal.words import words

_SYLLABLE = rf"[{CAPITALS}][^\W\d_]*(?:['’][^\W\d_]+)?"
_RUN = re.compile(rf"[{CAPITALS}](?<![\w'’@./].)[^\W\d_]*(?:['’][^\W\d_]+)?(?:[ \u00a0]{{1,2}}{_SYLLABLE})*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SENTENCE_ENDS = frozenset((". ", "! ", "? "))
_MIDDLE = (" thi ", " van ")
_MOST = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """Capitalised syllables that may be a name: where they stand, written and folded, after which capitalised title."""

    start: int
    end: int
    syllables: tuple[str, ...]
    folded: tuple[str, ...]
    title: str

    @property
    def written(self) -> str:
        """All of it in lower case."""
        return " ".join(self.syllables).lower()

    @property
    def has_surname(self) -> bool:
        """Whether it begins as a full name does."""
        first = self.syllables[0].lower()
        if first[1:2] in {"'", "’"}:
            return True
        return len(self.syllables) > 1 and first in words("surname" if not first.isascii() else "any_surname")

    @property
    def is_certain(self) -> bool:
        """Whether a middle name as good as proves a person."""
        return len(self.syllables) > 2 and self.has_surname and self.folded[1] in {"van", "thi"}

    @property
    def is_full(self) -> bool:
        """Whether surname, middle name and given name are all there, each a common one."""
        middle = all(syllable in words("middle") or syllable in words("given") for syllable in self.folded[1:-1])
        first = self.syllables[0].lower()
        is_common = first in words("plain_surname") or first in words("bare_surname")
        return 3 <= len(self.syllables) <= 4 and is_common and middle and self.folded[-1] in words("given")

    @property
    def is_given(self) -> bool:
        """Whether every syllable is common in given names."""
        return all(syllable in words("given") for syllable in self.folded)


def candidates(view: View) -> Iterator[Candidate]:
    """Every stretch of capitalised syllables of `view` that is worth a look."""
    for run in _RUN.finditer(view.text):
        is_first_word = not run.start() or view.text[run.start() - 2 : run.start()] in _SENTENCE_ENDS
        if " " in run[0] or not is_first_word:
            yield from _stretches(view, run)


def _stretches(view: View, run: re.Match[str]) -> Iterator[Candidate]:
    """The stretches of a `run` of capitalised words that may be names: cut at titles, abbreviations, other words."""
    stretch: list[re.Match[str]] = []
    title = ""
    for word in _WORD.finditer(view.text, *run.span()):
        if stretch and _cuts(view, stretch, word):
            yield _candidate(view, stretch, title)
            stretch, title = [], ""
        is_surname = view.low.startswith(_MIDDLE, word.end())  # "Do Thi …" is no "do"
        if not stretch and not is_surname and _is_title(view, word[0].lower()):
            title = word[0].lower()
        else:
            stretch.append(word)
    if stretch:
        yield _candidate(view, stretch, title)


def _is_title(view: View, word: str) -> bool:
    return word in TITLES or word in SPEAKERS or word in words("not_a_name") or (view.is_bare and word in BARE_TITLES)


def _cuts(view: View, stretch: list[re.Match[str]], word: re.Match[str]) -> bool:
    """Whether `word` no longer belongs to the name begun with `stretch`."""
    is_abbreviation = len(word[0]) > 1 and word[0].isupper() and not stretch[0][0].isupper()
    return len(stretch) == _MOST or is_abbreviation or bool(ENDS.match(view.low, word.start()))


def _candidate(view: View, stretch: list[re.Match[str]], title: str) -> Candidate:
    start, end = stretch[0].start(), stretch[-1].end()
    return Candidate(start, end, tuple(word[0] for word in stretch), tuple(view.low[start:end].split()), title)
