"""Blind handling: which bodies' officials never see who sent a comment."""

from __future__ import annotations

from datetime import datetime

from feedback.db import session
from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import Permission
from feedback.models import Body, Officer
from feedback.services import admin_log, bodies, scope


def set_blind(*, officer: Officer, code: str, blind: bool, at: datetime) -> Body:
    """Let an active body handle its cases blind, or no longer; what is so already writes nothing down.

    Raises:
        NotAllowed: the officer does not manage bodies.
        InvalidInput: there is no such body.
    """
    scope.require(officer=officer, permission=Permission.MANAGE_BODIES)
    found = bodies.identifiers().get(code)
    if found is None:
        raise InvalidInput({"body": ["Xin chọn cơ quan trong danh mục."]})
    body = session().get_one(Body, found, populate_existing=True, with_for_update=True)
    if body.blind is not blind:
        body.blind = blind
        admin_log.write(action="body_blind_set", at=at, officer_id=officer.id, data={"body": code, "blind": blind})
        session().flush()
    return body
