"""What decisions teach: where a label comes from and what it weighs; the states of a model and of a training."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from feedback.domain import screening

AUDIT_SHARE = 0.05  # of the automatic decisions, drawn at random for an official to judge


class Origin(StrEnum):
    """How an official came to say where a comment belongs."""

    OVERRIDE = "override"
    ACCEPTED = "accepted"
    AUDIT = "audit"
    LABELLING = "labelling"


class ReleaseState(StrEnum):
    """What a trained model is to the service."""

    CHALLENGER = "challenger"
    CHAMPION = "champion"
    RETIRED = "retired"
    REFUSED = "refused"


class RunState(StrEnum):
    """How far a training is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Cause(StrEnum):
    """Why a training was asked for."""

    NIGHTLY = "nightly"
    BUTTON = "button"


Screen = screening.Screen
SCREEN_NAMES = screening.SCREEN_NAMES
# Handled in confidence under laws of their own: such texts are nobody's exercise.
CONFIDENTIAL = screening.STOPPED

ORIGIN_NAMES = MappingProxyType(
    {
        Origin.OVERRIDE: "Cán bộ chọn khác máy",
        Origin.ACCEPTED: "Cán bộ đồng ý với máy",
        Origin.AUDIT: "Kiểm tra ngẫu nhiên",
        Origin.LABELLING: "Gắn nhãn bổ sung",
    }
)
# What stands in place of personal data, by its type.
HIDDEN_NAMES = MappingProxyType(
    {
        "phone": "số điện thoại",
        "cccd": "số căn cước",
        "email": "thư điện tử",
        "bank_account": "số tài khoản",
        "address": "địa chỉ",
        "person_name": "tên người",
        "tax_code": "mã số thuế",
        "plate": "biển số xe",
    }
)
STATE_NAMES = MappingProxyType(
    {
        ReleaseState.CHAMPION: "Đang dùng",
        ReleaseState.CHALLENGER: "Chờ đưa vào dùng",
        ReleaseState.RETIRED: "Đã thay",
        ReleaseState.REFUSED: "Không đạt",
    }
)


def verdict(*, n: int, gained: int, lost: int, p: float, better: bool, fallen: Sequence[str]) -> str:
    """Why a challenger may take the champion's place or not, in one sentence; `fallen` holds names of classes."""
    chance = f"{p:.3f}".replace(".", ",")
    counted = f"đúng thêm {gained}, sai thêm {lost} trên {n} ý kiến kiểm tra cố định (McNemar chính xác, p = {chance})"
    if not better:
        return f"Chưa tốt hơn bản đang dùng vượt mức ngẫu nhiên: {counted}."
    if fallen:
        return f"Tốt hơn về tổng thể ({counted}) nhưng giảm quá mức cho phép ở: {', '.join(fallen)}."
    return f"Tốt hơn bản đang dùng vượt mức ngẫu nhiên: {counted}; không cơ quan nào giảm quá mức cho phép."


def weight_of(origin: Origin) -> float:
    """How many decisions a label stands for in calibration: one of the audit speaks for those that were not drawn."""
    return 1 / AUDIT_SHARE if origin is Origin.AUDIT else 1.0


def is_drawn(comment_id: UUID) -> bool:
    """Whether an automatic decision on this comment is audited: by a hash of its id: nobody picks and chooses."""
    digest = hashlib.sha256(f"audit:{comment_id}".encode()).hexdigest()
    return int(digest[:8], 16) < AUDIT_SHARE * 2**32
