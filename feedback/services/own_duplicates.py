"""The sender of two comments says that they are one matter: the one follows the other, as when an official merges."""

from __future__ import annotations

from datetime import datetime

from feedback.domain.errors import InvalidInput, InvalidMove, NotFound, OnHold
from feedback.domain.status import OPEN, Status
from feedback.models import Comment
from feedback.services import lookup, merging, moving

WHY = "Người gửi cho biết ý kiến này trùng với một ý kiến khác của mình."
_NO_MATCH = "Không tìm thấy ý kiến với số và mã tra cứu này. Xin kiểm tra lại từng ký tự trên biên nhận kia."
_ITSELF = "Xin ghi số của một ý kiến khác; hai ý kiến này đang được giải quyết chung hoặc là một."
_ENDED = "Ý kiến kia đã được trả lời, đã kết thúc hoặc chưa được phân loại nên chưa gộp được."
_LEADS = "Ý kiến này đang được giải quyết chung cho nhiều người gửi nên chỉ cán bộ mới gộp được."
_KEPT = "Hai ý kiến này không gộp được theo cách này. Cán bộ tiếp nhận sẽ xem xét."
_LEADING = merging.LEADING & OPEN


def mark(*, reference: str, key: str, other: str, other_key: str, at: datetime) -> None:
    """Let a case follow another of the same sender, which the key of that other proves.

    Nothing is lost: each keeps its receipt, its clock and its messages. Others who were merged into the case are not
    moved by its sender.

    Args:
        reference: of the case that is to follow.
        key: of its receipt.
        other: reference of the case that it is to follow, or whose lead it is to follow.
        other_key: of that receipt.
        at: now.

    Raises:
        NotFound: no such receipt.
        InvalidInput: the other receipt is none, or one that the case may not follow.
        InvalidMove: the case stands where none is merged, or leads other senders' cases.
        OnHold: one of both is held.
    """
    own = lookup.of_receipt(reference=reference, key=key).reference
    try:
        wanted = lookup.of_receipt(reference=other, key=other_key).reference
    except NotFound:
        raise InvalidInput({"other_key": [_NO_MATCH]}) from None
    merging.lock_in_order(reference=own, lead=wanted)
    comment = moving.lock(reference=own)
    leading = _checked(comment, merging.leading_of(reference=wanted))
    merging.follow(comment=comment, leading=leading, followers=(), officer_id=None, reason=WHY, at=at)


def _checked(comment: Comment, leading: Comment | None) -> Comment:
    """The case that the other may follow."""
    if leading is None or leading.id in {comment.id, comment.merged_into_id}:
        raise InvalidInput({"other": [_ITSELF]})
    if comment.held or leading.held:
        raise OnHold
    if comment.confidential or leading.confidential:
        raise InvalidMove(_KEPT)
    if Status(leading.status) not in _LEADING:
        raise InvalidInput({"other": [_ENDED]})
    if merging.followers_of(lead=comment):
        raise InvalidMove(_LEADS)
    return leading
