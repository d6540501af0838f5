"""The labelling page's work: the audit first, personal data hidden from whom it does not concern, each text once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, NotAllowed, NotFound, Stale
from feedback.domain.learning import Origin, Screen
from feedback.domain.permissions import Role
from feedback.models import AuditSample, Comment, Officer
from feedback.services import auditing, labelling, labels, teaching
from feedback.services.labelling import Piece, Task
from tests import factories


@pytest.fixture
def analyst(session: Session, now: datetime) -> Officer:
    """Sees no case, and may label."""
    return factories.officer(now, Role.ANALYST)


@pytest.fixture
def intake_officer(session: Session, now: datetime) -> Officer:
    """Sees every case, and may label."""
    return factories.officer(now, Role.INTAKE)


def audited(now: datetime, monkeypatch: pytest.MonkeyPatch, **changes: object) -> Comment:
    monkeypatch.setattr(auditing, "AUDIT_SHARE", 1.0)
    case = factories.routed(now, **changes)
    auditing.draw(at=now)
    auditing.hide(spans={case.id: []})
    return case


def doubtful(now: datetime, **changes: object) -> Comment:
    case = factories.on_desk(now, **changes)
    listed(now)
    return case


def listed(now: datetime, hidden: tuple[tuple[object, ...], ...] = ()) -> None:
    teaching.keep(picks=[teaching.Pick(one, hidden) for one in teaching.doubtful(at=now)], at=now)


def words(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text or f"[{piece.hidden}]" for piece in pieces)


def get(officer: Officer, after: str | None = None) -> Task:
    found = labelling.next_task(officer=officer, after=after)
    assert found is not None
    return found


def say(officer: Officer, case: Comment, now: datetime, code: str | None = "BCA", **more: object) -> str:
    values = {"officer": officer, "reference": case.reference, "class_code": code, "at": now, **more}
    return labelling.answer(**values).origin  # type: ignore[arg-type]


def test_the_audit_comes_first_then_what_teaches_most(
    analyst: Officer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught, drawn = doubtful(now), audited(now, monkeypatch)
    first = get(analyst)
    assert (first.reference, first.origin, first.received_at) == (drawn.reference, Origin.AUDIT, now)
    assert [(one.key, one.class_code, one.confidence) for one in first.choices] == [
        (1, "BKHCN", 0.97),
        (2, "UBND_TINH", 0.02),
        (3, "BCA", 0.01),
    ]
    second = get(analyst, first.reference)
    assert (second.reference, second.origin) == (taught.reference, Origin.LABELLING)
    assert labelling.next_task(officer=analyst, after=second.reference) is None
    assert get(analyst, "PA-2026-999999").reference == drawn.reference


def test_a_label_ends_the_waiting_and_says_where_it_came_from(
    analyst: Officer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught, drawn = doubtful(now), audited(now, monkeypatch)
    waiting = labelling.waiting(officer=analyst, since=now)
    assert (waiting.audit, waiting.teaching, waiting.mine) == (1, 1, 0)
    assert say(analyst, drawn, now) == "audit"
    assert say(analyst, taught, now, reason="  Việc của công an. ") == "labelling"
    waiting = labelling.waiting(officer=analyst, since=now)
    assert (waiting.audit, waiting.teaching, waiting.mine) == (0, 0, 2)
    assert labelling.waiting(officer=analyst, since=now + timedelta(seconds=1)).mine == 0
    assert labelling.next_task(officer=analyst) is None
    assert auditing.standing() == auditing.Standing(1, 1, 0)
    assert [(one.class_code, one.weight) for one in labels.lessons(until=labels.newest())] == [("BCA", 20), ("BCA", 1)]


def test_a_label_leaves_the_case_where_it_is(analyst: Officer, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = audited(now, monkeypatch)
    before = (drawn.status, drawn.body_id, drawn.version)
    say(analyst, drawn, now)
    assert (drawn.status, drawn.body_id, drawn.version) == before


def test_the_faster_official_wins(
    analyst: Officer, intake_officer: Officer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = audited(now, monkeypatch)
    say(analyst, drawn, now)
    with pytest.raises(Stale, match="không còn chờ"):
        say(intake_officer, drawn, now)
    assert len(labels.lessons(until=labels.newest())) == 1


def test_what_is_no_comment_of_this_channel_is_labelled_so(analyst: Officer, now: datetime) -> None:
    case = doubtful(now)
    say(analyst, case, now, None, screen=Screen.DENUNCIATION)
    assert labels.by_origin() == [("labelling", 1)]
    assert labels.lessons(until=labels.newest()) == []


@pytest.mark.parametrize(
    ("code", "screen"), [(None, Screen.VALID), ("BCA", Screen.SPAM), ("KHONG_CO", Screen.VALID), ("bca", Screen.VALID)]
)
def test_a_label_names_a_class_or_says_what_it_is_instead(
    analyst: Officer, now: datetime, code: str | None, screen: Screen
) -> None:
    case = doubtful(now)
    with pytest.raises(InvalidInput):
        say(analyst, case, now, code, screen=screen)


def test_personal_data_is_hidden_from_whoever_sees_no_cases(
    analyst: Officer, intake_officer: Officer, now: datetime
) -> None:
    factories.on_desk(now, title="Chị Hoa hỏi", text="Gọi 0912345678 giúp tôi.")
    listed(now, ((0, 7, "person_name"), (16, 26, "phone")))
    shown = get(analyst)
    assert (words(shown.title), words(shown.text)) == ("[tên người] hỏi", "Gọi [số điện thoại] giúp tôi.")
    whole = get(intake_officer)
    assert (words(whole.title), words(whole.text)) == ("Chị Hoa hỏi", "Gọi 0912345678 giúp tôi.")


def test_what_nobody_looked_through_is_shown_only_to_who_sees_all_cases(
    analyst: Officer, intake_officer: Officer, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = audited(now, monkeypatch)
    session.get_one(AuditSample, case.id).hidden = None
    session.flush()
    assert labelling.next_task(officer=analyst) is None
    assert labelling.task(officer=analyst, reference=case.reference) is None
    assert get(intake_officer).reference == case.reference
    found = labelling.task(officer=intake_officer, reference=case.reference)
    assert found is not None
    assert words(found.text) == case.text


@pytest.mark.parametrize(
    ("spans", "shown"),
    [
        ([], "một hai ba"),
        ([(0, 3, "phone")], "[số điện thoại] hai ba"),
        ([(4, 7, "plate"), (8, 10, "lạ")], "một [biển số xe] [thông tin cá nhân]"),
        ([(-9, 3, "cccd"), (8, 99, "email")], "[số căn cước] hai [thư điện tử]"),
        ([(0, 5, "email"), (3, 7, "phone"), (1, 2, "phone")], "[thư điện tử][số điện thoại] ba"),
        ([(-5, -1, "email"), (40, 50, "phone")], "một hai ba"),
    ],
)
def test_no_span_however_odd_shows_what_it_covers(spans: list[tuple[int, int, str]], shown: str) -> None:
    assert words(labelling.pieces(text="một hai ba", spans=spans)) == shown


@pytest.mark.parametrize("role", [Role.HANDLER, Role.CHECKER, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_else_labels(session: Session, now: datetime, role: Role) -> None:
    officer, case = factories.officer(now, role), doubtful(now)
    for act in (
        lambda: labelling.next_task(officer=officer),
        lambda: labelling.task(officer=officer, reference=case.reference),
        lambda: say(officer, case, now),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_comment_that_is_none_is_not_found(analyst: Officer, now: datetime) -> None:
    with pytest.raises(NotFound):
        labelling.answer(officer=analyst, reference="PA-2026-999999", class_code="BCA", at=now)
