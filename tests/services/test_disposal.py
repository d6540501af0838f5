"""Reviewing a batch: who may do what at which step, and what is refused in plain words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed, NotFound
from feedback.domain.permissions import Role
from feedback.models import DisposalBatch, Officer
from feedback.services import disposal, disposals, erasing, proposing
from tests import factories, retained

REASON = "Cơ quan đề nghị giữ hồ sơ."
Step = Callable[[Officer, DisposalBatch, datetime], Any]
STEPS: dict[str, Step] = {
    "take_out": lambda o, b, at: disposal.take_out(
        officer=o, batch_id=b.id, references=list(retained.states(b)), reason=REASON, at=at
    ),
    "verify": lambda o, b, at: disposal.verify(officer=o, batch_id=b.id, at=at),
    "approve": lambda o, b, at: disposal.approve(officer=o, batch_id=b.id, at=at),
    "reject": lambda o, b, at: disposal.reject(officer=o, batch_id=b.id, reason=REASON, at=at),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("role", [Role.HANDLER, Role.LEADER, Role.ANALYST, Role.ADMINISTRATOR])
def test_who_does_not_hold_the_permission_does_nothing(session: Session, now: datetime, step: str, role: Role) -> None:
    batch = retained.proposed(now)
    with pytest.raises(NotAllowed):
        STEPS[step](factories.officer(now, role, "BKHCN"), batch, now)


@pytest.mark.parametrize("step", STEPS)
def test_a_batch_that_is_not_there_is_not_found(session: Session, now: datetime, step: str) -> None:
    batch = DisposalBatch(id=2_000_000_000)
    with pytest.raises(NotFound):
        STEPS[step](retained.reviewers(now)[0], batch, now)


@pytest.mark.parametrize("step", STEPS)
def test_a_batch_of_kept_cases_is_not_there_for_whoever_may_not_read_them(
    session: Session, now: datetime, step: str
) -> None:
    retained.kept(now)
    (batch,) = proposing.propose(at=now + retained.LATER)
    intake_officer, auditor = retained.reviewers(now)
    with pytest.raises(NotFound):
        STEPS[step](auditor, batch, now)
    with pytest.raises(NotFound):
        disposals.batch(officer=auditor, batch_id=batch.id)
    assert disposals.batches(officer=auditor) == ([], None)
    assert disposals.batch(officer=intake_officer, batch_id=batch.id).confidential


@pytest.mark.parametrize(
    ("before", "refused"),
    [
        ([], ["approve"]),
        (["verify"], ["verify"]),
        (["verify", "approve"], ["take_out", "verify", "approve", "reject"]),
        (["reject"], ["take_out", "verify", "approve", "reject"]),
        (["take_out"], ["verify", "approve"]),
        (["verify", "take_out"], ["approve"]),
    ],
)
def test_each_step_follows_the_one_before(
    session: Session, now: datetime, before: list[str], refused: list[str]
) -> None:
    batch = retained.proposed(now)
    first, second = retained.reviewers(now)
    for step in before:
        STEPS[step](second if step == "approve" else first, batch, now)
    for step in refused:
        with pytest.raises(InvalidMove):
            STEPS[step](second, batch, now)


@pytest.mark.parametrize("reason", ["", "    ", "vì", "\x00" * 9, "dài " * 600])
def test_a_reason_is_needed_and_has_its_length(session: Session, now: datetime, reason: str) -> None:
    batch, (first, _) = retained.proposed(now), retained.reviewers(now)
    with pytest.raises(InvalidInput) as refused:
        disposal.take_out(
            officer=first, batch_id=batch.id, references=list(retained.states(batch)), reason=reason, at=now
        )
    assert list(refused.value.fields) == ["reason"]
    with pytest.raises(InvalidInput):
        disposal.reject(officer=first, batch_id=batch.id, reason=reason, at=now)
    assert set(retained.states(batch).values()) == {"kept"}


@pytest.mark.parametrize("references", [[], ["PA-2026-999999"], ["other"]])
def test_only_cases_of_the_batch_are_taken_out(session: Session, now: datetime, references: list[str]) -> None:
    batch, (first, _) = retained.proposed(now), retained.reviewers(now)
    elsewhere = factories.routed(now).reference
    with pytest.raises(InvalidInput) as refused:
        disposal.take_out(
            officer=first,
            batch_id=batch.id,
            references=[elsewhere if one == "other" else one for one in references],
            reason=REASON,
            at=now,
        )
    assert "references" in refused.value.fields


def test_a_case_is_taken_out_once(session: Session, now: datetime) -> None:
    batch, (first, second) = retained.proposed(now), retained.reviewers(now)
    STEPS["take_out"](first, batch, now)
    with pytest.raises(InvalidInput):
        STEPS["take_out"](second, batch, now)


def test_with_every_case_taken_out_a_rejection_rebuilds_nothing(session: Session, now: datetime) -> None:
    batch, (first, _) = retained.proposed(now, count=2), retained.reviewers(now)
    STEPS["take_out"](first, batch, now)
    assert STEPS["reject"](first, batch, now) is None
    assert set(retained.states(batch).values()) == {"removed_by_reviewer"}


def test_a_sender_s_request_is_not_emptied_but_refused(session: Session, now: datetime) -> None:
    batch, (first, _) = retained.asked(retained.ended(now), now), retained.reviewers(now)
    with pytest.raises(InvalidMove, match="chỉ có một ý kiến"):
        STEPS["take_out"](first, batch, now)
    assert STEPS["reject"](first, batch, now) is None


def test_the_second_may_take_out_what_the_first_let_pass(session: Session, now: datetime) -> None:
    batch, (first, second) = retained.proposed(now, count=2), retained.reviewers(now)
    out, other = sorted(retained.states(batch))
    disposal.verify(officer=first, batch_id=batch.id, at=now)
    disposal.take_out(officer=second, batch_id=batch.id, references=[out], reason=REASON, at=now)
    disposal.approve(officer=second, batch_id=batch.id, at=now)
    assert erasing.carry_out(cleaner=str, at=now + retained.LATER) == erasing.Outcome(batch.id, erased=1, spared=0)
    assert retained.states(batch) == {out: "removed_by_reviewer", other: "done"}


def test_batches_cases_and_certificates_are_paged_by_a_mark(session: Session, now: datetime) -> None:
    batch, (officer, _) = retained.proposed(now, count=3), retained.reviewers(now)
    first, mark = disposals.items(batch_id=batch.id, limit=2)
    rest, end = disposals.items(batch_id=batch.id, after=mark, limit=2)
    assert [item.reference for item in [*first, *rest]] == sorted(retained.states(batch))
    assert (len(first), end) == (2, None)
    retained.erase(batch, now + retained.LATER)
    found, following = disposals.certificates(officer=officer, limit=2)
    others, nothing = disposals.certificates(officer=officer, after=following, limit=2)
    assert [one.id for one in [*found, *others]] == sorted((one.id for one in [*found, *others]), reverse=True)
    assert (len(others), nothing) == (1, None)
    again = retained.asked(retained.ended(now), now)
    newest, after = disposals.batches(officer=officer, limit=1)
    older, last = disposals.batches(officer=officer, after=after, limit=1)
    assert ([one.id for one in newest], [one.id for one in older], last) == ([again.id], [batch.id], None)


@pytest.mark.parametrize("read", [disposals.batches, disposals.certificates])
def test_who_does_not_review_reads_nothing(session: Session, now: datetime, read: Callable[..., Any]) -> None:
    with pytest.raises(NotAllowed):
        read(officer=factories.officer(now, Role.ANALYST))
    with pytest.raises(NotAllowed):
        disposals.batch(officer=factories.officer(now, Role.ANALYST), batch_id=1)
