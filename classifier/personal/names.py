"""Persons' names that their capitals show: after a title or another cue, in signatures, beside their numbers."""

import re
from collections.abc import Iterator
from functools import cache

from classifier.personal.capitals import Candidate, candidates
from classifier.personal.name_cues import (
    AND,
    ASKS_FOR,
    BARE_TITLES,
    CLOSING,
    COMPOUND,
    CONTACT_AFTER,
    CONTACT_BEFORE,
    FAREWELL,
    GIVES_NAME,
    LABEL,
    ORDINALS,
    SAYS_NAME,
    SPEAKERS,
    TITLE_BEFORE,
    TITLES,
    UNSURE_TITLES,
    announced,
    is_place_before,
)
from classifier.personal.view import Span, View, look
from classifier.personal.words import places, words

_MOST_GIVEN = 3
_NOT_NAMED = frozenset(("cong", "so", "bo", "phong", "truong", "zalo", "google"))
_POSTS = frozenset(("đoàn", "hội", "đảng", "xã", "công", "thanh", "trung", "y", "thông", "hải", "chi"))
_ELDERS = frozenset(("ong", "ba", "anh", "chi"))
_BARE_PLACES = frozenset(("duong", "xa", "cau", "cho"))
_SPEAKS = re.compile(r" xin (?:hoi|phan anh|gop y|kien nghi|de nghi|chao)")
_HEAD = re.compile(r"(?:chu tich|bi thu|cong an vien|truong ban) (?:ubnd )?(?:xa|phuong|huyen|tinh|thon|ap|ban)\s$")
_SEEN_BACK = 40
_LONGEST = 7


def find(view: View) -> Iterator[Span]:
    """Every name of `view` that its capitals show, without its title."""
    if view.is_upper:
        return
    previous = -1
    for candidate in candidates(view):
        if _is_name(view, candidate, previous):
            previous = candidate.end
            yield Span(candidate.start, candidate.end, "person_name")


def _is_name(view: View, name: Candidate, previous: int) -> bool:
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


def _is_known(view: View, name: Candidate) -> bool:
    """Whether the words are known to be something else: a body, a country, an abbreviation, a place."""
    first = name.syllables[0]
    is_place = view.is_bare and len(name.folded) > 2 and name.folded[0] in _BARE_PLACES
    if is_place and name.folded[1] in words("bare_surname") and name.folded[2] not in {"van", "thi"}:
        return True
    compound = COMPOUND.match(view.low, name.end - len(name.folded[-1]))
    if name.written in words("known") or (compound and compound.end() > name.end):
        return True
    if len(name.syllables) == 1:
        return len(first) > _LONGEST or len(first) == 1 or first.isupper()
    return " ".join(name.folded) in places() and not name.is_certain


def _is_own_title(name: Candidate) -> bool:
    return name.title in TITLES or (name.title in BARE_TITLES and name.title not in words("not_a_name"))


def _has_title_before(view: View, name: Candidate) -> bool:
    if name.title:
        return False
    match = TITLE_BEFORE.search(view.text, max(0, name.start - 12), name.start)
    if not match:
        return False
    title = match[1].lower()
    return title in TITLES or (view.is_bare and title in BARE_TITLES)


def _is_titled(view: View, name: Candidate, before: str) -> bool:
    title = name.title or before.split()[-1].strip(':"')
    if len(title) == 1 and not (name.is_given or name.has_surname):
        return False
    if name.title and is_place_before(view, name.start - len(title) - 1):
        return False
    if (
        view.is_bare
        and title in UNSURE_TITLES
        and (name.written in _bare_countries() or not (name.is_given or name.has_surname))
    ):
        return False
    if name.title and " ".join((look(title).low, *name.folded)) in places():
        return False
    is_rank = len(name.syllables) == 1 and name.written in ORDINALS
    return not is_rank or (look(title).low in _ELDERS and not view.text[name.end : name.end + 2].strip().isdigit())


@cache
def _bare_countries() -> frozenset[str]:
    return frozenset(look(country).low for country in words("country"))


def _is_cued(name: Candidate, match: re.Match[str]) -> bool:
    cue = match["cue"]
    if name.written in words("country") and (len(name.syllables) > 1 or not ASKS_FOR.search(cue)):
        return False
    if name.has_surname:
        return name.written not in words("street") or "ten" in cue
    if len(name.syllables) > (1 if GIVES_NAME.search(cue) else 2) and cue.endswith("ten"):
        return name.folded[0] not in _NOT_NAMED
    if match["office"]:
        return name.is_given and len(name.syllables) <= _MOST_GIVEN and name.written not in _POSTS
    return bool(match["worker"] or SAYS_NAME.search(cue)) and name.is_given and len(name.syllables) <= _MOST_GIVEN


def _is_alone(view: View, name: Candidate, before: str, previous: int) -> bool:
    """Whether a name without cue shows itself: by its middle name, a list, a number beside it, a line of its own."""
    if name.written in words("street"):
        return False
    if is_place_before(view, name.start):
        return name.is_full and bool(_HEAD.search(before))
    if name.is_certain or name.is_full or _is_holder(view, name):
        return True
    if len(name.syllables) > 2 and name.has_surname and LABEL.search(before):
        return True
    follows = previous >= 0 and bool(AND.fullmatch(view.low, previous, name.start))
    after_contact = bool(CONTACT_BEFORE.search(before))
    if name.has_surname and (follows or after_contact or CONTACT_AFTER.match(view.low, name.end)):
        return True
    if name.is_given and ((follows and len(name.syllables) > 1) or (after_contact and _ends_there(view, name))):
        return True
    return _is_signature(view, name) or _opens_line(view, name)


def _is_holder(view: View, name: Candidate) -> bool:
    """Whether the name is all capitals without marks behind a number, as a bank prints an account's holder."""
    written = view.text[name.start : name.end]
    is_printed = written.isascii() and written.isupper() and name.has_surname and len(name.syllables) > 2
    return is_printed and any(map(str.isdigit, view.text[max(0, name.start - _SEEN_BACK) : name.start]))


def _ends_there(view: View, name: Candidate) -> bool:
    """Whether a bracket or the line closes behind the name."""
    return view.low[name.end : name.end + 1] in {"", ")", "\n", "."}


def _is_signature(view: View, name: Candidate) -> bool:
    """Whether the name ends the text after a farewell, or stands on a line of its own, not the first."""
    line_start = view.text.rfind("\n", 0, name.start) + 1
    line_end = view.text.find("\n", name.end)
    rest = view.text[name.end : len(view.text) if line_end < 0 else line_end]
    if rest.strip(" .,)"):
        return False
    if _closes(view, name):
        return True
    if FAREWELL.search(view.low[max(0, name.start - _SEEN_BACK) : name.start]):
        return True
    if not line_start or view.text[line_start : name.start].strip(" -–("):
        return False
    is_closing = bool(CLOSING.search(view.low[max(0, line_start - _SEEN_BACK) : line_start].rstrip()))
    return name.has_surname or (is_closing and name.is_given)


def _closes(view: View, name: Candidate) -> bool:
    """Whether two to four syllables of a given name are the last sentence of a longer text."""
    is_sentence = view.text[max(0, name.start - 2) : name.start] in {". ", "! ", "? "}
    return is_sentence and name.is_given and len(name.syllables) > 1 and not view.text[name.end :].strip(" .\n")


def _opens_line(view: View, name: Candidate) -> bool:
    """Whether a line begins with the name of the one who speaks."""
    is_first = name.start == 0 or view.text[name.start - 1] == "\n"
    mark = view.low[name.end : name.end + 2].strip()[:1]
    if is_first and name.is_given and len(name.syllables) > 1 and _SPEAKS.match(view.low, name.end):
        return True
    if is_first and name.is_given and len(name.syllables) > 1 and mark in {"(", ":"}:
        return "):" in view.low[name.end : name.end + _SEEN_BACK] or mark == ":"
    return is_first and name.has_surname and len(name.syllables) > 2 and mark in {",", "(", ":", "-"}
