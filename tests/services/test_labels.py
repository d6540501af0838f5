"""What officials say becomes labels: in the same breath, the last word counts, and the machine's own never does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput
from feedback.domain.learning import Origin, Screen
from feedback.domain.permissions import Role
from feedback.models import AuditSample, Comment, Label, Officer
from feedback.services import labels, triage
from tests import factories


@pytest.fixture
def intake_officer(session: Session, now: datetime) -> Officer:
    """An officer of the intake office."""
    return factories.officer(now, Role.INTAKE)


def route(officer: Officer, case: Comment, now: datetime, code: str, reason: str | None = None) -> Comment:
    return triage.route(
        officer=officer, reference=case.reference, version=case.version, body_code=code, reason=reason, at=now
    )


def kept(case: Comment) -> list[Label]:
    return list(
        factories.session().scalars(select(Label).where(Label.comment_id == case.id).order_by(Label.id)),
    )


def say(officer: Officer, case: Comment, now: datetime, code: str | None, **more: object) -> Label:
    values = {"origin": Origin.LABELLING, "decision": triage.latest_machine_decision(comment=case), **more}
    return labels.record(comment=case, officer=officer, at=now, class_code=code, **values)  # type: ignore[arg-type]


def test_accepting_the_first_candidate_is_a_label(intake_officer: Officer, now: datetime) -> None:
    case = factories.on_desk(now)
    route(intake_officer, case, now, "BKHCN")
    (label,) = kept(case)
    machine = triage.latest_machine_decision(comment=case)
    assert machine is not None
    assert (label.origin, label.class_code, label.screen, label.weight) == ("accepted", "BKHCN", "hop_le", 1)
    assert (label.officer_id, label.at, label.reason, label.decision_id) == (intake_officer.id, now, None, machine.id)


def test_overriding_it_is_a_label_with_its_reason(intake_officer: Officer, now: datetime) -> None:
    case = factories.on_desk(now)
    route(intake_officer, case, now, "BCA", "Việc của Bộ Công an.")
    (label,) = kept(case)
    assert (label.origin, label.class_code, label.reason) == ("override", "BCA", "Việc của Bộ Công an.")


def test_a_refused_override_leaves_no_label(intake_officer: Officer, now: datetime) -> None:
    case = factories.on_desk(now)
    with pytest.raises(InvalidInput):
        route(intake_officer, case, now, "BCA")
    assert kept(case) == []


def test_a_body_of_a_place_is_labelled_by_its_class(intake_officer: Officer, now: datetime) -> None:
    case = factories.on_desk(now)
    route(intake_officer, case, now, "UBND_TINH:SONLA", "Việc của tỉnh.")
    assert kept(case)[0].class_code == "UBND_TINH"


def test_what_the_machine_decided_by_itself_is_no_lesson(session: Session, now: datetime) -> None:
    factories.routed(now)
    assert labels.lessons(until=labels.newest()) == []
    assert labels.by_origin() == []


def test_the_last_word_on_a_comment_is_the_lesson(intake_officer: Officer, now: datetime) -> None:
    case, other = factories.on_desk(now), factories.on_desk(now)
    say(intake_officer, case, now, "BCA")
    mark = say(intake_officer, other, now, "BXD").id
    say(intake_officer, case, now, "BTP", origin=Origin.AUDIT)
    found = {lesson.comment_id: lesson for lesson in labels.lessons(until=labels.newest())}
    assert (found[case.id].class_code, found[case.id].weight) == ("BTP", 20)
    assert found[case.id].text == f"{case.title}\n{case.text}"
    assert found[other.id].class_code == "BXD"
    before = {lesson.comment_id: lesson.class_code for lesson in labels.lessons(until=mark)}
    assert before == {case.id: "BCA", other.id: "BXD"}
    assert labels.count_since(label_id=mark) == 1
    assert labels.by_origin() == [("audit", 1), ("labelling", 2)]


def test_what_is_no_comment_of_this_channel_teaches_no_body(intake_officer: Officer, now: datetime) -> None:
    case = factories.on_desk(now)
    say(intake_officer, case, now, "BCA")
    say(intake_officer, case, now, None, screen=Screen.SPAM)
    assert labels.lessons(until=labels.newest()) == []


def test_a_decision_is_judged_by_the_official_s_last_word(intake_officer: Officer, now: datetime) -> None:
    right, wrong = factories.on_desk(now), factories.on_desk(now)
    unread = factories.on_desk(now)
    say(intake_officer, right, now, "BKHCN")
    say(intake_officer, wrong, now, "BKHCN")
    say(intake_officer, wrong, now + timedelta(hours=1), "BCA")
    assert unread.id not in {lesson.comment_id for lesson in labels.lessons(until=labels.newest())}
    found = labels.outcomes(model_version="test-1")
    assert [(o.confidence, o.right, o.automatic, o.weight) for o in found] == [
        (0.4, True, False, 1),
        (0.4, False, False, 1),
    ]
    assert labels.outcomes(model_version="another") == []


def test_an_automatic_decision_is_judged_only_when_the_audit_drew_it(intake_officer: Officer, now: datetime) -> None:
    drawn, not_drawn = factories.routed(now), factories.routed(now)
    decision = triage.latest_machine_decision(comment=drawn)
    assert decision is not None
    session = factories.session()
    session.add(AuditSample(comment_id=drawn.id, decision_id=decision.id, drawn_at=now, chance=0.05))
    session.flush()
    label = say(intake_officer, drawn, now, "BCA", origin=Origin.AUDIT)
    say(intake_officer, not_drawn, now, "BCA")
    assert labels.outcomes(model_version="test-1") == []  # the sample does not know its answer yet
    session.get_one(AuditSample, drawn.id).label_id = label.id
    session.flush()
    (found,) = labels.outcomes(model_version="test-1")
    assert (found.automatic, found.right, found.weight) == (True, False, 20)
