"""The grammar of an address: house, alley, hamlet, building, street, administrative unit, one after the other."""

import re
from dataclasses import dataclass, field

from classifier.personal.view import View
from classifier.personal.words import bare, places, words

_NUMBER = re.compile(
    r"(?:[a-z]{0,3}\d{1,4}[a-z]{0,2}(?:\s?[/\-.]\s?[a-z]?\d{1,4}[a-z]?){0,4}|[a-z](?![.\s]?\d))(?![a-z0-9])"
)
_HOUSE = re.compile(
    r"(?P<cue>(?:so nha|nha so|sn|so|nha|k)\s*:?\s*)?(?P<number>\d{1,4}[a-z]?(?:\s?[/\-]\s?\d{1,4}[a-z]?){0,4})"
    r"(?![a-z0-9%]|[.,]\d)"
)
_KINDS = {
    "building": r"can ho|can|day (?:nha )?tro|nha tro|xom tro|phong|ct(?=\d)|p(?=\.? ?\d{3})|tang|toa nha|toa|block"
    r"|chung cu|cc|khu tap the|ktt|tap the|ky tuc xa|ktx|khu do thi|kdt|khu dan cu|kdc"
    r"|khu (?:dat )?dich vu|khu dat dich vu|khu tai dinh cu|tai dinh cu|lk(?=-?\d)|bt(?=-?\d)|cu xa|lo|khu biet thu"
    r"|biet thu|don nguyen|kiot|ki-ot|ki ot|day|cho|nha(?= ?[a-z]\d)|chung cu mini",
    "alley": r"ngo|ngach|hem|kiet",
    "sub": r"phum soc|phum|soc|xu dong|to dan pho|tdp|to|khu pho|kp|khu|khom|ap|thon|xom|ban(?! (?:do|quyen|sao|an"
    r"|kinh|dich|in|goc|than|le|cap|tin)\b)|buon|doi|lang",
    "street": r"duong|pho|dg|d",
    "admin": r"phuong|xa|thi tran|quan|huyen|thi xa|thanh pho|tinh|tp|tt|tx|p|f|q|h|x|t",
}
_ACCENTED = {
    "can ho": "căn hộ", "can": "căn", "phong": "phòng", "tang": "tầng", "lo": "lô", "day": "dãy", "cho": "chợ",
    "ngo": "ngõ", "ngach": "ngách", "hem": "hẻm", "kiet": "kiệt", "to": "tổ", "khom": "khóm", "ap": "ấp",
    "thon": "thôn", "xom": "xóm", "ban": "bản", "buon": "buôn", "doi": "đội", "lang": "làng", "duong": "đường",
    "pho": "phố", "xa": "xã", "phuong": "phường", "quan": "quận", "huyen": "huyện", "tinh": "tỉnh", "dg": "đg",
    "d": "đ", "nha": "nhà", "so": "số", "thi tran": "thị trấn", "soc": "sóc", "thi xa": "thị xã",
}  # fmt: skip
_NEEDS_NUMBER = frozenset(("can", "phong", "tang", "day", "lo", "to", "doi", "kiot", "nha", "don nguyen"))
_COUNTS = frozenset(("triệu", "trieu", "phan", "do", "ho"))
_SHORT = frozenset(("p", "f", "q", "h", "x", "t", "d", "tt", "tx", "dg"))
_LETTERED = frozenset(("building", "alley"))
_NEEDS_NOTHING = frozenset(("ky tuc xa", "ktx", "khu tap the", "ktt", "nha tro", "day tro", "xom tro", "day nha tro"))
_COMPONENT = re.compile(
    "(?:" + "|".join(f"(?P<{kind}>(?:{names})(?![a-z]))" for kind, names in _KINDS.items()) + r")"
    r"(?P<dot>\s?\.?)\s*(?:cu\s)?(?:so\s(?=\w*\d))?"
)
_JOIN = re.compile(r"\s{0,2}(?:[,;\-.]\s{0,2})?(?:\n\s*)?(?:thuoc |o |tai )?")
_DATE = re.compile(r"\d{1,2} thang \d{1,2}(?!\d)")
_LISTED = re.compile(
    r"(?!(?:toi|em|minh|chung|nay|khac|nao|do|co|khong|chua) ?)[a-z]+(?: [a-z0-9]+){0,3}"
    r"(?=, ?(?:xa|phuong|p\.|thi tran|tt|huyen|quan|tp|tinh|thon|ap|to|khom) )"
)
_SYLLABLE = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_AFTER_PLACE = frozenset((",", ".", "", "\n", ";", ")", ">", '"', "<"))
_NAME = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,3}")
_MOST_PARTS = 12
_MOST_SYLLABLES = 5
_MOST_PLAIN_SYLLABLES = 3


@dataclass
class Address:
    """An address as far as it was read: where it `end`s, and its parts, each with whether it has a number."""

    end: int
    parts: list[tuple[str, bool]] = field(default_factory=list)

    def count(self, *kinds: str) -> int:
        """How many parts are of these `kinds`."""
        return sum(kind in kinds for kind, _ in self.parts)

    def numbered(self, *kinds: str) -> int:
        """How many parts of these `kinds` have a number."""
        return sum(kind in kinds and has_number for kind, has_number in self.parts)


def read(view: View, start: int) -> Address:
    """The address that begins at `start`; without parts when none does."""
    address = Address(start)
    house = _HOUSE.match(view.low, start)
    if house and _is_spelt(view, house.start("cue"), (house["cue"] or "").strip(" :")):
        address.end = house.end()
        address.parts.append(("house" if house["cue"] else "number", True))
    while len(address.parts) < _MOST_PARTS and (part := _part(view, address)):
        kind, has_number, address.end = part
        address.parts.append((kind, has_number))
    return address


def _is_spelt(view: View, start: int, word: str) -> bool:
    """Whether the `word` read at `start` carries its marks, where the writer uses marks."""
    accented = _ACCENTED.get(word)
    return not accented or view.is_bare or view.text[start : start + len(word)].lower() == accented


def _part(view: View, address: Address) -> tuple[str, bool, int] | None:
    """The next part of `address`: its kind, whether it has a number, its end."""
    join = _JOIN.match(view.low, address.end)
    position = join.end() if join and address.parts else address.end
    is_apart = bool(address.parts and view.low[address.end : position].strip(" "))
    component = _COMPONENT.match(view.low, position)
    part = _component(view, component) if component else None
    if part or not address.parts:
        return part
    house = _HOUSE.match(view.low, position)
    if (
        house
        and house["cue"]
        and _is_spelt(view, house.start(), house["cue"].strip(" :"))
        and not address.count("admin")
    ):
        return "house", True, house.end()
    return _bare(view, address, position, is_apart)


def _component(view: View, component: re.Match[str]) -> tuple[str, bool, int] | None:
    kind = next(kind for kind in _KINDS if component[kind])
    word = component[kind]
    if not _is_spelt(view, component.start(), word):
        return None
    number = (_DATE if kind == "street" else _NUMBER).match(view.low, component.end())
    number = number or _NUMBER.match(view.low, component.end())
    if number and (any(map(str.isdigit, number[0])) or (kind in _LETTERED and view.text[number.start()].isupper())):
        return kind, True, number.end()
    is_short = word in _SHORT and not component["dot"].strip() and not view.text[component.start()].isupper()
    if word in _NEEDS_NUMBER or is_short:
        return None
    end = _name_end(view, component.end())
    if end:
        return kind, False, end
    return (kind, False, component.end(kind)) if word in _NEEDS_NOTHING else None


def _bare(view: View, address: Address, position: int, is_apart: bool) -> tuple[str, bool, int] | None:
    """A part without its word: the street after a house or an alley, or a place after a comma."""
    is_capital = _is_capital(view, position)
    if not is_capital and not view.is_bare and not view.is_flat:
        return None
    place = _place_end(view, position)
    if place and not (
        place < len(view.text) and is_capital and not is_apart and view.text[place + 1 : place + 2].isupper()
    ):
        return "place", False, place
    last, has_number = address.parts[-1]
    if last == "building" and has_number and not is_apart and view.is_flat and _is_closed(view, position):
        return "building", False, _name_end(view, position)
    if not is_capital and not (last in {"house", "number", "alley"} and _is_street(view, position, last)):
        return None
    end = _name_end(view, position)
    if last in {"house", "number", "alley"} and not is_apart:
        return ("street", False, end) if end else None
    if last == "building" and has_number and not is_apart:
        return ("building", False, end) if end else None
    is_listed = is_apart and "," in view.low[address.end : position] and view.low[end : end + 1] in _AFTER_PLACE
    return ("place", False, end) if end and is_listed and address.count("street", "alley", "admin") else None


def _is_street(view: View, position: int, last: str) -> bool:
    """Whether what stands at `position` without capitals begins as streets that are named after persons do."""
    syllable = _SYLLABLE.match(view.text, position)
    surnames = words("bare_surname") if view.is_bare else words("plain_surname")
    is_person = syllable is not None and syllable[0].lower() in surnames - _COUNTS
    if _is_known_street(view, position):
        return True
    return is_person or (last != "number" and view.is_flat and _is_closed(view, position))


def _is_known_street(view: View, position: int) -> bool:
    """Whether a name that many towns give to their streets stands at `position`."""
    street = _NAME.match(view.spelt, position)
    known = (bare if view.is_bare else words)("street")
    syllables = street[0].split() if street else []
    return any(" ".join(syllables[:count]) in known for count in range(2, len(syllables) + 1))


def _is_closed(view: View, position: int) -> bool:
    """Whether one to three syllables stand at `position`, and then a mark or the end."""
    end = _name_end(view, position)
    return bool(end) and view.low[end : end + 1] in _AFTER_PLACE


def _is_capital(view: View, position: int) -> bool:
    return view.text[position : position + 1].isupper() and not view.is_upper


def _name_end(view: View, position: int) -> int:
    """Where the name that starts at `position` ends; 0 when none starts there."""
    is_cased = _is_capital(view, position)
    if not is_cased and not (view.is_bare or view.is_flat):
        return 0
    listed = None if is_cased else _LISTED.match(view.low, position)
    if listed and not any(_is_component(view, position + at.start()) for at in _SYLLABLE.finditer(listed[0])):
        return listed.end()
    end = count = 0
    while count < _MOST_SYLLABLES and (syllable := _SYLLABLE.match(view.text, position)):
        if not (_goes_on(syllable[0], count) if is_cased else _goes_on_plain(view, syllable, count)):
            break
        end, count = syllable.end(), count + 1
        position = end + 1 if view.text[end : end + 1] == " " else len(view.text)
    return end


def _goes_on(written: str, count: int) -> bool:
    """Whether a syllable `written` so continues a name with capitals of `count` syllables so far."""
    is_next = count > 0 and (written in {"P", "Q", "TP", "TX", "TT", "F", "H", "X"})
    return (written[0].isupper() and not is_next) or (written.isdigit() and len(written) == 1 and count > 0)


def _goes_on_plain(view: View, syllable: re.Match[str], count: int) -> bool:
    """The same where capitals tell nothing."""
    low = view.low[syllable.start() : syllable.end()]
    if low.isdigit() and len(low) == 1 and count:
        return True
    if not low.isalpha() or count >= _MOST_PLAIN_SYLLABLES:
        return False
    is_last = view.low[syllable.end() : syllable.end() + 1] in _AFTER_PLACE
    if not view.is_bare:
        return view.spelt[syllable.start() : syllable.end()] not in words("marked_stop") and not (
            count > 0 and _is_component(view, syllable.start())
        )
    if low in words("stop") and (low not in words("given") or (count > 1 and not is_last)):
        return False
    return not (count > 0 and _is_component(view, syllable.start()))


def _is_component(view: View, position: int) -> bool:
    """Whether the word of another part stands at `position`."""
    component = _COMPONENT.match(view.low, position)
    if not component:
        return False
    word = next(component[kind] for kind in _KINDS if component[kind])
    has_value = (word not in _NEEDS_NUMBER and word not in _SHORT) or bool(_NUMBER.match(view.low, component.end()))
    return has_value and _is_spelt(view, position, word)


def _place_end(view: View, position: int) -> int:
    """Where the known province or district that starts at `position` ends; 0 when none does."""
    ends: list[int] = []
    at = position
    while len(ends) < 4 and (syllable := _SYLLABLE.match(view.low, at)):
        ends.append(syllable.end())
        at = syllable.end() + 1
    return next((end for end in reversed(ends) if view.low[position:end] in places()), 0)
