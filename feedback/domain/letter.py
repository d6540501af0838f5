"""A letter to a citizen in the parts that Decree 30/2020/NĐ-CP gives an official letter; its look is another matter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from feedback.domain.clock import VIETNAM
from feedback.domain.vocabulary import KIND_NAMES, Kind, SenderKind

ANSWER = "TL"
# What an official does with words for the citizen: the sign of its letters, what a letter is called, its subject.
FROM_NOTES = MappingProxyType(
    {
        "refuse": ("TC", "Thư trả lời về việc không tiếp nhận", "trả lời về việc chưa tiếp nhận"),
        "redirect": ("HD", "Thư hướng dẫn chuyển kênh", "hướng dẫn gửi đến cơ quan có thẩm quyền đối với"),
        "ask_supplement": ("BS", "Thư đề nghị bổ sung", "đề nghị bổ sung nội dung"),
        "extend": ("GH", "Thư gia hạn trả lời", "gia hạn trả lời"),
    }
)
CODE = re.compile(r"^[A-Z]{2}-[1-9][0-9]{0,3}\Z")
_COMMITTEE = "Ủy ban nhân dân "
_NOBODY = "Bộ phận tiếp nhận phản ánh, kiến nghị"
_ADDRESSEES = MappingProxyType(
    {SenderKind.BUSINESS: "Quý doanh nghiệp", SenderKind.ORGANISATION: "Quý cơ quan, tổ chức"}
)
_NAMED_IN_FULL = "Thành phố Hồ Chí Minh"


@dataclass(frozen=True, slots=True)
class Issuer:
    """The body that signs: its name in full, whether it is one of the Party's, and where it sits, if that is known."""

    name: str = _NOBODY
    party: bool = False
    place: str | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The name as it stands at the head of a letter; a committee's place has a line of its own."""
        if self.name.startswith(_COMMITTEE):
            return _COMMITTEE.strip().upper(), self.name.removeprefix(_COMMITTEE).upper()
        return (self.name.upper(),)


@dataclass(frozen=True, slots=True)
class Facts:
    """What every letter on a case says of the case."""

    reference: str
    kind: Kind
    sender_kind: SenderKind
    title: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, ready to be set.

    Attributes:
        issuer: who signs.
        number: the letter's number, made of the case's.
        subject: what it is about, after "V/v".
        dateline: place and date.
        at: when it was sent, or approved.
        addressee: to whom.
        paragraphs: what it says.
        approval: by what it holds, in place of a signature.
        recipients: who gets it.
    """

    issuer: Issuer
    number: str
    subject: str
    dateline: str
    at: datetime
    addressee: tuple[str, ...]
    paragraphs: tuple[str, ...]
    approval: str
    recipients: tuple[str, ...]

    @property
    def title(self) -> str:
        """What the document is called."""
        return f"Thư số {self.number}: {self.subject}"


def code_of(sign: str, ordinal: int) -> str:
    """`TL-2`: the second answer; `HD-1`: the first letter that shows the way elsewhere."""
    return f"{sign}-{ordinal}"


def write(
    *, facts: Facts, issuer: Issuer, code: str, text: str, at: datetime, sent: bool, named: tuple[str, ...] = ()
) -> Letter:
    """The letter of these words.

    Args:
        facts: of the case.
        issuer: who signs.
        code: the letter's own, as TL-1.
        text: the words as they were approved.
        at: when it was sent, or approved.
        sent: whether it was sent.
        named: the sender's name and address, when they were unsealed for this letter; empty otherwise.
    """
    local = at.astimezone(VIETNAM)
    moment = f"trên hệ thống Lắng Nghe lúc {local:%H:%M} ngày {local:%d/%m/%Y}"
    own = f"(theo ý kiến số {facts.reference})"
    return Letter(
        issuer=issuer,
        number=f"{facts.reference}/{code}",
        subject=_subject(facts, code),
        dateline=_dateline(issuer, local),
        at=at,
        addressee=(*named, own) if named else (f"{_ADDRESSEES.get(facts.sender_kind, 'Ông/Bà')} {own}",),
        paragraphs=_paragraphs(facts, text),
        approval=f"(Đã duyệt và gửi {moment})" if sent else f"(Đã duyệt {moment}; chưa gửi)",
        recipients=("Như trên;", f"Lưu: hồ sơ ý kiến {facts.reference}."),
    )


def with_new_date(text: str, due: datetime) -> str:
    """The words of an extension and the new date, unless they say it."""
    day = f"{due.astimezone(VIETNAM):%d/%m/%Y}"
    return text if day in text else f"{text}\nHạn trả lời mới là ngày {day}."


def place_of(*, class_code: str, body_name: str, province_name: str | None) -> str:
    """The name of the place that stands before the date: the capital for central bodies, else the body's own place."""
    if province_name is None:
        return "Hà Nội"
    if class_code == "UBND_XA":
        unit, _, name = body_name.removeprefix(_COMMITTEE).partition(" ")
        rest = name.partition(" ")[2] if unit == "đặc" else name
        return rest if not rest.isdigit() else f"{unit.capitalize()} {rest}"
    # Decree 30/2020/NĐ-CP, appendix I, II.4: a place that bears a person's name is written with what it is.
    return _NAMED_IN_FULL if province_name == "Hồ Chí Minh" else province_name


def _subject(facts: Facts, code: str) -> str:
    sign = code.partition("-")[0]
    words = next((subject for own, _, subject in FROM_NOTES.values() if own == sign), "trả lời")
    return f"{words} {KIND_NAMES[facts.kind].lower()} số {facts.reference}"


def _dateline(issuer: Issuer, local: datetime) -> str:
    # The same appendix: a nought before days below ten, and before January and February alone.
    month = f"{local:%m}" if local.month < 3 else str(local.month)
    day = f"ngày {local:%d} tháng {month} năm {local:%Y}"
    return f"{issuer.place}, {day}" if issuer.place else day.capitalize()


def _paragraphs(facts: Facts, text: str) -> tuple[str, ...]:
    """The words, after what they answer to unless they say it themselves, closed as an official letter is."""
    said = [line for line in (raw.strip() for raw in text.splitlines()) if line]
    if not any(facts.reference in line for line in said):
        day = f"{facts.received_at.astimezone(VIETNAM):%d/%m/%Y}"
        said.insert(0, f"Về ý kiến số {facts.reference}, gửi ngày {day}, “{facts.title}”:")
    last = said[-1]
    said[-1] = f"{last.removesuffix('.')}./." if last[-1] not in "!?…:;" else f"{last} ./."
    return tuple(said)
