"""What an officer sees: own queues, own body's cases, each once, at the same cost however many there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from feedback.db import db
from feedback.domain.errors import NotAllowed, NotFound
from feedback.domain.filters import Filters
from feedback.domain.permissions import Role
from feedback.domain.queues import Queue
from feedback.domain.status import Action
from feedback.domain.vocabulary import Kind
from feedback.models import Officer
from feedback.services import bodies, desk, identity, listing, queues, triage
from tests import factories

OPENED = {
    Role.INTAKE: ["phan_loai", "sang_loc", "kiem_tra", "cho_gui", "tat_ca", "moi_y_kien"],
    Role.COORDINATOR: ["xu_ly", "cho_gui", "phoi_hop", "tat_ca", "moi_y_kien"],
    Role.HANDLER: ["xu_ly", "phoi_hop", "tat_ca", "moi_y_kien"],
    Role.CHECKER: ["kiem_tra", "cho_gui", "phoi_hop", "tat_ca", "moi_y_kien"],
    Role.LEADER: ["kiem_tra", "cho_gui", "phoi_hop", "tat_ca", "moi_y_kien"],
    Role.ANALYST: [],
    Role.AUDITOR: ["tat_ca", "moi_y_kien"],
    Role.ADMINISTRATOR: [],
}


@pytest.fixture
def intake_officer(session: Session, now: datetime) -> Officer:
    """Sees every case."""
    return factories.officer(now, Role.INTAKE)


@pytest.fixture
def handler(session: Session, now: datetime) -> Officer:
    """Sees the cases of the ministry of science and technology."""
    return factories.officer(now, Role.HANDLER, "BKHCN")


def statements(work: Callable[[], object]) -> list[str]:
    """The statements that the work sends to the database."""
    sent: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return [statement for statement in sent if not statement.startswith(("SAVEPOINT", "RELEASE"))]


def walk(officer: Officer, queue: Queue, now: datetime, limit: int) -> list[list[str]]:
    """The references of each page, from the first to the last."""
    pages, mark = [], None
    while True:
        page = queues.page(officer=officer, queue=queue, now=now, after=mark, limit=limit)
        pages.append([row.reference for row in page.rows])
        if page.following is None:
            return pages
        mark = page.following


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_its_queues_and_no_other(session: Session, now: datetime, role: Role) -> None:
    officer = factories.officer(now, role, "BKHCN")
    assert list(queues.queues_for(officer=officer)) == OPENED[role]
    assert [count.queue for count in queues.counts(officer=officer)] == OPENED[role]
    for queue in Queue:
        if queue not in OPENED[role]:
            with pytest.raises(NotAllowed):
                queues.page(officer=officer, queue=queue, now=now)


def test_a_queue_shows_its_states_and_no_others(
    intake_officer: Officer, handler: Officer, session: Session, now: datetime
) -> None:
    waiting = factories.on_desk(now)
    assigned = factories.routed(now)
    answered = factories.checking(factories.routed(now), handler, now)
    factories.replied(factories.routed(now), now)
    assert walk(intake_officer, Queue.TRIAGE, now, 10) == [[waiting.reference]]
    assert walk(handler, Queue.HANDLING, now, 10) == [[assigned.reference]]
    assert walk(intake_officer, Queue.CHECKING, now, 10) == [[answered.reference]]
    (everything,) = walk(intake_officer, Queue.ALL, now, 10)
    assert sorted(everything) == sorted([waiting.reference, assigned.reference, answered.reference])
    assert [(count.queue, count.count) for count in queues.counts(officer=intake_officer)] == [
        ("phan_loai", 1),
        ("sang_loc", 0),
        ("kiem_tra", 1),
        ("cho_gui", 0),
        ("tat_ca", 3),
        ("moi_y_kien", 4),
    ]


def test_an_officer_sees_the_cases_of_their_own_body_only(handler: Officer, session: Session, now: datetime) -> None:
    ours, desk_case = factories.routed(now), factories.on_desk(now)
    theirs = factories.submit(now)
    factories.classify(now, class_code="BCA")
    assert walk(handler, Queue.ALL, now, 10) == [[ours.reference]]
    assert desk.case(officer=handler, reference=ours.reference, now=now).reference == ours.reference
    for reference in (theirs.reference, desk_case.reference, "PA-2026-999999"):
        with pytest.raises(NotFound):
            desk.case(officer=handler, reference=reference, now=now)


def test_an_officer_of_no_body_sees_nothing(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    officer = factories.officer(now, Role.HANDLER)
    assert walk(officer, Queue.ALL, now, 10) == [[]]
    with pytest.raises(NotFound):
        desk.case(officer=officer, reference=case.reference, now=now)


def test_whoever_sees_no_cases_is_refused_one(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    for role in (Role.ANALYST, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            desk.case(officer=factories.officer(now, role), reference=case.reference, now=now)


@pytest.mark.parametrize("limit", [1, 3, 7, 25])
def test_pages_cover_every_case_once_oldest_due_first(
    intake_officer: Officer, session: Session, now: datetime, limit: int
) -> None:
    for number in range(14):
        factories.submit(now - timedelta(days=number % 5))
    factories.classify(now, sure=False)
    pages = walk(intake_officer, Queue.TRIAGE, now, limit)
    shown = [reference for page in pages for reference in page]
    assert len(shown) == len(set(shown)) == 14
    due = [factories.comment(reference).due_at for reference in shown]
    assert due == sorted(due)
    assert all(len(page) == limit for page in pages[:-1])


def test_a_case_that_leaves_between_pages_hides_no_other(
    intake_officer: Officer, session: Session, now: datetime
) -> None:
    for _ in range(6):
        factories.submit(now)
    factories.classify(now, sure=False)
    first = queues.page(officer=intake_officer, queue=Queue.TRIAGE, now=now, limit=3)
    gone = factories.comment(first.rows[0].reference)
    triage.route(
        officer=intake_officer, reference=gone.reference, version=gone.version, body_code="BKHCN", reason=None, at=now
    )
    second = queues.page(officer=intake_officer, queue=Queue.TRIAGE, now=now, after=first.following, limit=3)
    assert len({row.reference for row in (*first.rows, *second.rows)}) == 6


@pytest.mark.parametrize("mark", ["", "x", "_", "1_2", "nan_x", "inf_00000000-0000-0000-0000-000000000000", "1e400_"])
def test_a_mark_that_cannot_be_read_begins_anew(
    intake_officer: Officer, session: Session, now: datetime, mark: str
) -> None:
    case = factories.on_desk(now)
    page = queues.page(officer=intake_officer, queue=Queue.TRIAGE, now=now, after=mark)
    assert [row.reference for row in page.rows] == [case.reference]


def test_a_page_of_fifty_costs_as_many_statements_as_one_of_five(
    intake_officer: Officer, session: Session, now: datetime
) -> None:
    def cost() -> int:
        session.flush()
        session.expunge_all()
        return len(statements(lambda: queues.page(officer=intake_officer, queue=Queue.TRIAGE, now=now, limit=50)))

    bodies.class_names()  # names are kept for a minute
    costs = []
    for more in (5, 45):
        for _ in range(more):
            factories.submit(now)
        factories.classify(now, sure=False)
        costs.append(cost())
    assert costs[0] == costs[1] <= 4


def test_a_case_with_a_long_history_costs_as_many_statements_as_a_young_one(
    intake_officer: Officer, handler: Officer, session: Session, now: datetime
) -> None:
    young, old = factories.on_desk(now), factories.on_desk(now)
    for _ in range(6):
        arguments = {"officer": intake_officer, "reference": old.reference, "at": now}
        triage.route(version=old.version, body_code="BKHCN", reason=None, **arguments)  # type: ignore[arg-type]
        arguments["officer"] = handler
        triage.return_to_desk(version=old.version, reason="Không thuộc.", **arguments)  # type: ignore[arg-type]

    def cost(reference: str) -> int:
        session.flush()
        session.expunge_all()
        return len(statements(lambda: desk.case(officer=intake_officer, reference=reference, now=now)))

    young_one, old_one = young.reference, old.reference
    cost(young_one)  # names are kept for a minute
    assert cost(young_one) == cost(old_one)


def test_counting_what_is_found_stops_where_it_would_cost(
    intake_officer: Officer, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "COUNT_LIMIT", 3)
    asked = Filters(kinds=(Kind.REPORT,))
    for waiting, expected in ((3, (3, False)), (1, (3, True))):
        for _ in range(waiting):
            factories.submit(now)
        factories.classify(now, sure=False)
        found = queues.page(officer=intake_officer, queue=Queue.TRIAGE, now=now, filters=asked).found
        assert found is not None
        assert (found.number, found.more) == expected
    assert queues.page(officer=intake_officer, queue=Queue.TRIAGE, now=now).found is None


def test_the_counts_of_all_queues_are_one_statement(intake_officer: Officer, session: Session) -> None:
    assert len(statements(lambda: queues.counts(officer=intake_officer))) == 1


def test_a_row_shows_what_the_machine_said_and_why_a_person_must_decide(
    intake_officer: Officer, session: Session, now: datetime
) -> None:
    factories.on_desk(now)
    later = now + timedelta(days=60)
    (row,) = queues.page(officer=intake_officer, queue=Queue.TRIAGE, now=later).rows
    assert (row.candidate, row.confidence) == ("Bộ KH&CN", 0.4)
    assert row.desk_reason == "Máy chưa đủ tin cậy để tự chuyển"
    assert (row.province_name, row.body_name, row.overdue) == ("Sơn La", None, True)
    (handled,) = queues.page(officer=intake_officer, queue=Queue.ALL, now=now).rows
    assert (handled.candidate, handled.overdue) == (None, False)


def test_candidates_name_the_body_of_the_place_when_it_is_known(
    intake_officer: Officer, session: Session, now: datetime
) -> None:
    candidates = [
        {"body": "UBND_TINH", "confidence": 0.4},
        {"body": "UBND_XA", "confidence": 0.3},
        {"body": "BKHCN", "confidence": 0.2},
        {"body": "BCA", "confidence": 0.1},
    ]
    for province, expected in (
        ("SONLA", ("UBND_TINH:SONLA", "Ủy ban nhân dân tỉnh Sơn La")),
        (None, (None, "UBND tỉnh, thành phố")),
    ):
        receipt = factories.submit(now, province=province)
        factories.classify(now, sure=False, class_code="UBND_TINH", candidates=candidates)
        shown = desk.case(officer=intake_officer, reference=receipt.reference, now=now).candidates
        assert [(one.class_code, one.body_code, one.name) for one in shown] == [
            ("UBND_TINH", *expected),
            ("UBND_XA", None, "UBND xã, phường"),
            ("BKHCN", "BKHCN", "Bộ Khoa học và Công nghệ"),
        ]
        assert [one.confidence for one in shown] == [0.4, 0.3, 0.2]


def test_a_case_the_machine_never_saw_has_no_candidates(
    intake_officer: Officer, session: Session, now: datetime
) -> None:
    receipt = factories.submit(now)
    shown = desk.case(officer=intake_officer, reference=receipt.reference, now=now)
    assert (shown.candidates, shown.confidence, shown.decided_by_machine) == ((), None, False)
    assert [(span.text, span.weight) for span in shown.title] == [("Sóng điện thoại ở bản quá yếu", 0.0)]


def test_a_body_that_was_closed_is_proposed_by_name_but_not_to_choose(
    intake_officer: Officer, session: Session, now: datetime
) -> None:
    case = factories.on_desk(now)
    bodies.by_code(code="BKHCN").active = False
    session.flush()
    first = desk.case(officer=intake_officer, reference=case.reference, now=now).candidates[0]
    assert (first.body_code, first.name) == (None, "Bộ KH&CN")


def test_a_case_tells_its_notes_and_history_but_not_why_an_identity_was_read(
    handler: Officer, intake_officer: Officer, session: Session, now: datetime
) -> None:
    case = factories.accepted(now, handler)
    arguments = {"officer": handler, "reference": case.reference, "at": now}
    identity.unseal(version=case.version, reason="Gọi lại hỏi địa chỉ.", **arguments)  # type: ignore[arg-type]
    triage.return_to_desk(version=case.version, reason="Không thuộc thẩm quyền.", **arguments)  # type: ignore[arg-type]
    shown = desk.case(officer=intake_officer, reference=case.reference, now=now)
    assert [(note.author, note.action, note.text) for note in shown.notes] == [
        ("officer", "return", "Không thuộc thẩm quyền.")
    ]
    assert [line.sentence for line in shown.history][-3:] == [
        "Bộ Khoa học và Công nghệ nhận giải quyết.",
        "Xem danh tính người gửi.",
        "Bộ Khoa học và Công nghệ trả lại vì không thuộc thẩm quyền.",
    ]
    assert [line.officer_name for line in shown.history][-1] == handler.display_name
    assert shown.history[0].officer_name is None


EVERYWHERE = {Action.TAG, Action.HOLD}
SORTING = {
    Action.ROUTE,
    Action.ASK_SUPPLEMENT,
    Action.REFUSE,
    Action.REDIRECT,
    Action.MERGE,
    Action.SPLIT,
    Action.ASSIGN,
}


@pytest.mark.parametrize(
    ("state", "role", "actions"),
    [
        ("desk", Role.INTAKE, SORTING | EVERYWHERE),
        (
            "assigned",
            Role.INTAKE,
            {Action.TRANSFER, Action.MERGE, Action.SPLIT, Action.COORDINATE, Action.ASSIGN} | EVERYWHERE,
        ),
        ("assigned", Role.HANDLER, {Action.ACCEPT, Action.RETURN, Action.ASK_SUPPLEMENT, Action.TAG}),
        (
            "in_progress",
            Role.HANDLER,
            {Action.ANSWER, Action.RETURN, Action.EXTEND, Action.ASK_SUPPLEMENT, Action.TAG},
        ),
        ("checking", Role.HANDLER, {Action.TAG}),
        ("checking", Role.CHECKER, {Action.APPROVE, Action.SEND_BACK}),
        ("checking", Role.INTAKE, {Action.APPROVE, Action.SEND_BACK, Action.ASSIGN} | EVERYWHERE),
        ("checking", Role.AUDITOR, set()),
        ("replied", Role.HANDLER, {Action.TAG}),
        ("replied", Role.LEADER, {Action.PUBLISH, Action.CLOSE, Action.REOPEN} | EVERYWHERE),
    ],
)
def test_a_case_offers_what_its_state_and_the_officers_role_allow(
    handler: Officer, session: Session, now: datetime, state: str, role: Role, actions: set[Action]
) -> None:
    case = factories.on_desk(now) if state == "desk" else factories.routed(now)
    if state == "in_progress":
        case.status = state
        session.flush()
    if state == "checking":
        factories.checking(case, handler, now)
    if state == "replied":
        factories.replied(case, now)
    officer = factories.officer(now, role, "BKHCN")
    shown = desk.case(officer=officer, reference=case.reference, now=now)
    assert shown.actions == actions
    assert shown.may_unseal is (role in {Role.INTAKE, Role.HANDLER})


def test_a_case_shows_the_draft_and_whose_it_is_then_the_answers(
    handler: Officer, session: Session, now: datetime
) -> None:
    case = factories.checking(factories.routed(now), handler, now)
    mine = desk.case(officer=handler, reference=case.reference, now=now)
    assert mine.draft is not None
    assert (mine.draft.text, mine.drafted_by_me) == (factories.ANSWER, True)
    others = desk.case(officer=factories.officer(now, Role.CHECKER, "BKHCN"), reference=case.reference, now=now)
    assert others.drafted_by_me is False
    replied = factories.replied(factories.routed(now), now)
    shown = desk.case(officer=handler, reference=replied.reference, now=now)
    assert (shown.draft, [answer.state for answer in shown.responses]) == (None, ["sent"])
    assert shown.decided_by_machine
    assert (shown.body_code, shown.body_name) == ("BKHCN", "Bộ Khoa học và Công nghệ")


def test_a_settled_case_is_not_overdue(handler: Officer, session: Session, now: datetime) -> None:
    late = now + timedelta(days=90)
    replied, waiting = factories.replied(factories.routed(now), now), factories.routed(now)
    assert not desk.case(officer=handler, reference=replied.reference, now=late).overdue
    assert desk.case(officer=handler, reference=waiting.reference, now=late).overdue
