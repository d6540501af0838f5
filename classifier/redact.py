"""Personal data in a citizen's text: where it stands, and the text without it."""

from collections.abc import Iterable

from classifier.personal import addresses, emails, names, numbers, plain_names, plates, spoken
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


def find(text: str) -> list[Span]:
    """Every piece of personal data of `text`, in order, none over another; offsets count in its Unicode NFC.

    Where two finders claim the same characters, the first of e-mail, plate, number, spoken number, address, name
    without capitals, name keeps them.
    """
    view = look(text)
    taken: list[Span] = []
    for finder in (emails.find, plates.find, numbers.find, spoken.find):
        _add(taken, finder(view))
    people = [*plain_names.find(view), *names.find(view)]
    homes = [home for home in addresses.find(view, people) if not _overlaps(home, taken)]
    _add(taken, homes)
    _add(taken, people)
    return sorted(taken)


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


def _add(taken: list[Span], found: Iterable[Span]) -> None:
    for span in found:
        if not _overlaps(span, taken):
            taken.append(span)


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)
