"""Phone, identity, bank account and tax numbers: one judgement for each run of digits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from classifier.personal import cues, shapes
from classifier.personal.cues import Cue
from classifier.personal.view import Span, View

_GROUP = r"(?:[0-9oil|]*[0-9][0-9oil|]*|o{1,4})(?![a-z0-9])"
_JOIN = r"[ \n]?[.,·_\-]?[ \n]?[()]?(?: \(?0\))?[ \n]{0,2}"
_GLUED = "".join(
    rf"|(?<={word})" for word in ("sdt", "dt", "so", "zalo", "stk", "mst", "cccd", "cmnd", "tk", "lh", "tel")
)
_CHAIN = re.compile(
    rf"(?:(?<![a-z0-9_@#=%])(?<![0-9][./\-])|(?<=[0-9]{{9}}/){_GLUED})(?:[+(] ?){{0,2}}{_GROUP}(?:{_JOIN}{_GROUP})*"
)
_DIGITS = re.compile(r"[0-9oil|]+")
_AS_DIGITS = str.maketrans("oil|", "0111")
_CODE_BEFORE = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*[.\-/_]$")
_LEFT_ALONE = re.compile(
    r"(?<![0-9.\-/])(?:(?:0?[1-9]|[12]\d|3[01])[./\-](?:0?[1-9]|1[0-2])[./\-](?:19|20)\d\d(?![0-9]|[./\-]\d)"  # a date
    r"|(?:1[89]00)[ .\-]?\d{3,4}(?:[ .\-]?\d{2,4})?(?!\d)"  # a service line
    r"|(?:25[0-5]|2[0-4]\d|1?[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?[1-9]?\d)){3}(?![.\d]))"  # an IPv4 address
)
_AMOUNT = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_OPENING = re.compile(r"\+ ?$|\( ?\+? ?$|\+ ?\( ?$")
_REGION = re.compile(r"[+(0-9o][0-9oil|+() .,·_\-\n]{5,}")
_CODE_AFTER = re.compile(r"[.\-/]?[a-z]{1,3}\d")
_CARD = "9704"  # cards of Vietnamese banks, ISO/IEC 7812
_PENSION = re.compile(r"(?<![a-z0-9])711[ab][ .\-]?\d{4}[ .\-]?\d{4}(?!\d)")  # accounts of VietinBank for salaries
_MA_SO = re.compile(r"(?<![a-z])ma so\s?[:.]?\s?$")
_ROUND = re.compile(r"[1-9]\d*0000")
_MOST_DIGITS = 20
_MOST_GROUPS = 80
_FEW_GROUPS = 3
_LEAST_DIGITS = 6
_BIG_GROUP = 7
_NEAR = 14


@dataclass(frozen=True, slots=True)
class _Group:
    start: int
    end: int
    digits: str


@dataclass(frozen=True, slots=True)
class _Number:
    """Some neighbouring groups of a chain read as one number."""

    start: int
    end: int
    digits: str
    is_plus: bool
    is_whole: bool  # one group, or several small ones
    count: int
    is_amount: bool  # 15.000.000


def find(view: View) -> Iterator[Span]:
    """Every private number of `view`, in the order of the text."""
    yield from (Span(*match.span(), "bank_account") for match in _PENSION.finditer(view.low))
    for region in _REGION.finditer(view.low):
        if sum(map(str.isdigit, region[0])) >= _LEAST_DIGITS:
            for chain in _CHAIN.finditer(view.low, region.start(), region.end() + 1):
                for part in _parts(view, chain):
                    yield from _in_chain(view, part)


def _parts(view: View, match: re.Match[str]) -> Iterator[list[_Group]]:
    """The groups of a chain, cut where something that is left alone stands between them."""
    left_alone = [(m.start() + match.start(), m.end() + match.start()) for m in _LEFT_ALONE.finditer(match[0])]
    part: list[_Group] = []
    for group in _DIGITS.finditer(match.string, *match.span()):
        is_word = group[0].isalpha() and not view.text[group.start() : group.end()].isascii()  # "ở"
        if is_word or any(start <= group.start() < end for start, end in left_alone):
            yield part
            part = []
        else:
            part.append(_Group(group.start(), group.end(), group[0].translate(_AS_DIGITS)))
    yield part


def _in_chain(view: View, groups: list[_Group]) -> Iterator[Span]:
    is_endless = len(groups) > _MOST_GROUPS and sum(len(group.digits) for group in groups) < 2 * len(groups)
    is_code = len(groups) > _FEW_GROUPS and bool(_CODE_AFTER.match(view.low, groups[-1].end))
    if not groups or is_endless or is_code or cues.is_agency_line(view, groups[0].start, groups[-1].end):
        return
    cue = cues.before(view, groups[0].start)
    position = 0
    while position < len(groups):
        number, kind = _best(view, groups[position:], cue)
        if kind:
            yield Span(number.start, number.end, kind)
            cue = Cue(cue.kind, 1) if cue.kind != "code" else Cue(cues.NONE, 0)
        position += number.count if kind else 1


def _best(view: View, groups: list[_Group], cue: Cue) -> tuple[_Number, str]:
    """The number that the first of `groups` begins, and its type ("" when it is none): a longer one wins."""
    best = _number(view, groups[:1]), ""
    digits = 0
    for count, group in enumerate(groups, 1):
        digits += len(group.digits)
        # After a whole number, a comma ends it: "09 1234 5678, 09 8765 4321" are two.
        ended = best[1] and "," in view.low[groups[count - 2].end : group.start]
        if digits > _MOST_DIGITS or ended:
            break
        if view.low[group.start : group.end].isalpha():
            continue
        number = _number(view, groups[:count])
        kind = _kind(view, number, cue)
        if kind and not (
            best[1] in {"phone", "cccd"} and kind == "bank_account" and best[0].is_whole and count > best[0].count + 2
        ):
            best = number, kind
    return best


def _number(view: View, groups: list[_Group]) -> _Number:
    start, end = groups[0].start, groups[-1].end
    digits = "".join(group.digits for group in groups)
    is_plus = view.low[max(0, start - 2) : start].strip("( ").endswith("+")
    lengths = [len(group.digits) for group in groups]
    opening = _OPENING.search(view.low, max(0, start - 4), start)
    if opening and ("(" not in opening[0] or ")" in view.low[start:end]):
        start = opening.start()
    return _Number(
        start,
        end,
        digits,
        is_plus,
        len(groups) == 1 or max(lengths) <= _BIG_GROUP,
        len(groups),
        bool(_AMOUNT.fullmatch(view.low, start, end)),
    )


def _kind(view: View, number: _Number, cue: Cue) -> str:
    if cue.kind == "code" and cue.between <= _NEAR:
        return ""
    by_cue = _RULES.get(cue.kind, _by_shape)(view, number, cue)
    if by_cue and by_cue != "phone" and _is_part_of_code(view, number, cue):
        return ""
    return by_cue


def _is_part_of_code(view: View, number: _Number, cue: Cue) -> bool:
    before = view.low[max(0, number.start - 16) : number.start]
    return cues.is_counted_after(view, number.end) or (cue.between > 1 and bool(_CODE_BEFORE.search(before)))


def _by_shape(view: View, number: _Number, cue: Cue) -> str:
    if cue.kind != "phone" and _is_account(number) and len(number.digits) >= 8 and cues.is_bank_after(view, number.end):
        return "bank_account"
    if _is_phone(number):
        return "phone"
    if shapes.is_identity(number.digits) and number.is_whole:
        return "cccd"
    if number.digits.startswith(_CARD) and len(number.digits) in {16, 19} and number.is_whole:
        return "bank_account"
    if len(number.digits) in {9, 12} and number.is_whole and cues.is_identity_after(view, number.end):
        return "cccd"
    is_unit = len(number.digits) == 13 and number.count == 2 and view.low[number.end - 4] == "-"
    is_told = len(number.digits) == 10 and bool(_MA_SO.search(view.low, max(0, number.start - _NEAR), number.start))
    is_checked = is_told or (shapes.is_tax_code(number.digits) and cues.is_business_near(view, number.start))
    return "tax_code" if is_unit or (is_checked and number.count == 1) else ""


def _by_phone(view: View, number: _Number, cue: Cue) -> str:
    kind = _by_shape(view, number, cue)
    is_local = number.is_whole and cue.between <= _NEAR and shapes.is_local_phone(number.digits)
    return kind or ("phone" if is_local and not cues.is_counted_after(view, number.end) else "")


def _by_identity(view: View, number: _Number, cue: Cue) -> str:
    if number.is_whole and len(number.digits) in {9, 12}:
        return "cccd"
    kind = _by_shape(view, number, cue)
    return kind or ("cccd" if number.is_whole and cue.between <= _NEAR and len(number.digits) in {11, 13} else "")


def _by_tax(view: View, number: _Number, cue: Cue) -> str:
    """A tax code of ten or thirteen digits, or the identity number that stands for it since 1 July 2025."""
    is_identity = len(number.digits) == 12 and number.is_whole
    return "tax_code" if is_identity or shapes.is_tax_length(number.digits) else _by_shape(view, number, cue)


def _by_account(view: View, number: _Number, cue: Cue) -> str:
    return "bank_account" if _is_account(number) else _by_shape(view, number, cue)


def _by_bank(view: View, number: _Number, cue: Cue) -> str:
    is_long = len(number.digits) >= 8
    return "bank_account" if is_long and _is_account(number) and cue.between <= _NEAR else _by_money(view, number, cue)


def _by_money(view: View, number: _Number, cue: Cue) -> str:
    is_account = len(number.digits) >= 8 and _is_account(number) and not _ROUND.fullmatch(number.digits)
    if is_account and cues.is_bank_near(view, number.start):
        return "bank_account"
    return _by_shape(view, number, cue) or ("bank_account" if is_account else "")


def _is_account(number: _Number) -> bool:
    return _LEAST_DIGITS <= len(number.digits) <= 19 and number.is_whole and not number.is_amount


def _is_phone(number: _Number) -> bool:
    if number.is_plus and shapes.is_foreign_phone(number.digits):
        return not number.digits.startswith("84") or shapes.is_phone(number.digits)
    return shapes.is_phone(number.digits)


_RULES = {
    "phone": _by_phone,
    "cccd": _by_identity,
    "tax": _by_tax,
    "account": _by_account,
    "bank": _by_bank,
    "money": _by_money,
}
