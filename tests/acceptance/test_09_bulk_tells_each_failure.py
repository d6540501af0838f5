"""Acceptance 9: bulk merge, tag, reply, any action; each failure told by case; nothing unread is ended in bulk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.audit import first_break
from feedback.domain.bulk import DEEDS
from feedback.domain.errors import OnHold, Stale
from feedback.domain.permissions import Role
from feedback.models import CaseRead, CaseTag, Comment, Officer
from feedback.services import bulk
from tests import factories
from tests.web.official import Official, values, words

DO = "/ban-lam-viec/hang-loat/thuc-hien"
WHY = "Các ý kiến của cùng một đợt, xử lý như nhau."


@pytest.fixture
def official(client: FlaskClient) -> Official:
    """An official at a browser without JavaScript."""
    return Official(client)


def do(official: Official, action: str, chosen: Mapping[str, int], **facts: str) -> str:
    """The page that tells how the batch ended."""
    confirmed = official.post(
        "/ban-lam-viec/hang-loat", values(csrf_token=official.token(), action=action, case=_ticked(chosen))
    )
    assert confirmed.status_code == 200
    done = official.send(confirmed, DO, case=_ticked(chosen), reason=WHY, **facts)
    assert done.status_code == 303
    return words(official.get(done.location))


def _ticked(chosen: Mapping[str, int]) -> list[str]:
    return [f"{reference}:{version}" for reference, version in chosen.items()]


def seen(*cases: Comment) -> dict[str, int]:
    return {case.reference: case.version for case in cases}


def read(officer: Officer, *cases: Comment, session: Session, now: datetime) -> None:
    session.add_all(CaseRead(officer_id=officer.id, comment_id=case.id, version=case.version, at=now) for case in cases)
    session.flush()


def test_09_many_cases_are_tagged_and_each_that_refuses_says_why(
    official: Official, session: Session, now: datetime
) -> None:
    good, changed, held = (factories.routed(now + timedelta(minutes=step)) for step in range(3))
    foreign = factories.on_desk(now)
    chosen = seen(good, changed, held, foreign)
    changed.version += 1
    held.held = True
    session.flush()
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    page = do(official, "gan-the", chosen, tag="đợt ba")
    assert "1 trên 4 ý kiến đã thực hiện" in page
    for case, sentence in ((changed, Stale().sentence), (held, OnHold().sentence), (foreign, "Không tìm thấy")):
        assert f"{case.reference} · <strong>{sentence}" in page
    tagged = session.scalars(select(CaseTag.comment_id)).all()
    assert tagged == [good.id]
    assert first_break(factories.chain(good)) is None


def test_09_many_cases_are_merged_into_one_and_those_not_read_are_not(
    official: Official, session: Session, now: datetime
) -> None:
    coordinator = factories.officer(now, Role.COORDINATOR, "BKHCN")
    lead, first, second, unread = (factories.routed(now + timedelta(minutes=step)) for step in range(4))
    read(coordinator, first, second, session=session, now=now)
    official.sign_in(coordinator)
    page = do(official, "gop", seen(first, second, unread), lead=lead.reference)
    assert "2 trên 3 ý kiến đã thực hiện" in page
    assert f"{unread.reference} · <strong>{bulk.UNREAD}" in page
    states = [factories.comment(case.reference).status for case in (lead, first, second, unread)]
    assert states == ["assigned", "merged", "merged", "assigned"]


def test_09_many_cases_get_one_reply_each_by_its_own_row(official: Official, session: Session, now: datetime) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    mine = [factories.accepted(now, handler) for _ in range(3)]
    not_taken_on = factories.routed(now)
    official.sign_in(handler)
    page = do(official, "tra-loi", seen(*mine, not_taken_on), text=factories.ANSWER, outcome="explained")
    assert "3 trên 4 ý kiến đã thực hiện" in page
    assert {factories.comment(case.reference).status for case in mine} == {"checking"}
    assert factories.comment(not_taken_on.reference).status == "assigned"


def test_09_no_action_that_ends_a_case_ends_one_that_was_not_read(
    official: Official, session: Session, now: datetime
) -> None:
    lead = factories.on_desk(now)
    facts = {"label": "rac", "letter": "", "refusal": "ngoai_pham_vi", "lead": lead.reference}
    everything = factories.officer(now, Role.INTAKE)
    for action, deed in DEEDS.items():
        if not deed.closes:
            continue
        case = factories.on_desk(now)
        status = case.status
        official.sign_in(everything)
        page = do(official, action, seen(case), **{name: facts[name] for name in deed.facts})
        assert "0 trên 1 ý kiến đã thực hiện" in page
        assert bulk.UNREAD in page
        assert factories.comment(case.reference).status == status


@pytest.mark.parametrize(("action", "facts"), [("bo-sung", {}), ("gia-han", {"until": "2026-04-08"}), ("nhan", {})])
def test_09_any_other_action_is_done_to_many(
    official: Official, session: Session, now: datetime, action: str, facts: dict[str, str]
) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    cases = [factories.routed(now) if action == "nhan" else factories.accepted(now, handler) for _ in range(2)]
    official.sign_in(handler)
    page = do(official, action, seen(*cases), **facts)
    assert "2 trên 2 ý kiến đã thực hiện" in page
