"""Persons' names that their capitals show: after a title or another cue, in signatures, beside their numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from classifier.personal.name_cues import (
    AND,
    ASKS_FOR,
    BARE_TITLES,
    CLOSING,
    COMPOUND,
    CONTACT_AFTER,
    CONTACT_BEFORE,
    ENDS,
    FAREWELL,
    GIVES_NAME,
    LABEL,
    ORDINALS,
    SAYS_NAME,
    SPEAKERS,
    STREET_BEFORE,
    TITLE_BEFORE,
    TITLES,
    UNSURE_TITLES,
    announced,
)
from classifier.personal.view import CAPITALS, Span, View, look
from classifier.personal.words import places, words

_SYLLABLE = rf"[{CAPITALS}][^\W\d_]*(?:['’][^\W\d_]+)?"
_RUN = re.compile(rf"[{CAPITALS}](?<![\w'’@./].)[^\W\d_]*(?:['’][^\W\d_]+)?(?:[ \u00a0]{{1,2}}{_SYLLABLE})*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_MIDDLE = (" thi ", " van ")
_MOST = 5
_MOST_GIVEN = 3
_NOT_NAMED = frozenset(("cong", "so", "bo", "phong", "truong", "zalo", "google"))
_SEEN_BACK = 40
_LONGEST = 7


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Capitalised syllables that may be a name: where they stand, as written and folded, after which capitalised title."""

    start: int
    end: int
    syllables: tuple[str, ...]
    folded: tuple[str, ...]
    title: str

    @property
    def written(self) -> str:
        return " ".join(self.syllables).lower()

    @property
    def has_surname(self) -> bool:
        first = self.syllables[0].lower()
        if first[1:2] in {"'", "’"}:
            return True
        return len(self.syllables) > 1 and first in words("surname" if not first.isascii() else "any_surname")

    @property
    def is_certain(self) -> bool:
        """Whether a middle name as good as proves a person."""
        return len(self.syllables) > 2 and self.has_surname and self.folded[1] in {"van", "thi"}

    @property
    def is_given(self) -> bool:
        return all(syllable in words("given") for syllable in self.folded)


def find(view: View) -> Iterator[Span]:
    """Every name of `view` that its capitals show, without its title."""
    if view.is_upper:
        return
    previous = -1
    for run in _RUN.finditer(view.text):
        for candidate in _candidates(view, run):
            if _is_name(view, candidate, previous):
                previous = candidate.end
                yield Span(candidate.start, candidate.end, "person_name")


def _candidates(view: View, run: re.Match[str]) -> Iterator[_Candidate]:
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


def _candidate(view: View, stretch: list[re.Match[str]], title: str) -> _Candidate:
    start, end = stretch[0].start(), stretch[-1].end()
    return _Candidate(start, end, tuple(word[0] for word in stretch), tuple(view.low[start:end].split()), title)


def _is_name(view: View, name: _Candidate, previous: int) -> bool:
    if _is_known(view, name):
        return False
    before = view.low[max(0, name.start - _SEEN_BACK) : name.start]
    if name.title in SPEAKERS:
        return name.has_surname
    if _is_own_title(name) or _has_title_before(view, name):
        return _is_titled(view, name, before)
    is_likely = name.has_surname or name.is_given
    cue = announced(view, name.start) if is_likely or len(name.syllables) > 1 else None
    if cue and _is_cued(name, cue):
        return True
    return is_likely and _is_alone(view, name, before, previous)


def _is_known(view: View, name: _Candidate) -> bool:
    """Whether the words are known to be something else: a body, a country, an abbreviation, a place."""
    first = name.syllables[0]
    compound = COMPOUND.match(view.low, name.end - len(name.folded[-1]))
    if name.written in words("known") or (compound and compound.end() > name.end):
        return True
    if len(name.syllables) == 1:
        return len(first) > _LONGEST or len(first) == 1 or first.isupper()
    return " ".join(name.folded) in places() and not name.is_certain


def _is_own_title(name: _Candidate) -> bool:
    return name.title in TITLES or (name.title in BARE_TITLES and name.title not in words("not_a_name"))


def _has_title_before(view: View, name: _Candidate) -> bool:
    if name.title:
        return False
    match = TITLE_BEFORE.search(view.text, max(0, name.start - 12), name.start)
    if not match:
        return False
    title = match[1].lower()
    return title in TITLES or (view.is_bare and title in BARE_TITLES)


def _is_titled(view: View, name: _Candidate, before: str) -> bool:
    title = name.title or before.split()[-1].strip(':"')
    if len(title) == 1 and not (name.is_given or name.has_surname):
        return False
    behind = before.rstrip(' :"')[: -len(title)]
    if name.title and STREET_BEFORE.search(behind):
        return False
    if view.is_bare and title in UNSURE_TITLES and (name.written in _bare_countries() or not (name.is_given or name.has_surname)):
        return False
    if name.title and " ".join((look(title).low, *name.folded)) in places():
        return False
    return not (len(name.syllables) == 1 and name.written in ORDINALS)


@cache
def _bare_countries() -> frozenset[str]:
    return frozenset(look(country).low for country in words("country"))


def _is_cued(name: _Candidate, match: re.Match[str]) -> bool:
    cue = match["cue"]
    if name.written in words("country") and (len(name.syllables) > 1 or not ASKS_FOR.search(cue)):
        return False
    if name.has_surname:
        return name.written not in words("street") or "ten" in cue
    if GIVES_NAME.search(cue) and len(name.syllables) > 1:
        return name.folded[0] not in _NOT_NAMED
    return bool(match["worker"] or SAYS_NAME.search(cue)) and name.is_given and len(name.syllables) <= _MOST_GIVEN


def _is_alone(view: View, name: _Candidate, before: str, previous: int) -> bool:
    """Whether a name without cue shows itself: by its middle name, a list, a number beside it, a line of its own."""
    if STREET_BEFORE.search(before) or name.written in words("street"):
        return False
    if name.is_certain or _is_holder(view, name):
        return True
    if len(name.syllables) > 2 and name.has_surname and LABEL.search(before):
        return True
    follows = previous >= 0 and bool(AND.fullmatch(view.low, previous, name.start))
    after_contact = bool(CONTACT_BEFORE.search(before))
    if name.has_surname and (follows or after_contact or CONTACT_AFTER.match(view.low, name.end)):
        return True
    if name.is_given and (follows and len(name.syllables) > 1 or after_contact and _ends_there(view, name)):
        return True
    return _is_signature(view, name) or _opens_line(view, name)


def _is_holder(view: View, name: _Candidate) -> bool:
    """Whether the name is all capitals without marks behind a number, as a bank prints an account's holder."""
    written = view.text[name.start : name.end]
    is_printed = written.isascii() and written.isupper() and name.has_surname and len(name.syllables) > 2
    return is_printed and any(map(str.isdigit, view.text[max(0, name.start - _SEEN_BACK) : name.start]))


def _ends_there(view: View, name: _Candidate) -> bool:
    """Whether a bracket or the line closes behind the name."""
    return view.low[name.end : name.end + 1] in {"", ")", "\n", "."}


def _is_signature(view: View, name: _Candidate) -> bool:
    """Whether the name ends the text after a farewell, or stands on a line of its own, not the first."""
    line_start = view.text.rfind("\n", 0, name.start) + 1
    line_end = view.text.find("\n", name.end)
    rest = view.text[name.end : len(view.text) if line_end < 0 else line_end]
    if rest.strip(" .,)"):
        return False
    if FAREWELL.search(view.low[max(0, name.start - _SEEN_BACK) : name.start]):
        return True
    if not line_start or view.text[line_start : name.start].strip(" -–("):
        return False
    is_closing = bool(CLOSING.search(view.low[max(0, line_start - _SEEN_BACK) : line_start].rstrip()))
    return name.has_surname or (is_closing and name.is_given)


def _opens_line(view: View, name: _Candidate) -> bool:
    is_first = name.start == 0 or view.text[name.start - 1] == "\n"
    mark = view.low[name.end : name.end + 2].strip()[:1]
    return is_first and name.has_surname and len(name.syllables) > 2 and mark in {",", "(", ":", "-"}
