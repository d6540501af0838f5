"""What can be done to many cases at once: one row an action, with what it asks for and whether it ends a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from feedback.domain.permissions import Permission

MOST = 200  # cases of one batch


@dataclass(frozen=True, slots=True)
class Deed:
    """One action over a selection.

    Attributes:
        name: what the official chooses.
        permission: without it the action is not offered; the service asks again for each case.
        other: another permission with which it is offered as well.
        facts: names of what is asked of the official besides the reason.
        closes: whether it ends a case, so that the official must have read each.
        read: whether the official must have read each for another reason: what goes out bears their word.
        shortest: how many characters the reason needs at least.
        told: whether the sender reads the reason.
    """

    name: str
    permission: Permission
    facts: tuple[str, ...] = ()
    other: Permission | None = None
    closes: bool = False
    read: bool = False
    shortest: int = 1
    told: bool = False


P = Permission
DEEDS: Mapping[str, Deed] = MappingProxyType(
    {
        "phan-cong": Deed("Phân công cán bộ", P.ARRANGE, ("assignee",)),
        "gan-the": Deed("Gắn thẻ", P.TAG, ("tag",)),
        "go-the": Deed("Gỡ thẻ", P.TAG, ("tag",)),
        "chuyen": Deed("Chuyển đến cơ quan giải quyết", P.TRIAGE, ("body",)),
        "hop-le": Deed("Xác nhận hợp lệ (bác kết quả sàng lọc)", P.SCREEN),
        "sang-loc": Deed("Xác nhận kết quả sàng lọc", P.SCREEN, ("label", "letter"), closes=True),
        "tu-choi": Deed("Từ chối, có căn cứ", P.SCREEN, ("refusal",), closes=True, told=True),
        "gop": Deed("Gộp vào một ý kiến", P.ARRANGE, ("lead",), closes=True),
        "bo-sung": Deed("Đề nghị người gửi bổ sung", P.TRIAGE, other=P.ANSWER, shortest=20, told=True),
        "gia-han": Deed("Gia hạn trả lời", P.EXTEND, ("until",), shortest=10, told=True),
        "nhan": Deed("Nhận giải quyết", P.ANSWER),
        "tra-lai": Deed("Trả lại để phân loại lại", P.RETURN),
        "tra-loi": Deed("Trình cùng một câu trả lời", P.ANSWER, ("text", "outcome", "planned_on")),
        "sua-lai": Deed("Trả lại câu trả lời để hoàn thiện", P.CHECK),
        "duyet": Deed("Duyệt và gửi câu trả lời", P.CHECK, ("points",), read=True),
        "gui": Deed("Gửi câu trả lời đã duyệt", P.SEND),
        "chuyen-tiep": Deed("Chuyển sang cơ quan khác", P.TRIAGE, ("body",)),
        "dong": Deed("Đóng ý kiến đã trả lời", P.CLOSE, closes=True),
        "mo-lai": Deed("Mở lại", P.REOPEN),
        "giu": Deed("Giữ nguyên hồ sơ", P.HOLD),
        "go-giu": Deed("Gỡ lệnh giữ hồ sơ", P.HOLD),
    }
)


def deeds_for(permissions: frozenset[Permission]) -> dict[str, Deed]:
    """What whoever holds these permissions may try, by code, in the order of the table."""
    return {code: deed for code, deed in DEEDS.items() if {deed.permission, deed.other} & permissions}
