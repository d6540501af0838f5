"""What two officers approved is erased: words, files and identity go; number, dates, body and status stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, text, update

from feedback.db import UtcDateTime, session
from feedback.domain.ledger import EventKind
from feedback.domain.retention import (
    STUB_TEXT,
    STUB_TITLE,
    STUB_WORDS,
    BatchStatus,
    Erased,
    Erasing,
    ItemState,
    leaves,
)
from feedback.domain.status import SETTLED, Actor
from feedback.domain.words import vector
from feedback.models import (
    AuditSample,
    CaseNote,
    CaseTag,
    ClockEvent,
    Comment,
    DisposalBatch,
    DisposalCertificate,
    DisposalItem,
    Label,
    Likeness,
    Publication,
    Resemblance,
    Response,
    RetentionSchedule,
    RoutingDecision,
    Sender,
    TeachingPick,
)
from feedback.services import admin_log, attachments, moving, retention

# Gives a text back without personal data.
Cleaner = Callable[[str], str]

LONGEST_TITLE, LONGEST_TEXT = 300, 20_000
# Whose words are kept with a case: table, column, name in the certificate, and characters that the column holds.
_WORDS: tuple[tuple[Any, str, str, int], ...] = (
    (CaseNote, "text", "notes", 5_000),
    (Response, "text", "answers", LONGEST_TEXT),
    (Response, "check_note", "answers", LONGEST_TEXT),
    (RoutingDecision, "reason", "decisions", LONGEST_TEXT),
    (RoutingDecision, "question", "decisions", LONGEST_TEXT),
    (Label, "reason", "labels", LONGEST_TEXT),
    (ClockEvent, "cause", "clock", LONGEST_TEXT),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a batch ended: how many cases were erased, and how many may not go any more."""

    batch_id: int
    erased: int
    spared: int


def carry_out(*, cleaner: Cleaner, at: datetime) -> Outcome | None:
    """Erase the oldest approved batch; None when there is none.

    Each case is looked at again: one that is held, open again, or whose sender wrote lately, is spared.

    Args:
        cleaner: takes personal data out of a text that is kept without it.
        at: now.
    """
    batch = session().scalar(
        select(DisposalBatch)
        .where(DisposalBatch.status == BatchStatus.APPROVED)
        .order_by(DisposalBatch.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if batch is None:
        return None
    rule = retention.schedule(erases=Erasing(batch.erases))
    cases = _lock_cases(batch)
    allowed = _allowed(rule, cases, at)
    going = [comment for comment in cases if comment.id in allowed]
    if going:
        _erase(batch, rule, going, cleaner, at)
    _settle(batch, [comment.id for comment in cases if comment.id not in allowed], ItemState.SPARED, at)
    _settle(batch, [comment.id for comment in going], ItemState.DONE, at)
    batch.status, batch.finished_at = BatchStatus.DONE, at
    outcome = Outcome(batch.id, len(going), len(cases) - len(going))
    admin_log.write(
        action="disposal_done",
        at=at,
        data={"batch": outcome.batch_id, "erased": outcome.erased, "spared": outcome.spared},
    )
    return outcome


def _lock_cases(batch: DisposalBatch) -> Sequence[Comment]:
    return (
        session()
        .scalars(
            select(Comment)
            .join(DisposalItem, DisposalItem.comment_id == Comment.id)
            .where(DisposalItem.batch_id == batch.id, DisposalItem.state == ItemState.KEPT)
            .order_by(Comment.id)
            .with_for_update(of=Comment)
            .execution_options(populate_existing=True)
        )
        .all()
    )


def _allowed(rule: RetentionSchedule, cases: Sequence[Comment], at: datetime) -> set[UUID]:
    """The cases that may still go; the sender's own request is not put off by the sender's own messages."""
    settled = [comment.id for comment in cases if comment.status in SETTLED and not comment.held]
    if rule.quiet_days is None:
        return set(settled)
    since = at - timedelta(days=rule.quiet_days)
    return set(settled) - set(session().scalars(_SPOKE_SINCE, {"ids": settled, "since": since}))


def _erase(
    batch: DisposalBatch, rule: RetentionSchedule, cases: Sequence[Comment], cleaner: Cleaner, at: datetime
) -> None:
    gone = leaves(Erasing(batch.erases))
    clean: Cleaner = cleaner if gone is Erased.IDENTITY else lambda _: STUB_WORDS
    counts = {comment.id: Counter[str]() for comment in cases}
    ids = list(counts)
    for comment in cases:
        _erase_comment(comment, gone, cleaner)
    session().flush()  # a label's words may change only once its case says that it was erased
    for table, column, name, longest in _WORDS:
        for row in _worded(ids, table, column):
            setattr(row, column, clean(getattr(row, column))[:longest])
            counts[row.comment_id][name] += 1
    session().flush()
    _erase_tags(ids, clean)
    _erase_drafts(ids)
    _erase_publications(ids, gone)
    _erase_traces(ids, counts)
    for comment_id in attachments.erase(ids=ids, at=at):  # a picture may show who sent it
        counts[comment_id]["files"] += 1
    for comment in cases:
        _certify(comment, batch, rule, counts[comment.id], at)
    session().flush()


def _erase_comment(comment: Comment, gone: Erased, cleaner: Cleaner) -> None:
    if gone is Erased.TEXT or comment.erased == Erased.TEXT:
        comment.title, comment.text, comment.erased = STUB_TITLE, STUB_TEXT, Erased.TEXT
        comment.published_at = None
    else:
        # As it was read: a name may end the title and begin the text.
        title, _, words = cleaner(f"{comment.title}\n{comment.text}").partition("\n")
        comment.title, comment.text = title[:LONGEST_TITLE] or STUB_TITLE, words[:LONGEST_TEXT] or STUB_TEXT
        comment.erased = Erased.IDENTITY
    comment.search, comment.personal = vector(comment.title, comment.text), []


def _worded(ids: Sequence[UUID], table: Any, column: str) -> Sequence[Any]:
    """The rows of these cases that hold words in this column."""
    statement = select(table).where(table.comment_id.in_(ids), getattr(table, column).is_not(None))
    if table is ClockEvent:  # the other causes are the schedule's and the calendar's
        statement = statement.where(ClockEvent.kind == EventKind.EXTENDED)
    return session().scalars(statement.order_by(table.id)).all()


def _erase_tags(ids: Sequence[UUID], clean: Cleaner) -> None:
    """A tag cannot be half a tag: one that would not stay as it is goes."""
    for tag in session().scalars(select(CaseTag).where(CaseTag.comment_id.in_(ids))):
        if clean(tag.tag) != tag.tag:
            session().delete(tag)


def _erase_drafts(ids: Sequence[UUID]) -> None:
    """An answer that was never sent says nothing to anybody."""
    session().execute(
        update(Response)
        .where(Response.comment_id.in_(ids), Response.state != "sent")
        .values(text=STUB_WORDS)
        .execution_options(synchronize_session=False)
    )


def _erase_publications(ids: Sequence[UUID], gone: Erased) -> None:
    """What was published goes with the text, and loses the name with the identity."""
    chosen = Publication.comment_id.in_(ids)
    whole = delete(Publication).where(chosen)
    session().execute(whole if gone is Erased.TEXT else update(Publication).where(chosen).values(name=None))


def _erase_traces(ids: Sequence[UUID], counts: dict[UUID, Counter[str]]) -> None:
    """What was computed from the words, and who sent them."""
    for comment_id in session().scalars(delete(Sender).where(Sender.comment_id.in_(ids)).returning(Sender.comment_id)):
        counts[comment_id]["sender"] += 1
    session().execute(delete(Likeness).where(Likeness.comment_id.in_(ids)))
    session().execute(delete(Resemblance).where(Resemblance.comment_id.in_(ids) | Resemblance.other_id.in_(ids)))
    session().execute(delete(TeachingPick).where(TeachingPick.comment_id.in_(ids)))
    session().execute(delete(AuditSample).where(AuditSample.comment_id.in_(ids), AuditSample.label_id.is_(None)))
    session().execute(update(AuditSample).where(AuditSample.comment_id.in_(ids)).values(hidden=None))
    # Places in a text that is no more.
    session().execute(
        update(RoutingDecision)
        .where(RoutingDecision.comment_id.in_(ids))
        .values(evidence=[], urgency=[])
        .execution_options(synchronize_session=False)
    )


def _certify(
    comment: Comment, batch: DisposalBatch, rule: RetentionSchedule, counts: Counter[str], at: datetime
) -> None:
    moving.record(
        comment=comment, action="erase", actor=Actor.SYSTEM, at=at, data={"batch": batch.id, "erased": batch.erases}
    )
    session().add(
        DisposalCertificate(
            comment_id=comment.id,
            reference=comment.reference,
            batch_id=batch.id,
            erased=batch.erases,
            months=rule.months,
            source=rule.source,
            counts=dict(counts),
            erased_at=at,
            first_reviewer_id=batch.first_reviewer_id,
            second_reviewer_id=batch.second_reviewer_id,
        )
    )


def _settle(batch: DisposalBatch, ids: Sequence[UUID], state: ItemState, at: datetime) -> None:
    session().execute(
        update(DisposalItem)
        .where(DisposalItem.batch_id == batch.id, DisposalItem.comment_id.in_(ids))
        .values(state=state, ended_at=at)
    )


_SPOKE_SINCE = text("""
SELECT DISTINCT comment_id FROM audit_event
WHERE comment_id = ANY(:ids) AND actor = 'citizen' AND at > :since
""").bindparams(bindparam("since", type_=UtcDateTime()))
