"""Assigning and tagging on the page of a case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from tests import factories
from tests.web.official import Official, words


def test_a_coordinator_charges_a_colleague_on_the_page(official: Official, session: Session, now: datetime) -> None:
    case, handler = factories.routed(now), factories.officer(now, Role.HANDLER, "BKHCN", display_name="Cán bộ Một")
    official.sign_in(factories.officer(now, Role.COORDINATOR, "BKHCN"))
    page = f"/ban-lam-viec/{case.reference}"
    assert "chưa giao cho ai" in words(official.get(page))
    done = official.send(page, f"{page}/phan-cong", assignee=str(handler.id))
    assert done.status_code == 303
    shown = words(official.get(page))
    assert f"Đã phân công {case.reference}." in shown
    assert "Cán bộ phụ trách: <strong>Cán bộ Một</strong>" in shown
    official.send(page, f"{page}/phan-cong", assignee="khong")
    assert "chưa giao cho ai" in words(official.get(page))


def test_a_choice_that_is_none_comes_back_with_what_was_typed(
    official: Official, session: Session, now: datetime
) -> None:
    case = factories.routed(now)
    official.sign_in(factories.officer(now, Role.COORDINATOR, "BKHCN"))
    page = f"/ban-lam-viec/{case.reference}"
    for value in ("", "rác", "-1", "9" * 30, "²", "999999"):
        answer = official.send(page, f"{page}/phan-cong", assignee=value, assign_reason="Việc gấp của đợt này.")
        assert answer.status_code == 422
        assert "Xin chọn" in answer.text
        assert "Việc gấp của đợt này." in answer.text


def test_tags_are_put_on_and_taken_off_on_the_page(official: Official, session: Session, now: datetime) -> None:
    case = factories.routed(now)
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    page = f"/ban-lam-viec/{case.reference}"
    official.send(page, f"{page}/the", tag="Mạng Yếu")
    assert "mạng yếu" in official.get(page).text
    assert official.send(page, f"{page}/the", tag="mạng yếu").status_code == 422
    official.send(page, f"{page}/bo-the")
    assert "mạng yếu" not in official.get(page).text


def test_who_may_only_read_sees_no_forms(official: Official, session: Session, now: datetime) -> None:
    case = factories.routed(now)
    page = official.sign_in(factories.officer(now, Role.AUDITOR)).get(f"/ban-lam-viec/{case.reference}")
    assert "phan-cong" not in page.text.replace('"phan-cong"', "")
    assert "/the" not in page.text
