"""E-mail addresses, also those written with spaces, "(at)", "a còng", "chấm"."""

import re
from collections.abc import Iterator

from classifier.personal.view import Span, View

_PROVIDERS = r"(?:gmail|gmai|gmal|yahoo|ymail|hotmail|outlook|icloud|live|proton(?:mail)?|zoho)"
_TOP = r"(?:com|vn|net|org|edu|gov|info|io|co|biz|me|asia|dev|app|name|pro|xyz|online|site|us|uk|de|jp|kr|fr|au|tw)"
_LOCAL = r"[a-z0-9](?:[a-z0-9._%+'-]*[a-z0-9_+-])?"
_WORDED_AT = r"\s*(?:[\[({<]\s*(?:at|a ?cong|a ?moc|a|@)\s*[\])}>]|\s(?:a ?cong|a ?moc|at|a vong|@ cong)\s|@)\s*"
_WORDED_DOT = r"\s*(?:[\[({<]\s*(?:dot|cham|\.)\s*[\])}>]|\s(?:cham|dot)\s|[.,])\s*"
_SPELT = rf"(?<![a-z0-9@._%+-]){_LOCAL}(?:\s(?:cham|dot)\s[a-z0-9]+)*{_WORDED_AT}"
_PLAIN = re.compile(rf"(?<![a-z0-9@._%+-]){_LOCAL}@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{{2,}}(?![a-z0-9@-])")
_WORDED = re.compile(
    rf"{_SPELT}(?:(?:[a-z0-9-]+{_WORDED_DOT}){{1,3}}{_TOP}(?:{_WORDED_DOT}vn)?|{_PROVIDERS})(?![a-z0-9@-])"
)
_NO_AT = re.compile(
    rf"(?:e ?-?mail|gmail|thu dien tu)[^a-z0-9\n]{{1,3}}({_LOCAL}[ .]{_PROVIDERS}\.com(?:\.vn)?)(?![a-z0-9])"
)
_HINTS = ("@", "(a", "[a", "{a", "<a", "( a", "[ a", "a cong", "acong", "a moc", "amoc", "a vong", " at ", "mail")


def find(view: View) -> Iterator[Span]:
    """Every e-mail address of `view`."""
    if not any(hint in view.low for hint in _HINTS):
        return
    found = [match.span() for match in _PLAIN.finditer(view.low)]
    found += [match.span() for match in _WORDED.finditer(view.low) if not _overlaps(match.span(), found)]
    found += [match.span(1) for match in _NO_AT.finditer(view.low) if not _overlaps(match.span(1), found)]
    yield from (Span(start, end, "email") for start, end in found)


def _overlaps(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
