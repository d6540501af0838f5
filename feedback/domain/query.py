"""What an official types to search: words, "phrases", AND OR NOT in two languages, a minus, parentheses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias

from feedback.domain.text import fold
from feedback.domain.words import pair, words

LONGEST = 300  # characters
MOST_WORDS = 40
DEEPEST = 12  # parentheses within parentheses

NOTHING_TO_FIND = "Xin nhập ít nhất một từ hoặc một con số cần tìm; dấu câu và biểu tượng không tìm được."
TOO_MANY_WORDS = f"Xin tìm bằng ít từ hơn, nhiều nhất {MOST_WORDS} từ."
TOO_LONG = f"Xin tìm bằng câu ngắn hơn, nhiều nhất {LONGEST} ký tự."
TOO_DEEP = "Dấu ngoặc lồng nhau quá nhiều lớp. Xin viết lại điều kiện tìm cho gọn hơn."


class QueryRefused(ValueError):
    """It cannot be searched for; the message is a Vietnamese sentence for whoever typed it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand one after the other; one with accents is itself only, one without is every word so written."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be found."""

    part: Query


@dataclass(frozen=True, slots=True)
class All:
    """What must all be found."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Of which one must be found."""

    parts: tuple[Query, ...]


Query: TypeAlias = Phrase | Not | All | Any


class _Sign(Enum):
    AND = "and"
    OR = "or"
    NOT = "not"
    OPEN = "("
    CLOSE = ")"


_Token: TypeAlias = _Sign | Phrase
# In capitals only: "và", "hoặc", "không" in small letters are words like others.
_ENGLISH = MappingProxyType({"AND": _Sign.AND, "OR": _Sign.OR, "NOT": _Sign.NOT})
_VIETNAMESE = MappingProxyType({"VÀ": _Sign.AND, "HOẶC": _Sign.OR, "KHÔNG": _Sign.NOT})
_QUOTES = '"“”„«»'
_PIECE = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]?|([()])|([-−–]?)([^\s(){_QUOTES}]*)\s*")


def read(typed: str) -> Query:
    """The query that somebody typed. What is not closed is closed at the end, what joins nothing is left out.

    Raises:
        QueryRefused: there is nothing to find in it, or too much.
    """
    if len(typed) > LONGEST:
        raise QueryRefused(TOO_LONG)
    tokens = list(_tokens(typed))
    if sum(len(token.words) for token in tokens if isinstance(token, Phrase)) > MOST_WORDS:
        raise QueryRefused(TOO_MANY_WORDS)
    reader = _Reader(tokens)
    parts = []
    while not reader.done:  # a parenthesis that was never opened ends nothing
        parts.append(reader.either(0))
        reader.take(_Sign.CLOSE)
    query = _joined(All, parts)
    if query is None:
        raise QueryRefused(NOTHING_TO_FIND)
    return query


def tsquery(query: Query) -> str:
    """The query as PostgreSQL reads it over `words.vector`; words are letters and digits, so nothing needs quoting."""
    match query:
        case Phrase():
            return f"({_pairs(query)})" if _one_pair(query) else "(" + " <-> ".join(query.words) + ")"
        case Not():
            return f"!{tsquery(query.part)}"
        case All():
            return "(" + " & ".join(map(tsquery, query.parts)) + ")"
        case Any():
            return "(" + " | ".join(map(tsquery, query.parts)) + ")"


def nearly(query: Query) -> str:
    """A query that finds all that `tsquery` finds and little besides, and that an index answers without long lists.

    A phrase is asked for by its pairs of words, of which each is rare, not by its words, of which each may be common.
    """
    match query:
        case Phrase():
            return f"({_pairs(query)})" if len(query.words) > 1 else tsquery(query)
        case Not():
            return tsquery(query)  # to find more within would be to find less here
        case All():
            return "(" + " & ".join(map(nearly, query.parts)) + ")"
        case Any():
            return "(" + " | ".join(map(nearly, query.parts)) + ")"


def _pairs(phrase: Phrase) -> str:
    return " & ".join(pair(fold(first), fold(second)) for first, second in pairwise(phrase.words))


def _one_pair(phrase: Phrase) -> bool:
    """Whether a phrase is two words without accents: then the pair is the phrase."""
    return len(phrase.words) == 2 and all(fold(word) == word for word in phrase.words)


def found_in(query: Query, *parts: str) -> bool:
    """Whether a text of these parts is found by the query: the meaning of `tsquery`, said once more by a plain scan."""
    match query:
        case Phrase():
            return any(_holds(words(part), query.words) for part in parts)
        case Not():
            return not found_in(query.part, *parts)
        case All():
            return all(found_in(one, *parts) for one in query.parts)
        case Any():
            return any(found_in(one, *parts) for one in query.parts)


def finds_the_empty(query: Query) -> bool:
    """Whether a text of no words is found: then no index can help, since nothing must be there."""
    return found_in(query, "")


def _holds(text: list[tuple[str, str]], phrase: tuple[str, ...]) -> bool:
    return any(
        all(word in text[start + place] for place, word in enumerate(phrase))
        for start in range(len(text) - len(phrase) + 1)
    )


def _tokens(typed: str) -> Iterator[_Token]:
    signs = _ENGLISH if _all_capitals(typed) else {**_ENGLISH, **_VIETNAMESE}
    for piece in _PIECE.finditer(typed):
        quoted, parenthesis, minus, chunk = piece.groups()
        if parenthesis:
            yield _Sign(parenthesis)
        elif chunk in signs and not minus:
            yield signs[chunk]
        else:
            before_a_group = minus and not chunk and typed[piece.start() + 1 : piece.start() + 2] in {*_QUOTES, "("}
            found = _phrase(quoted or chunk or "")
            if minus and (found or before_a_group) and _begins_here(typed, piece.start()):
                yield _Sign.NOT
            if found:
                yield found


def _begins_here(typed: str, place: int) -> bool:
    return place == 0 or typed[place - 1].isspace() or typed[place - 1] == "("


def _all_capitals(typed: str) -> bool:
    """Whether it was typed with the capitals locked: an accented capital word that is no operator tells so."""
    others = [word for word in typed.split() if word not in _VIETNAMESE and word not in _ENGLISH]
    return typed == typed.upper() and any(not word.isascii() and word != word.lower() for word in others)


def _phrase(typed: str) -> Phrase | None:
    found = tuple(exact for exact, _ in words(typed))
    return Phrase(found) if found else None


def _joined(kind: type[All] | type[Any], parts: list[Query | None]) -> Query | None:
    there = tuple(part for part in parts if part is not None)
    if len(there) < 2:
        return there[0] if there else None
    return kind(there)


class _Reader:
    """Reads tokens by precedence: NOT before AND before OR."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.place = tokens, 0

    @property
    def done(self) -> bool:
        return self.place == len(self.tokens)

    def next(self) -> _Token | None:
        return None if self.done else self.tokens[self.place]

    def take(self, sign: _Sign) -> bool:
        found = self.next() is sign
        self.place += found
        return found

    def either(self, depth: int) -> Query | None:
        parts = [self.every(depth)]
        while self.take(_Sign.OR):
            parts.append(self.every(depth))
        return _joined(Any, parts)

    def every(self, depth: int) -> Query | None:
        parts: list[Query | None] = []
        while self.next() not in {None, _Sign.OR, _Sign.CLOSE}:
            if not self.take(_Sign.AND):
                parts.append(self.one(depth))
        return _joined(All, parts)

    def one(self, depth: int) -> Query | None:
        negated = False
        while self.take(_Sign.NOT):
            negated = not negated
        found: Query | None = None
        token = self.next()
        if isinstance(token, Phrase):
            self.place += 1
            found = token
        elif self.take(_Sign.OPEN):
            if depth == DEEPEST:
                raise QueryRefused(TOO_DEEP)
            found = self.either(depth + 1)
            self.take(_Sign.CLOSE)
        return Not(found) if found and negated else found
