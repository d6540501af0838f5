"""Personal data in a citizen's text: where it stands, and the text without it."""

from collections.abc import Iterable

from classifier.personal import (
    addresses,
    emails,
    full_names,
    names,
    numbers,
    plain_names,
    plates,
    short_names,
    spoken,
    told_names,
)
from classifier.personal.view import Span, look

__all__ = ["PLACEHOLDERS", "Span", "describe", "find", "redact", "replace"]

PLACEHOLDERS = {
    "phone": "[số điện thoại]",
    "cccd": "[số căn cước]",
    "email": "[thư điện tử]",
    "bank_account": "[số tài khoản]",
    "address": "[địa chỉ]",
    "person_name": "[tên người]",
    "tax_code": "[mã số thuế]",
    "plate": "[biển số xe]",
}


class _Taken:
    """The spans found so far, and which characters they keep."""

    def __init__(self, length: int) -> None:
        self.spans: list[Span] = []
        self._kept = bytearray(length)

    def add(self, found: Iterable[Span]) -> None:
        """Take each of `found` that stands over none taken before."""
        for span in found:
            if self._kept.find(1, span.start, span.end) < 0:
                self._kept[span.start : span.end] = b"\x01" * (span.end - span.start)
                self.spans.append(span)


def find(text: str) -> list[Span]:
    """Every piece of personal data of `text`, in order, none over another; offsets count in its Unicode NFC.

    Where two finders claim the same characters, the first of e-mail, plate, number, spoken number, address, name
    without capitals, name keeps them.
    """
    view = look(text)
    taken = _Taken(len(view.text))
    for finder in (emails.find, plates.find, numbers.find, spoken.find):
        taken.add(finder(view))
    people = [
        span for finder in (full_names, told_names, short_names, plain_names, names) for span in finder.find(view)
    ]
    taken.add(addresses.find(view, people))
    taken.add(people)
    return sorted(taken.spans)


def redact(text: str) -> str:
    """`text` in NFC with every piece of personal data replaced by what it was, as in "[số điện thoại]"."""
    return replace(look(text).text, find(text))


def describe(text: str) -> dict[str, object]:
    """What `redact` and `find` tell of `text`, as it goes into a JSON line: `spans` and `text`."""
    spans = find(text)
    return {"spans": [list(span) for span in spans], "text": replace(look(text).text, spans)}


def replace(text: str, spans: Iterable[Span]) -> str:
    """`text` with each of the sorted `spans` replaced by its placeholder."""
    parts, done = [], 0
    for span in spans:
        parts += [text[done : span.start], PLACEHOLDERS[span.type]]
        done = span.end
    return "".join([*parts, text[done:]])
