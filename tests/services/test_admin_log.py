"""What is done to the service itself is written down with who did it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.services import admin_log
from tests import factories


def test_the_latest_events_come_first_with_who_did_them(session: Session, now: datetime) -> None:
    officer = factories.officer(now, Role.ADMINISTRATOR, display_name="Quản trị viên mẫu")
    admin_log.write(action="model_registered", at=now, data={"version": "a" * 12})
    admin_log.write(action="model_promoted", at=now, officer_id=officer.id, data={"version": "b" * 12})
    session.flush()
    first, second = admin_log.latest(limit=10)
    assert (first.action, first.officer_name, first.data) == (
        "model_promoted",
        "Quản trị viên mẫu",
        {"version": "b" * 12},
    )
    assert (second.action, second.officer_name, second.at) == ("model_registered", None, now)
    assert len(admin_log.latest(limit=1)) == 1
