"""What helps to decide: the machine's reading, the mandates, likely duplicates and cases like this one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from feedback.db import db
from feedback.domain.permissions import Role
from feedback.models import Comment, Officer
from feedback.services import advice, comparing, desk
from feedback.services.advice import Advice, Cue, Helper
from feedback.services.comparing import Entry, Pair
from tests import factories

TITLE, TEXT = "Mất tiền", "Con tôi bị lừa chuyển tiền qua mạng, gọi 0912345678."
BOTH = f"{TITLE}\n{TEXT}"


@pytest.fixture
def intake_officer(session: Session, now: datetime) -> Officer:
    """Sees every case."""
    return factories.officer(now, Role.INTAKE)


def case(now: datetime, **said: Any) -> Comment:
    receipt = factories.submit(now, title=TITLE, text=TEXT)
    factories.classify(now, **{"sure": False, **said})
    return factories.comment(receipt.reference)


def on(officer: Officer, comment: Comment, now: datetime) -> Advice:
    return desk.case(officer=officer, reference=comment.reference, now=now).advice


def like(
    one: Comment, other: Comment, now: datetime, *, score: float = 0.95, sure: bool = True, alike: float = 0.6
) -> None:
    for each in (one, other):
        personal = [[BOTH.index("0912345678"), BOTH.index("0912345678") + 10, "phone"]]
        comparing.enter(entries=[Entry(each.id, [1], personal)])
    comparing.keep(pairs=[Pair(one.id, other.id, score, sure, alike)], at=now)


def test_the_question_the_helpers_and_the_signs_of_urgency_are_shown_in_words(
    intake_officer: Officer, now: datetime
) -> None:
    start = BOTH.index("bị lừa chuyển tiền")
    seen = on(
        intake_officer,
        case(
            now,
            question="Ông/Bà muốn công an xác minh, hay ngân hàng hoàn tiền?",
            coordinating=[{"body": "BCA", "confidence": 0.31}],
            urgency=[
                {"cue": "mat_tien", "start": start, "end": start + len("bị lừa chuyển tiền")},
                {"cue": "mat_tien", "start": 0, "end": 4},
                {"cue": "sao_chổi", "start": 0, "end": 99_999},
            ],
        ),
        now,
    )
    assert seen.question == "Ông/Bà muốn công an xác minh, hay ngân hàng hoàn tiền?"
    assert seen.coordinating == (Helper("Bộ Công an", 0.31),)
    assert seen.urgency[0] == Cue("Mất tiền, bị chiếm đoạt tài sản", "bị lừa chuyển tiền")
    assert [cue.name for cue in seen.urgency[1:]] == ["Cần xem sớm"]


@pytest.mark.parametrize(
    ("said", "kind", "field"),
    [
        ({"kind": "hoi", "field": "AN"}, "Câu hỏi", "An ninh mạng, lừa đảo"),
        ({"kind": "phan_anh"}, None, None),
        ({"kind": "than_phien", "field": "??"}, None, None),
    ],
)
def test_kind_and_field_are_shown_where_they_differ_from_what_was_chosen(
    intake_officer: Officer, now: datetime, said: dict[str, str], kind: str | None, field: str | None
) -> None:
    seen = on(intake_officer, case(now, **said), now)
    assert (seen.kind, seen.field) == (kind, field)


def test_each_candidate_comes_with_the_line_of_its_mandate_that_the_text_speaks_of(
    intake_officer: Officer, now: datetime
) -> None:
    receipt = factories.submit(now, title="VNeID", text="Ứng dụng VNeID báo lỗi xác thực định danh điện tử mức 2.")
    factories.classify(now, sure=False)
    mandates = on(intake_officer, factories.comment(receipt.reference), now).mandates
    assert "định danh" in mandates["BCA"]
    assert set(mandates) <= {"BKHCN", "UBND_TINH", "BCA"}


def test_a_case_that_the_machine_never_saw_has_no_advice(intake_officer: Officer, now: datetime) -> None:
    comment = factories.comment(factories.submit(now).reference)
    assert on(intake_officer, comment, now) == Advice(None, (), (), None, None, {}, (), ())


def test_an_open_comment_that_is_surely_the_same_is_a_duplicate_without_personal_data(
    intake_officer: Officer, now: datetime
) -> None:
    first, second = case(now), case(now + timedelta(hours=1))
    like(first, second, now)
    for one, other in ((first, second), (second, first)):
        seen = on(intake_officer, one, now)
        (found,) = seen.duplicates
        assert (found.reference, found.title, found.score, found.body_name) == (other.reference, TITLE, 0.95, None)
        assert found.excerpt == TEXT.replace("0912345678", "[số điện thoại]")
        assert seen.similar == ()


def test_past_cases_are_shown_with_the_body_that_has_them_now_most_alike_first(
    intake_officer: Officer, now: datetime
) -> None:
    mine = case(now)
    others = [factories.routed(now, title=TITLE, text=TEXT) for _ in range(4)]
    for place, other in enumerate(others):
        like(mine, other, now, score=0.5, sure=False, alike=0.4 + place / 10)
    seen = on(intake_officer, mine, now)
    assert seen.duplicates == ()
    assert [one.reference for one in seen.similar] == [other.reference for other in others[:0:-1]]
    assert {one.body_name for one in seen.similar} == {"Bộ KH&CN"}


def test_what_is_settled_is_a_past_case_and_no_duplicate(intake_officer: Officer, now: datetime) -> None:
    mine, done = case(now), factories.replied(factories.routed(now, title=TITLE, text=TEXT), now)
    like(mine, done, now)
    seen = on(intake_officer, mine, now)
    assert seen.duplicates == ()
    assert [one.reference for one in seen.similar] == [done.reference]


def test_a_kept_case_and_one_of_another_body_are_not_shown(
    intake_officer: Officer, session: Session, now: datetime
) -> None:
    mine, ours = (factories.routed(now, title=TITLE, text=TEXT) for _ in range(2))
    receipt = factories.submit(now, title=TITLE, text=TEXT)
    factories.classify(now, class_code="BCA")
    theirs, kept = factories.comment(receipt.reference), case(now)
    for other in (ours, theirs, kept):
        like(mine, other, now)
    kept.screen, kept.confidential = "to_cao", True
    session.flush()
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    assert [one.reference for one in on(handler, mine, now).duplicates] == [ours.reference]
    assert {one.reference for one in on(intake_officer, mine, now).duplicates} == {ours.reference, theirs.reference}


def test_a_long_text_is_cut_at_a_word(intake_officer: Officer, now: datetime) -> None:
    mine, other = case(now), factories.routed(now, title=TITLE, text="Sóng yếu " * 100)
    comparing.enter(entries=[Entry(other.id, [1], [])])
    comparing.keep(pairs=[Pair(mine.id, other.id, 0.5, False, 0.6)], at=now)
    (found,) = on(intake_officer, mine, now).similar
    assert found.excerpt.endswith(("Sóng …", "yếu …"))
    assert len(found.excerpt) <= advice.EXCERPT + 2


def test_the_advice_costs_the_same_however_many_are_alike(
    intake_officer: Officer, session: Session, now: datetime
) -> None:
    mine = case(now)
    on(intake_officer, mine, now)
    counted, asked = [], list[str]()
    connection = db.engines[None]
    event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for _ in range(2):
        like(mine, factories.routed(now, title=TITLE, text=TEXT), now)
        session.expire_all()
        asked.clear()
        desk.case(officer=intake_officer, reference=mine.reference, now=now)
        counted.append(len([one for one in asked if not one.startswith(("SAVEPOINT", "RELEASE"))]))
    assert counted[0] == counted[1]
