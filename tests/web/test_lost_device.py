"""The administrator's page for an official who lost the device for the second factor."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from tests import factories
from tests.web.official import Official, words

PAGE = "/quan-tri/mat-thiet-bi"


def test_an_administrator_resets_a_factor_and_the_official_s_session_is_over(
    official: Official, session: Session, now: datetime
) -> None:
    officer = factories.officer(
        now, Role.HANDLER, "BKHCN", tf_primary_method="authenticator", display_name="Cán bộ Một"
    )
    administrator = factories.officer(now, Role.ADMINISTRATOR)
    official.sign_in(officer)
    kept = official.cookie()
    official.sign_in(administrator)
    done = official.send(PAGE, PAGE, email=officer.email, reason="nghi_lo")
    assert done.status_code == 303
    assert "Đã đặt lại xác thực hai lớp của Cán bộ Một" in words(official.get(done.location))
    assert officer.tf_primary_method is None
    official.client.set_cookie("can-bo", kept or "")
    assert official.get("/ban-lam-viec").status_code == 302


@pytest.mark.parametrize(
    ("email", "reason", "field"),
    [("khong.ai@langnghe.example", "mat", "email"), ("\x00", "mat", "email"), ("", "", "reason")],
)
def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(
    official: Official, session: Session, now: datetime, email: str, reason: str, field: str
) -> None:
    official.sign_in(factories.officer(now, Role.ADMINISTRATOR))
    refused = official.send(PAGE, PAGE, email=email, reason=reason)
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text


def test_nobody_else_sees_the_page_or_its_link(official: Official, session: Session, now: datetime) -> None:
    assert f'href="{PAGE}"' in official.sign_in(factories.officer(now, Role.ADMINISTRATOR)).get(PAGE).text
    official.sign_in(factories.officer(now, Role.LEADER, "BKHCN"))
    assert official.get(PAGE).status_code == 403
    assert PAGE not in official.get("/ban-lam-viec").text
