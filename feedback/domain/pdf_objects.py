"""The dictionaries of a PDF's streams, each read as a reader would that begins at this place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

SPACE = rb"[\s\x00]"
_WORD = rb"[^\s\x00()<>\[\]{}/%]"
_OBJECT = re.compile(rb"\d{1,10}" + SPACE + rb"{1,8}\d{1,5}" + SPACE + rb"{1,8}obj(?!" + _WORD + rb")")
_TOKEN = re.compile(
    rb"(?:" + SPACE + rb"++|%[^\r\n]*+)*+"
    rb"(<<|>>|<[0-9A-Fa-f\s\x00]*+>|/" + _WORD + rb"*+|" + _WORD + rb"++|[()\[\]{}])"
)
_IN_STRING = re.compile(rb"\\.|[()]", re.DOTALL)
_LINE_END = re.compile(rb"[ \t]*+(?:\r\n|\r|\n)?")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_OPEN, _SHUT = frozenset({b"<<", b"["}), frozenset({b">>", b"]"})


class Unreadable(ValueError):
    """A dictionary that is none, or more of them than a file of this length has."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream: what its dictionary says, names written plainly, and where its bytes begin."""

    about: Mapping[bytes, bytes]
    place: int


def plain(piece: bytes) -> bytes:
    """The same with every byte that a name may write as `#` and two digits written as itself."""
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), piece)


def streams(*, content: bytes) -> Iterator[Stream]:
    """Every stream that begins anywhere, also where one is hidden in a comment, a string or another stream.

    Raise Unreadable for a dictionary that is broken, and when objects overlap so often that reading would not end.
    """
    left = 3 * len(content)
    for start in _OBJECT.finditer(content):
        token, place = _token(content, start.end())
        about, place = _dictionary(content, place) if token == b"<<" else ({}, place)
        left -= place - start.end()
        if left < 0:
            raise Unreadable
        if token == b"<<" and (after := _token(content, place))[0] == b"stream":
            place = after[1]
            line = _LINE_END.match(content, place)
            yield Stream(about, line.end() if line else place)


def _dictionary(content: bytes, place: int) -> tuple[dict[bytes, bytes], int]:
    """Keys and values of a dictionary after its opening, and where it ends."""
    found: dict[bytes, bytes] = {}
    while True:
        key, place = _token(content, place)
        if key == b">>":
            return found, place
        if not key.startswith(b"/"):
            raise Unreadable
        end = _value(content, place)
        found[plain(key)], place = plain(content[place:end].strip()), end


def _value(content: bytes, place: int) -> int:
    """Where one value ends: a plain one, a reference, or all between two brackets."""
    token, place = _token(content, place)
    if token in _SHUT or not token:
        raise Unreadable
    if token in _OPEN:
        return _after_bracket(content, place)
    if token.isdigit():
        number, middle = _token(content, place)
        letter, end = _token(content, middle)
        if number.isdigit() and letter == b"R":
            return end
    return place


def _after_bracket(content: bytes, place: int) -> int:
    depth = 1
    while depth:
        token, place = _token(content, place)
        if not token:
            raise Unreadable
        depth += (token in _OPEN) - (token in _SHUT)
    return place


def _token(content: bytes, place: int) -> tuple[bytes, int]:
    """The next token and where it ends, a string as its opening bracket; empty where there is none."""
    found = _TOKEN.match(content, place)
    if found is None:
        return b"", len(content)
    return found[1], _after_string(content, found.end()) if found[1] == b"(" else found.end()


def _after_string(content: bytes, place: int) -> int:
    depth = 1
    for mark in _IN_STRING.finditer(content, place):
        depth += (mark[0] == b"(") - (mark[0] == b")")
        if depth == 0:
            return mark.end()
    raise Unreadable
