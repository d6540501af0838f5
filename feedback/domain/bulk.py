"""What can be done to many cases at once: one row an action, with what it asks for and whether it ends a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from feedback.domain.permissions import Permission
from feedback.domain.status import Action

MOST = 200  # cases of one batch


@dataclass(frozen=True, slots=True)
class Deed:
    """One action over a selection.

    Attributes:
        name: what the official chooses.
        permission: without it the action is not offered; the service asks again for each case.
        actions: the rows of the table of moves that it takes with each case; none where it moves nothing.
        other: another permission with which it is offered as well.
        facts: names of what is asked of the official besides the reason.
        closes: whether it ends a case, so that the official must have read each.
        read: whether the official must have read each for another reason: what goes out bears their word.
        shortest: how many characters the reason needs at least.
        told: whether the sender reads the reason.
    """

    name: str
    permission: Permission
    actions: tuple[Action, ...] = ()
    facts: tuple[str, ...] = ()
    other: Permission | None = None
    closes: bool = False
    read: bool = False
    shortest: int = 1
    told: bool = False


P, A = Permission, Action
DEEDS: Mapping[str, Deed] = MappingProxyType(
    {
        "phan-cong": Deed("Phân công cán bộ", P.ARRANGE, (A.ASSIGN,), ("assignee",)),
        "gan-the": Deed("Gắn thẻ", P.TAG, (A.TAG,), ("tag",)),
        "go-the": Deed("Gỡ thẻ", P.TAG, (A.TAG,), ("tag",)),
        "chuyen": Deed("Chuyển đến cơ quan giải quyết", P.TRIAGE, (A.ROUTE,), ("body",)),
        "hop-le": Deed("Xác nhận hợp lệ (bác kết quả sàng lọc)", P.SCREEN),
        "sang-loc": Deed(
            "Xác nhận kết quả sàng lọc", P.SCREEN, (A.REFUSE, A.REDIRECT), ("label", "letter"), closes=True
        ),
        "tu-choi": Deed("Từ chối, có căn cứ", P.SCREEN, (A.REFUSE,), ("refusal",), closes=True, told=True),
        "gop": Deed("Gộp vào một ý kiến", P.ARRANGE, (A.MERGE,), ("lead",), closes=True),
        "tach": Deed("Tách cùng một việc khỏi từng ý kiến", P.ARRANGE, (A.SPLIT,), ("title", "part")),
        "bo-sung": Deed(
            "Đề nghị người gửi bổ sung", P.TRIAGE, (A.ASK_SUPPLEMENT,), other=P.ANSWER, shortest=20, told=True
        ),
        "gia-han": Deed("Gia hạn trả lời", P.EXTEND, (A.EXTEND,), ("until",), shortest=10, told=True),
        "nhan": Deed("Nhận giải quyết", P.ANSWER, (A.ACCEPT,)),
        "tra-lai": Deed("Trả lại để phân loại lại", P.RETURN, (A.RETURN,)),
        "phoi-hop": Deed("Xác định cơ quan phối hợp", P.ARRANGE, (A.COORDINATE,), ("helpers",)),
        "thoi-phoi-hop": Deed("Thôi mọi cơ quan phối hợp", P.ARRANGE, (A.COORDINATE,)),
        "tra-loi": Deed("Trình cùng một câu trả lời", P.ANSWER, (A.ANSWER, A.CHECK), ("text", "outcome", "planned_on")),
        "sua-lai": Deed("Trả lại câu trả lời để hoàn thiện", P.CHECK, (A.SEND_BACK,)),
        "duyet": Deed("Duyệt và gửi câu trả lời", P.CHECK, (A.APPROVE,), ("points",), read=True),
        "gui": Deed("Gửi câu trả lời đã duyệt", P.SEND, (A.REPLY,)),
        "chuyen-tiep": Deed("Chuyển sang cơ quan khác", P.TRIAGE, (A.TRANSFER,), ("body",)),
        "cong-khai": Deed("Công khai nội dung và câu trả lời", P.PUBLISH, (A.PUBLISH,), read=True),
        "thoi-cong-khai": Deed("Thôi công khai", P.PUBLISH, (A.WITHDRAW,)),
        "dong": Deed("Đóng ý kiến đã trả lời", P.CLOSE, (A.CLOSE,), closes=True),
        "mo-lai": Deed("Mở lại", P.REOPEN, (A.REOPEN,)),
        "giu": Deed("Giữ nguyên hồ sơ", P.HOLD, (A.HOLD,)),
        "go-giu": Deed("Gỡ lệnh giữ hồ sơ", P.HOLD, (A.RELEASE,)),
    }
)


def deeds_for(permissions: frozenset[Permission]) -> dict[str, Deed]:
    """What whoever holds these permissions may try, by code, in the order of the table."""
    return {code: deed for code, deed in DEEDS.items() if {deed.permission, deed.other} & permissions}
