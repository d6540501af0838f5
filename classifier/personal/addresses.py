"""Private addresses: from the house number to the street and the units that follow, not offices nor mere places."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain

from classifier.personal.address_parts import Address, read
from classifier.personal.view import Span, View

_NUMBERED = (
    r"(?:so nha|nha so|sn|so|nha|can ho|can|phong|p|tang|lo|ngo|ngach|hem|kiet|k|to|to dan pho|tdp|ap|thon|xom"
    r"|khom|khu pho|kp|khu|doi|ki-?ot|lk|bt"
    r"|toa|block|chung cu|ky tuc xa|ktx|day|kiot|cc)[ :.]{0,3}(?:so )?[a-z]{0,2}\d"
)
_NAMED = (
    r"(?:ap|thon|xom|khom|khu pho|buon|ban|lang|to dan pho|tdp|ngo|ngach|hem|kiet|duong|pho|chung cu|khu tap the"
    r"|ktt|khu do thi|khu dan cu|cu xa|toa|ky tuc xa"
    r"|ktx|nha tro|kiot|phum|soc|xu dong|ki-ot|ki ot|khu tai dinh cu|khu dat dich vu)(?= [a-z])"
)
_BARE_NUMBER = r"\d{1,4}[a-z]?(?:[/\-]\d{1,4}[a-z]?){0,4},? (?=[a-z])"
_PART = rf"(?:(?P<numbered>{_NUMBERED})|(?P<named>{_NAMED})|(?P<number>{_BARE_NUMBER}))"
_FIRST = re.compile(_PART)
_LATER = re.compile(rf"[ \n,(:;\"]{_PART}")
_PART_WORD = re.compile(r"(?:ngo|ngach|hem|kiet|duong|pho|dg|d|khu pho|kp|to|ap|thon|xom)[ .]")
_RESIDENCE = re.compile(
    r"(?<![a-z])(?:dia chi(?: (?:nha|lien he|lien lac|nhan|the|thuong tru|tam tru|cu tru|hien tai|rieng|thu|ket qua"
    r"|giay to|cua|cu|moi|ghi|la))*|d/c|dc"
    r"|thuong tru|tam tru|hktt|ho khau|cu tru|ngu"
    r"|dktt|dkhktt|noi o|cho o|(?:nha|gia dinh)(?: \w+){0,3} o|nha o|gui ve|que quan|nguyen quan|sinh song o"
    r"|don gui tu|(?:toi|tui|em|minh|chau|con|ho|nguoi|ba|ong|me|bo|vo|chong|anh|chi|gia dinh)(?: (?:toi|em|minh"
    r"|chau|dang|hien|moi|van|cung|deu|nay|da)){0,2} (?:o|ngu|cu ngu|thue o)(?: tai)?|cung ngu|chuyen(?: khau"
    r"| ho khau| nha)? (?:tu|den|sang|toi)|(?:thua|manh|lo) dat(?: \w+){0,2} (?:o|tai)|(?:tra loi|van ban|ket qua"
    r"|thu|giay)(?: \w+){0,3} (?:ve|den|toi)|chuyen ho so (?:tu|ve)|nha toi ghi|thue(?: nha| tro| phong"
    r"| can ho)* (?:o|tai)|thue(?: nha| phong)?|o tro|tro tai|tro o|song (?:o"
    r"|tai)"
    r"|hien o|dang o|chuyen ve|luong ve|(?:giao|ship) (?:ve|den)|gui(?: thu)?(?: \w+){0,2} (?:ve|den|toi)|truoc o"
    r"|que|nha(?: (?:em|toi|minh|chau|me|bo|ba|ong|chong|vo|e|tui))?(?: de| ngay| trong| o trong)?|tru|tro)"
    r"(?: (?:cu|moi|hien nay|hien tai|nay|la|o|tai|so|cua|toi|em|minh|chau))*\s?[:,\-(]?\s*$"
)
_WEAK = re.compile(r"(?:^|[\s,(])(?:o|tai|thue kiot|hang|ve)\s*$")
_NOT_A_HOUSE = re.compile(
    r"(?:quyet dinh|nghi dinh|nghi quyet|cong van|thong bao|thong tu|van ban|to trinh|ke hoach|cong dien|mau|thua"
    r"|to ban do|tuyen|xe buyt|dieu|khoan|chuong|phu luc|luat"
    r"|quoc lo|tinh lo|ngay|thang|nam|luc|ky hop thu|lan thu|lan|khoa|quy|tuan|lop|phien ban|quay|cua|cum|toan bo"
    r"|bien|con|du|tong|gan|hon|khoang|tren|duoi|co|gom"
    r"|tat ca|ca|ly lich tu phap|phieu|thu)\s*(?:so)?\s*:?\s*$"
)
_PUBLIC = re.compile(
    r"\b((?:ubnd|hdnd|uy ban|tru so (?:cong an|ubnd|so|bo|cuc|co quan)|benh vien|truong|cong an|buu cuc|buu dien"
    r"|phong giao dich|trung tam|mot cua|tram y te|nha van hoa|toa an"
    r"|chi cuc|cuc|vien|cua hang|tiem|dai ly|chi nhanh|tru so|co so|tram|diem|dai su quan|lanh su|thu vien|kho bac"
    r"|bao tang|san van dong|cong vien|sieu thi|nha hang"
    r"|so (?!ho|nha|dien|tai|dt|may|can|cc|cm|do|hong|thua)[a-z]+(?: [a-z]+)?|bo [a-z]+(?: [a-z]+)?|den|ga|ben xe"
    r"|van phong))"
    r"(?: \w+){0,5}[,:]?\s*(?:o|tai|dia chi|so)?\s*:?\s*$"
)
_OFFICE_AFTER = re.compile(
    r"[ ,(]{1,2}(?:cua |thuoc )?(?P<word>so|ubnd|uy ban|bo phan|cong an|benh vien|truong|trung tam|co quan|cuc"
    r"|chi cuc|mot cua)\b"
)
_OFFICE_SPELT = {
    "so": "sở",
    "bo": "bộ",
    "truong": "trường",
    "cuc": "cục",
    "vien": "viện",
    "co": "cơ",
    "tram": "trạm",
    "diem": "điểm",
}
_NAMELESS = frozenset(("ky tuc xa", "ktx", "khu tap the", "ktt", "nha tro"))
_SEEN_BACK = 48
_SEEN_AHEAD = 16
_SENTENCE = re.compile(r"[.;!?\n]")
_BRIDGE = re.compile(r"[ ,(:;\-]+(?:(?:hien )?(?:o|ngu|nha|tru|que)(?: tai| o)? )?$")


def find(view: View, names: Sequence[Span] = ()) -> Iterator[Span]:
    """Every private address of `view`; one that follows one of the `names` needs no other cue."""
    ends = sorted({name.end for name in names})
    done = 0
    for start, match in _starts(view):
        if start < done or not _may_begin(view, match):
            continue
        address = read(view, start)
        if address.parts and _is_private(view, start, address, ends):
            done = address.end
            yield Span(start, address.end, "address")


def _starts(view: View) -> Iterator[tuple[int, re.Match[str]]]:
    first = _FIRST.match(view.low)
    later = _LATER.finditer(view.low)
    yield from chain([(0, first)] if first else [], ((match.start() + 1, match) for match in later))


def _may_begin(view: View, match: re.Match[str]) -> bool:
    """A cheap look before reading: capitals, or a street's word, behind what seems a beginning."""
    follows = view.text[match.end() : match.end() + 2].lstrip()
    if match["number"]:
        return follows[:1].isupper() or view.is_flat or bool(_PART_WORD.match(view.low, match.end()))
    named = match["named"]
    return not named or follows[:1].isupper() or view.is_bare or named in _NAMELESS or view.is_flat


def _is_private(view: View, start: int, address: Address, names: Sequence[int]) -> bool:
    before = view.low[max(0, start - _SEEN_BACK) : start]
    is_home = bool(_RESIDENCE.search(before))
    first = address.parts[0][0]
    if first == "building" and not is_home and _is_office_room(view, start, address.end):
        return False
    if not is_home and (_is_office(view, start) or (first in {"number", "house"} and _NOT_A_HOUSE.search(before))):
        return False
    if first == "number" and view.is_flat and not is_home and address.parts[-1] == ("street", False):
        return False
    if first in {"house", "number"}:
        return len(address.parts) > 1 and _is_house(address, is_home or bool(_WEAK.search(before)))
    if _is_of_person(view, start, names) and _is_homely(address):
        return True
    if address.count("house") or (address.count("building") >= 2 and address.numbered("building")):
        return True
    if is_home or (len(address.parts) > 1 and _follows_name(view, start, names)):
        return _is_homely(address)
    return address.numbered("sub", "alley") >= 2 or (bool(_WEAK.search(before)) and _is_door(address))


def _is_office(view: View, start: int) -> bool:
    """Whether a public body or a shop is named right before `start`, spelt so where the writer uses marks."""
    office = _PUBLIC.search(view.low, max(0, start - _SEEN_BACK), start)
    return office is not None and _is_spelt(view, office.start(1), office[1].split()[0])


def _is_office_room(view: View, start: int, end: int) -> bool:
    """Whether the rooms at [start, end) are those of a public body."""
    office = _OFFICE_AFTER.search(view.low, start, end + _SEEN_AHEAD)
    return office is not None and _is_spelt(view, office.start("word"), office["word"])


def _is_spelt(view: View, start: int, word: str) -> bool:
    written = view.text[start : start + len(word)].lower()
    return view.is_bare or _OFFICE_SPELT.get(word, written) == written


def _is_house(address: Address, is_home: bool) -> bool:
    """Whether an address that begins with a house number is one: a plain number needs more than one with its word."""
    second = address.parts[1][0]
    if address.parts[0][0] == "house":
        return second in {"alley", "street", "sub", "building"} or is_home
    if is_home and second in {"sub", "building"}:
        return True
    return second in {"alley", "street"} and (
        bool(address.numbered("alley")) or is_home or address.count("admin", "place") > 0
    )


def _is_homely(address: Address) -> bool:
    """Whether what follows a cue of residence is narrower than a street or a commune."""
    if not address.count("alley", "sub", "building"):
        return False
    return len(address.parts) > 1 or bool(address.numbered("alley", "sub", "building"))


def _is_door(address: Address) -> bool:
    """Whether "ở …" is followed by a numbered alley of a street, or a numbered building."""
    return bool(address.numbered("alley", "building")) and len(address.parts) > 1


def _is_of_person(view: View, start: int, names: Sequence[int]) -> bool:
    """Whether "ở …" stands before, in one sentence with a person named shortly before."""
    near = bisect_right(names, start)
    between = view.low[names[near - 1] : start] if near else "."
    return len(between) < _SEEN_BACK and not _SENTENCE.search(between) and bool(_WEAK.search(between))


def _follows_name(view: View, start: int, names: Sequence[int]) -> bool:
    bridge = _BRIDGE.search(view.low, max(0, start - _SEEN_BACK), start)
    return bridge is not None and bridge.start() in names
