"""Number plates of cars, motorcycles and electric bicycles, diplomatic and military ones."""

import re
from collections.abc import Iterator

from classifier.personal.view import Span, View

_PLACE = re.compile(r"(?:1[124-9]|2[0-9]|3[0-9]|4[0137-9]|[5-8][0-9]|9[02-57-9])")
_SERIES = r"(?:md\d|[a-hk-npr-vxyz]{2}|[a-hk-npr-vxyz]\d?)"
_NUMBER = r"(?:\d{3}[. ]?\d{2}|\d{4})"
_END = r"(?![a-z0-9]|[.\-/]\d)"
_CAR = re.compile(
    rf"[1-9](?<![a-z0-9./\-].)\d(?P<gap> ?[-.]? ?)(?P<series>{_SERIES})(?P<join>[-. ]{{0,3}}?)"
    rf"(?P<number>{_NUMBER}){_END}"
)
_DIPLOMATIC = re.compile(
    rf"[1-9](?<![a-z0-9./\-].)\d[-. ]?(?:\d{{3}}[-. ]?(?:ng|nn|qt|cv)[-. ]?\d{{2}}|(?:ng|nn|qt"
    rf"|cv)[-. ]?\d{{3}}[-. ]?\d{{2}}){_END}"
)
_MILITARY = re.compile(rf"(?:bien(?: so| do| quan doi| kiem soat)*|bks)[: ]+([a-z]{{2}}[- ]?\d{{2}}[-. ]\d{{2}}){_END}")
_VEHICLE = re.compile(r"\b(?:bien|bks|bsx|bs|xe|o ?to|mo ?to|oto)\b")
_OTHER = re.compile(
    r"\b(?:windows|win|phien ban|version|build|update|lop|model|ma (?:loi|hang|so|may)|van ban"
    r"|so hieu)\W{0,3}(?:\w+\W)?$"
)
_SEEN_BACK = 48
_SEEN_AHEAD = 16


def find(view: View) -> Iterator[Span]:
    """Every plate of `view`; short or loosely written ones only where a vehicle is spoken of."""
    for match in _CAR.finditer(view.low):
        if _is_plate(view, match):
            yield Span(*match.span(), "plate")
    for match in _DIPLOMATIC.finditer(view.low):
        yield Span(*match.span(), "plate")
    for match in _MILITARY.finditer(view.low):
        yield Span(*match.span(1), "plate")


def _is_plate(view: View, match: re.Match[str]) -> bool:
    if not _PLACE.match(match[0]):
        return False
    before = view.low[max(0, match.start() - _SEEN_BACK) : match.start()]
    after = view.low[match.end() : match.end() + _SEEN_AHEAD]
    if _VEHICLE.search(before) or _VEHICLE.search(after):
        return True
    if _OTHER.search(before):
        return False
    return _is_strict(match, written=view.text[match.start("series") : match.end("series")])


def _is_strict(match: re.Match[str], written: str) -> bool:
    """Whether the shape alone is proof: five digits, and nothing loose between the parts."""
    is_long = len(match["number"].replace(".", "").replace(" ", "")) == len("12345")
    is_tight = not match["gap"].isspace() and (written.isupper() or not match["join"].isspace())
    return is_long and is_tight
