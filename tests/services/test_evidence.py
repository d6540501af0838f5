"""The words that spoke for a body, marked where they stand: in the title or in the text."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.services import desk
from tests import factories

TITLE, TEXT = "Sóng yếu", "Bản không có sóng điện thoại."
BOTH = f"{TITLE}\n{TEXT}"


def marked(now: datetime, *pieces: tuple[int, int, float]) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    evidence = [{"start": start, "end": end, "weight": weight} for start, end, weight in pieces]
    receipt = factories.submit(now, title=TITLE, text=TEXT)
    factories.classify(now, sure=False, evidence=evidence)
    case = desk.case(officer=factories.officer(now, Role.INTAKE), reference=receipt.reference, now=now)
    spans = ([(span.text, span.weight) for span in part] for part in (case.title, case.text))
    return next(spans), next(spans)


def at(words: str, weight: float) -> tuple[int, int, float]:
    start = BOTH.index(words)
    return start, start + len(words), weight


def test_words_of_title_and_text_are_marked_by_their_share_of_the_strongest(session: Session, now: datetime) -> None:
    title, text = marked(now, at("sóng điện thoại", 0.8), at("Sóng", 0.4))
    assert title == [("Sóng", 0.5), (" yếu", 0.0)]
    assert text == [("Bản không có ", 0.0), ("sóng điện thoại", 1.0), (".", 0.0)]


def test_the_last_word_of_the_title_and_the_first_of_the_text_stay_apart(session: Session, now: datetime) -> None:
    title, text = marked(now, at("yếu", 1.0), at("Bản", 1.0))
    assert title == [("Sóng ", 0.0), ("yếu", 1.0)]
    assert text == [("Bản", 1.0), (" không có sóng điện thoại.", 0.0)]


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([(5, 12, 1.0)], id="over the line break"),
        pytest.param([(0, 4, -0.5), (0, 4, 0.0)], id="against the body"),
        pytest.param([(4, 4, 1.0)], id="empty"),
        pytest.param([(30, 999, 1.0)], id="beyond the end"),
    ],
)
def test_what_cannot_be_marked_is_left_out(
    session: Session, now: datetime, pieces: list[tuple[int, int, float]]
) -> None:
    assert marked(now, *pieces) == ([(TITLE, 0.0)], [(TEXT, 0.0)])


def test_words_that_overlap_are_marked_once_and_nothing_is_lost(session: Session, now: datetime) -> None:
    title, text = marked(now, at("sóng điện", 1.0), at("điện thoại", 0.5))
    assert title == [(TITLE, 0.0)]
    assert text == [("Bản không có ", 0.0), ("sóng điện", 1.0), (" thoại.", 0.0)]
