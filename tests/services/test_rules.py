"""Routing rules: tried on the golden table, then obeyed before the model and after the screening."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, NotAllowed, NotFound
from feedback.domain.filters import Filters
from feedback.domain.permissions import Role
from feedback.domain.queues import Queue
from feedback.models import Comment, GoldenCase, Officer, RoutingDecision, SavedView
from feedback.seed import GOLDEN, rows_of
from feedback.services import bodies, golden, rules, views
from tests import factories


@pytest.fixture(autouse=True)
def table(session: Session, now: datetime) -> None:
    """The golden table as it is shipped, and no rule remembered from elsewhere."""
    golden.load(rows=rows_of(GOLDEN), at=now)
    rules.forget()


@pytest.fixture
def intake(session: Session, now: datetime) -> Officer:
    """Who makes rules."""
    return factories.officer(now, Role.INTAKE)


def view_of(officer: Officer, now: datetime, text: str = "trạm phát sóng ở bản", **asked: Any) -> SavedView:
    return views.save(officer=officer, name=f"Quy tắc {text}", filters=Filters(text=text, **asked), shared=True, at=now)


def obey(officer: Officer, view: SavedView, body: str = "BCA", priority: int = 100) -> None:
    now = datetime.now(UTC)
    rules.put_in_force(officer=officer, view_id=view.id, body_code=body, priority=priority, at=now)


def code_of(comment: Comment) -> str | None:
    return next((code for code, identifier in bodies.identifiers().items() if identifier == comment.body_id), None)


def test_a_rule_sends_a_new_comment_to_its_body_and_leaves_the_confidence_as_it_was(
    session: Session, intake: Officer, now: datetime
) -> None:
    view = view_of(intake, now, "lắp thêm trạm phát sóng")
    obey(intake, view)
    case = factories.on_desk(now)
    assert (case.status, code_of(case)) == ("assigned", "BCA")
    decision = session.scalars(select(RoutingDecision).where(RoutingDecision.comment_id == case.id)).one()
    assert (decision.rule_id, decision.class_code, decision.confidence) == (view.id, "BKHCN", 0.4)
    assert factories.events(case)[-1].data["rule"] == view.id


def test_what_no_rule_matches_goes_where_the_model_says(session: Session, intake: Officer, now: datetime) -> None:
    obey(intake, view_of(intake, now, "căn cước gắn chip bị nhòe"))
    assert code_of(factories.routed(now)) == "BKHCN"


def test_what_is_screened_out_waits_for_a_person_whatever_a_rule_says(
    session: Session, intake: Officer, now: datetime
) -> None:
    obey(intake, view_of(intake, now, "lắp thêm trạm phát sóng"))
    case = factories.screened(now, "to_cao")
    assert (case.status, case.body_id, case.confidential) == ("sorting", None, True)


def test_of_two_rules_the_one_of_the_smaller_number_decides(session: Session, intake: Officer, now: datetime) -> None:
    obey(intake, view_of(intake, now, "lắp thêm trạm phát sóng"), "BCA", 20)
    obey(intake, view_of(intake, now, "xin lắp thêm trạm"), "BTC", 10)
    assert code_of(factories.routed(now)) == "BTC"


def test_a_rule_that_leads_a_golden_case_astray_is_refused_with_its_name(
    session: Session, intake: Officer, now: datetime
) -> None:
    astray = session.scalars(select(GoldenCase).order_by(GoldenCase.id)).first()
    assert astray is not None
    view = view_of(intake, now, f'"{astray.title}"')
    wrong = "BTC" if astray.body_id != bodies.identifiers()["BTC"] else "BCA"
    with pytest.raises(InvalidInput) as refused:
        obey(intake, view, wrong)
    assert astray.title in refused.value.fields["body"][0]
    assert rules.active() == ()
    right = next(code for code, identifier in bodies.identifiers().items() if identifier == astray.body_id)
    obey(intake, view, right)
    assert [rule.id for rule in rules.active()] == [view.id]


def test_a_trial_changes_nothing_and_counts_what_it_would_have_taken(
    session: Session, intake: Officer, now: datetime
) -> None:
    factories.routed(now)
    before = session.scalar(select(func.count()).select_from(Comment))
    view = view_of(intake, now, "lắp thêm trạm phát sóng")
    trial = rules.trial(officer=intake, view_id=view.id, body_code="BCA", priority=5, now=now)
    assert (trial.taken, trial.more, trial.wrong) == (1, False, ())
    assert len(trial.golden) == len(rows_of(GOLDEN))
    assert session.scalar(select(func.count()).select_from(Comment)) == before
    assert (view.body_id, rules.active()) == (None, ())


def test_a_rule_may_ask_only_for_what_is_known_at_once(session: Session, intake: Officer, now: datetime) -> None:
    for asked in (Filters(queue=Queue.TRIAGE, text="sóng"), Filters(overdue=True), Filters(bodies=("BCA",))):
        view = views.save(officer=intake, name="Không được", filters=asked, shared=False, at=now)
        with pytest.raises(InvalidInput):
            obey(intake, view)


@pytest.mark.parametrize(
    ("body", "priority", "field"), [("BXYZ", 1, "body"), ("BCA", 0, "priority"), ("BCA", 1000, "priority")]
)
def test_a_body_and_a_place_must_be_known(intake: Officer, now: datetime, body: str, priority: int, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        obey(intake, view_of(intake, now), body, priority)
    assert list(refused.value.fields) == [field]


def test_a_lifted_rule_is_obeyed_no_longer_and_its_view_may_go(
    session: Session, intake: Officer, now: datetime
) -> None:
    view = view_of(intake, now, "lắp thêm trạm phát sóng")
    obey(intake, view)
    with pytest.raises(InvalidInput):
        views.remove(officer=intake, view_id=view.id, at=now)
    with pytest.raises(InvalidInput):
        views.save(officer=intake, name=view.name, filters=Filters(text="khác"), shared=True, at=now)
    rules.lift(officer=intake, view_id=view.id, at=now)
    assert code_of(factories.routed(now)) == "BKHCN"
    views.remove(officer=intake, view_id=view.id, at=now)
    with pytest.raises(NotFound):
        rules.lift(officer=intake, view_id=view.id, at=now)


def test_a_view_that_is_no_rule_cannot_be_lifted(intake: Officer, now: datetime) -> None:
    with pytest.raises(NotFound):
        rules.lift(officer=intake, view_id=view_of(intake, now).id, at=now)


def test_a_rule_whose_filter_is_gone_matches_nothing(session: Session, intake: Officer, now: datetime) -> None:
    view = view_of(intake, now, "lắp thêm trạm phát sóng")
    obey(intake, view)
    view.query = "mau=do"
    session.flush()
    rules.forget()
    assert code_of(factories.routed(now)) == "BKHCN"


def test_only_who_decides_where_cases_go_makes_rules(session: Session, now: datetime) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    view = view_of(handler, now)
    with pytest.raises(NotAllowed):
        obey(handler, view)


def test_the_golden_table_names_every_class_that_a_comment_may_reach(session: Session) -> None:
    codes = {row["body"].partition(":")[0] for row in rows_of(GOLDEN)}
    assert codes == {code for code in bodies.class_names() if code != "UBND_XA"}


def test_officials_add_golden_cases_and_take_out_their_own(session: Session, intake: Officer, now: datetime) -> None:
    made = golden.add(
        officer=intake, title="Việc mới", text="Nội dung.", kind="hoi", province=None, body_code="BCA", at=now
    )
    golden.load(rows=[{"title": "Việc mới", "text": "Khác.", "kind": "hoi", "province": "", "body": "BTC"}], at=now)
    session.refresh(made)
    assert (made.text, made.body_id) == ("Nội dung.", bodies.identifiers()["BCA"])
    golden.remove(officer=intake, case_id=made.id, at=now)
    ours = session.scalars(select(GoldenCase.id).limit(1)).one()
    for gone in (made.id, ours):
        with pytest.raises(NotFound):
            golden.remove(officer=intake, case_id=gone, at=now)


def test_a_golden_case_is_refused_beside_what_is_wrong_with_it(
    session: Session, intake: Officer, now: datetime
) -> None:
    taken = rows_of(GOLDEN)[0]["title"]
    for title, fields in (("", ["title", "text", "kind", "body"]), (taken, ["title", "text", "kind", "body"])):
        with pytest.raises(InvalidInput) as refused:
            golden.add(officer=intake, title=title, text="", kind="?", province=None, body_code="?", at=now)
        assert list(refused.value.fields) == fields


def test_the_golden_table_pages_by_its_mark(session: Session, intake: Officer) -> None:
    first = golden.page(officer=intake, limit=40)
    second = golden.page(officer=intake, after=first.following or 0, limit=40)
    assert len(first.rows) + len(second.rows) == len(rows_of(GOLDEN))
    assert second.following is None
