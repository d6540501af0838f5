"""The timed jobs of retention: propose by the slot, erase by the database's time, a few batches at once."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.jobs import clock, dispose
from tests import factories, retained

HELD_TEXT = "Xin gọi 0912345678 hoặc 0987654321."


def test_both_are_among_the_timed_jobs() -> None:
    names = {timed.work: timed.name for timed in clock.TIMED}
    assert names[dispose.propose] == "propose_disposals"
    assert names[dispose.carry_out] == "carry_out_disposals"


def test_a_slot_proposes_what_is_past_its_term(session: Session, now: datetime) -> None:
    retained.ended(now)
    assert dispose.propose(now) == "0 batches"
    assert dispose.propose(now + retained.LATER) == "1 batches"


def test_a_slot_erases_a_few_approved_batches_and_leaves_the_rest_to_the_next(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispose, "AT_ONCE", 2)
    for _ in range(3):
        retained.approved(retained.asked(retained.ended(now), now), now)
    assert dispose.carry_out(now) == "2 erased, 0 spared"
    assert dispose.carry_out(now) == "1 erased, 0 spared"
    assert dispose.carry_out(now) == "0 erased, 0 spared"


def test_words_that_are_kept_lose_every_number(session: Session, now: datetime) -> None:
    case = retained.ended(now, text=HELD_TEXT).case
    retained.approved(retained.proposing.propose(at=now + retained.LATER)[0], now)
    assert dispose.carry_out(now) == "1 erased, 0 spared"
    assert factories.comment(case.reference).text == "Xin gọi [số điện thoại] hoặc [số điện thoại]."


def test_a_case_that_may_not_go_any_more_is_spared(session: Session, now: datetime) -> None:
    case = retained.ended(now).case
    batch = retained.approved(retained.proposing.propose(at=now + retained.LATER)[0], now)
    factories.comment(case.reference).held = True
    session.flush()
    assert dispose.carry_out(now) == "0 erased, 1 spared"
    assert retained.states(batch) == {case.reference: "spared"}
