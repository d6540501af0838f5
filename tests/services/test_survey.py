"""The token of a survey: one case, one answer, sixty days."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, NotFound
from feedback.domain.status import Actor
from feedback.models import Comment
from feedback.services import moving, survey
from tests import factories

SECRET = "the secret of this server"


@pytest.fixture
def case(session: Session, now: datetime) -> Comment:
    return factories.replied(factories.routed(now), now)


def token(case: Comment) -> str:
    return survey.token_for(comment_id=case.id, occasion=case.audit_sequence, secret=SECRET)


def test_the_token_opens_the_answer_for_sixty_days(case: Comment, now: datetime) -> None:
    shown = survey.open_survey(token=token(case), secret=SECRET, at=now + timedelta(days=60))
    assert (shown.reference, shown.answer, shown.sent_at) == (case.reference, factories.ANSWER, now)
    with pytest.raises(NotFound, match="60 ngày"):
        survey.open_survey(token=token(case), secret=SECRET, at=now + timedelta(days=60, seconds=1))


def test_what_officials_note_about_the_case_does_not_spend_the_token(case: Comment, now: datetime) -> None:
    made = token(case)
    moving.record(comment=case, action="unseal", actor=Actor.OFFICER, at=now)
    assert survey.open_survey(token=made, secret=SECRET, at=now)


def test_a_token_of_another_purpose_secret_or_case_opens_nothing(case: Comment, now: datetime) -> None:
    unknown = survey.token_for(comment_id=UUID(int=7), occasion=1, secret=SECRET)
    forged = survey.token_for(comment_id=case.id, occasion=case.audit_sequence, secret="another")
    earlier = survey.token_for(comment_id=case.id, occasion=1, secret=SECRET)
    for wrong in (unknown, forged, earlier, "", token(case)[:-1]):
        for use in (survey.open_survey, survey.resolve):
            with pytest.raises(NotFound):
                use(token=wrong, secret=SECRET, at=now)


def test_resolved_closes_the_case_once(case: Comment, now: datetime) -> None:
    made = token(case)
    assert survey.resolve(token=made, secret=SECRET, at=now) == case.reference
    assert (case.status, case.confirmed_at) == ("closed", now)
    with pytest.raises(NotFound):
        survey.resolve(token=made, secret=SECRET, at=now)


def test_not_resolved_opens_it_again_with_the_reason_and_tells_the_sender(case: Comment, now: datetime) -> None:
    made, reason = token(case), "Vẫn chưa có sóng ở cuối bản."
    for wrong in ("", "ngắn", "a" * 2001):
        with pytest.raises(InvalidInput):
            survey.report_again(token=made, secret=SECRET, reason=wrong, at=now)
    survey.report_again(token=made, secret=SECRET, reason=reason, at=now)
    assert case.status == "reopened"
    assert factories.notes(case)[-1] == ("citizen", "reopen", reason)
    assert factories.notifications(case)[-1].event == "reopened"
