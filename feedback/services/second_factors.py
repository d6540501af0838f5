"""An official who lost the telephone: an administrator takes the second factor off, and ends every session."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from feedback.db import session
from feedback.domain.clock import VIETNAM
from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import Permission
from feedback.domain.text import clean
from feedback.models import Officer, OfficerNotice, OfficerSession
from feedback.services import admin_log, scope

RESET = "factor_reset"  # the kind of notice, and the event
# Codes, for the log of the service keeps nobody's words.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "mat": "Mất điện thoại hoặc thiết bị",
        "doi": "Đổi hoặc hỏng thiết bị, không còn mã dự phòng",
        "nghi_lo": "Nghi có người khác dùng thiết bị hoặc tài khoản",
    }
)
_TOLD = (
    "Xác thực hai lớp của tài khoản đã được quản trị viên đặt lại lúc {at}, mọi phiên làm việc đã kết thúc. "
    "Nếu Anh/Chị không đề nghị việc này, xin báo ngay cho quản trị viên"
)


def reset(*, officer: Officer, email: str, reason: str, at: datetime) -> Officer:
    """Take the second factor off an account, so that the next sign-in sets up a new one; end all of its sessions.

    The password stays what it was. The official is told by the next digest.

    Args:
        officer: the administrator.
        email: the address that the official signs in with.
        reason: a code of REASONS.
        at: now.

    Raises:
        NotAllowed: the officer does not manage accounts.
        InvalidInput: no such open account, no such reason, or the account is the administrator's own.
    """
    scope.require(officer=officer, permission=Permission.MANAGE_OFFICERS)
    if reason not in REASONS:
        raise InvalidInput({"reason": ["Xin chọn lý do."]})
    found = session().scalar(
        select(Officer).where(Officer.email == clean(email).lower(), Officer.active).with_for_update(of=Officer)
    )
    if found is None:
        raise InvalidInput({"email": ["Không có tài khoản đang hoạt động với địa chỉ này."]})
    if found.id == officer.id:
        raise InvalidInput({"email": ["Xin đề nghị một quản trị viên khác đặt lại cho tài khoản của Anh/Chị."]})
    found.tf_primary_method = found.tf_totp_secret = found.tf_last_counter = found.mf_recovery_codes = None
    found.fs_uniquifier = secrets.token_urlsafe(32)
    session().execute(delete(OfficerSession).where(OfficerSession.officer_id == found.id))
    admin_log.write(action=RESET, at=at, officer_id=officer.id, data={"officer": found.id, "reason": reason})
    session().execute(
        insert(OfficerNotice)
        .values(officer_id=found.id, kind=RESET, occasion=at, created_at=at)
        .on_conflict_do_nothing()
    )
    session().flush()
    return found


def told_by(*, digest_id: int) -> list[str]:
    """What a digest is to say of it, one sentence each."""
    resets = select(OfficerNotice.occasion).where(OfficerNotice.digest_id == digest_id, OfficerNotice.kind == RESET)
    return [
        _TOLD.format(at=f"{moment.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}")
        for moment in session().scalars(resets.order_by(OfficerNotice.occasion))
    ]
