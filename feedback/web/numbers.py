"""Whole numbers as a link or a form gives them: plain digits, no more than a column holds."""

from __future__ import annotations

from flask import request

from feedback.domain.errors import NotFound

LARGEST = 2**31 - 1  # what an integer column holds
DIGITS = 9  # every number of so many digits is one that an integer column holds


def whole(typed: str, *, digits: int = DIGITS) -> int | None:
    """The number that was typed; None for what is none, or longer than `digits`."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= digits else None


def number_of(typed: str, *, digits: int = DIGITS) -> int:
    """The number that names something; raise NotFound for what is none."""
    found = whole(typed, digits=digits)
    if found is None:
        raise NotFound
    return found


def mark() -> int | None:
    """The number after which a list is to go on; None for its beginning."""
    return whole(request.args.get("sau", ""))
