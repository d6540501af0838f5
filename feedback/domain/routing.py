"""From what the classifier says to where a comment goes: a body's queue, or the triage desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from feedback.domain.screening import Screen

PLACE_BOUND = frozenset({"TINH_UY", "UBND_TINH"})  # one body per province
COMMUNE_CLASS = "UBND_XA"


class DeskReason(StrEnum):
    """Why a person must decide."""

    UNSURE = "unsure"
    CLOSE = "close"
    DOUBTFUL = "doubtful"
    EMPTY = "empty"
    NO_PLACE = "no_place"
    NO_BODY = "no_body"
    SCREENED = "screened"
    OVERRULED = "overruled"
    MODEL_AWAY = "model_away"
    GAVE_UP = "gave_up"


DESK_REASON_NAMES = {
    DeskReason.UNSURE: "Máy chưa đủ tin cậy để tự chuyển",
    DeskReason.CLOSE: "Hai cơ quan có khả năng gần ngang nhau",
    DeskReason.DOUBTFUL: "Chưa chắc ý kiến có thuộc phạm vi tiếp nhận, hay là khiếu nại, tố cáo",
    DeskReason.EMPTY: "Không đọc được nội dung nào trong ý kiến",
    DeskReason.NO_PLACE: "Chưa xác định được địa phương",
    DeskReason.NO_BODY: "Cơ quan cấp xã chưa có trong danh mục",
    DeskReason.SCREENED: "Nội dung cần cán bộ xem trước khi chuyển",
    DeskReason.OVERRULED: "Cán bộ đã xác nhận nội dung hợp lệ, chờ chuyển cơ quan",
    DeskReason.MODEL_AWAY: "Bộ phân loại đang không hoạt động",
    DeskReason.GAVE_UP: "Phân loại tự động không thành công sau nhiều lần thử",
}


def desk_reason_name(code: str | None) -> str | None:
    """Why a case waits for a person, in words; None for none."""
    return DESK_REASON_NAMES[DeskReason(code)] if code else None


@dataclass(frozen=True, slots=True)
class Routing:
    """The outcome: a body's code for its queue, or a reason for the desk; the rule that chose it, if one did."""

    body_code: str | None
    desk_reason: DeskReason | None
    rule_id: int | None = None


def body_code(class_code: str, province: str) -> str:
    """The code of the body that answers for a class in a province: `UBND_TINH:HN`, or the class itself."""
    return f"{class_code}:{province}" if class_code in PLACE_BOUND and province else class_code


def decide(
    *,
    class_code: str,
    sure: bool,
    screen: str,
    province: str,
    bodies: Mapping[str, int],
    doubt: DeskReason = DeskReason.UNSURE,
) -> Routing:
    """Where a classified comment goes.

    Args:
        class_code: the class on top of the ranking.
        sure: whether the model's calibrated confidence passed its threshold.
        screen: the screening label; anything but `hop_le` waits for an officer.
        province: code of the province found in the text or given in the form, else empty.
        bodies: active bodies by code.
        doubt: why the model is not sure, when it is not.
    """
    if screen != Screen.VALID:
        return Routing(None, DeskReason.SCREENED)
    if not sure:
        return Routing(None, doubt)
    if class_code in PLACE_BOUND and not province:
        return Routing(None, DeskReason.NO_PLACE)
    code = body_code(class_code, province)
    if class_code == COMMUNE_CLASS or code not in bodies:
        return Routing(None, DeskReason.NO_BODY)
    return Routing(code, None)
