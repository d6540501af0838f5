"""One action over many cases: each case by the same service as alone, each with its own end, told one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import insert

from feedback.db import session
from feedback.domain.bulk import DEEDS, MOST, deeds_for
from feedback.domain.errors import InvalidInput, NotAllowed, NotFound
from feedback.domain.permissions import Permission
from feedback.domain.status import STATUS_NAMES, Actor, Status
from feedback.models import Body, BulkBatch, BulkItem, CaseRead, Comment, Officer
from feedback.services import assigning, moving, scope
from feedback.services.deeds import DOING, Call, Facts

UNREAD = "Anh/Chị chưa mở đọc ý kiến này nên việc này chưa được thực hiện. Xin mở đọc rồi thực hiện lại."


@dataclass(frozen=True, slots=True)
class Chosen:
    """One selected case: its number, and the version that the official saw."""

    reference: str
    version: int


@dataclass(frozen=True, slots=True)
class Line:
    """A selected case as the official may see it now; `seen` is the version that the selection was made at."""

    id: UUID
    reference: str
    seen: int
    version: int
    title: str
    status_name: str
    body_name: str | None
    held: bool
    read: bool


@dataclass(frozen=True, slots=True)
class Item:
    """How it ended with one case; `sentence` says why not."""

    reference: str
    done: bool
    title: str | None
    sentence: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a batch ended: `items` failures first; fewer than `size` when it was cut short."""

    id: UUID
    action: str
    name: str
    reason: str
    at: datetime
    size: int
    items: Sequence[Item]

    @property
    def done(self) -> int:
        """How many cases it was done to."""
        return sum(item.done for item in self.items)

    @property
    def failed(self) -> int:
        """How many refused it."""
        return len(self.items) - self.done

    @property
    def untried(self) -> int:
        """How many were not reached, which happens only when the service failed midway."""
        return self.size - len(self.items)


def lines(*, officer: Officer, chosen: Sequence[Chosen]) -> list[Line]:
    """The selected cases within the officer's reach, in the order in which they are locked.

    Raises:
        InvalidInput: none, or too many.
    """
    if not chosen:
        raise InvalidInput({"case": ["Xin chọn ít nhất một ý kiến."]})
    if len(chosen) > MOST:
        raise InvalidInput({"case": [f"Mỗi lượt nhiều nhất {MOST} ý kiến. Xin chọn ít hơn."]})
    seen = {one.reference: one.version for one in chosen}
    rows = session().execute(
        select(Comment, Body.short_name, CaseRead.at)
        .outerjoin(Body, Body.id == Comment.body_id)
        .outerjoin(CaseRead, and_(CaseRead.comment_id == Comment.id, CaseRead.officer_id == officer.id))
        .where(Comment.reference.in_(seen), scope.within(officer=officer, permission=Permission.SEE_CASES))
        .order_by(Comment.id)
    )
    return [
        Line(
            id=comment.id,
            reference=comment.reference,
            seen=seen[comment.reference],
            version=comment.version,
            title=comment.title,
            status_name=STATUS_NAMES[Status(comment.status)],
            body_name=body_name,
            held=comment.held,
            read=read_at is not None,
        )
        for comment, body_name, read_at in rows
    ]


def begin(*, officer: Officer, batch_id: UUID, action: str, reason: str, facts: Facts, size: int, at: datetime) -> bool:
    """Write the batch down before any case is touched; False when the same form was sent before.

    Raises:
        NotAllowed: the officer may not try this action.
        NotFound: the identifier is that of somebody else's batch.
    """
    if action not in deeds_for(officer.permissions):
        raise NotAllowed
    made = session().scalar(
        insert(BulkBatch)
        .values(
            id=batch_id,
            officer_id=officer.id,
            action=action,
            reason=reason,
            facts={name: value for name, value in facts.items() if name in _CODES},
            size=size,
            at=at,
        )
        .on_conflict_do_nothing()
        .returning(BulkBatch.id)
    )
    if made is None:
        _own(officer, batch_id)
    return made is not None


def perform(*, batch_id: UUID, action: str, line: Line, call: Call) -> None:
    """Do it to one case, write it down in the case's own log, and say that it was done.

    Raises:
        NotAllowed: among others, to end a case, or approve its answer, that the officer has not read.
        DomainError: whatever the action's own service refuses.
    """
    if (DEEDS[action].closes or DEEDS[action].read) and not line.read:
        raise NotAllowed(UNREAD)
    DOING[action](call)
    comment = moving.lock(reference=line.reference)
    digest = moving.note(
        comment=comment,
        action="bulk",
        actor=Actor.OFFICER,
        officer_id=call.officer.id,
        text=call.reason,
        at=call.at,
    )
    moving.record(
        comment=comment,
        action="bulk",
        actor=Actor.OFFICER,
        officer_id=call.officer.id,
        at=call.at,
        data={"batch": str(batch_id), "deed": action, "note": digest},
    )
    session().add(BulkItem(batch_id=batch_id, reference=line.reference, comment_id=line.id, state="done"))
    session().flush()


def refused(*, batch_id: UUID, reference: str, comment_id: UUID | None, sentence: str) -> None:
    """Say why it was not done to one case."""
    session().add(
        BulkItem(batch_id=batch_id, reference=reference, comment_id=comment_id, state="failed", sentence=sentence)
    )
    session().flush()


def finish(*, officer: Officer, batch_id: UUID, at: datetime) -> None:
    """Let whoever was charged with cases of the batch be told: once, however many there are."""
    batch = _own(officer, batch_id)
    assignee = batch.facts.get("assignee")
    if assignee and done(batch_id=batch_id):
        assigning.notice(by=officer, assignee_id=int(assignee), comment_id=None, at=at)


def outcome(*, officer: Officer, batch_id: UUID) -> Outcome:
    """How a batch of this officer ended; raise NotFound for anybody else's."""
    batch = _own(officer, batch_id)
    rows = session().execute(
        select(BulkItem, Comment.title)
        .outerjoin(
            Comment,
            and_(Comment.id == BulkItem.comment_id, scope.within(officer=officer, permission=Permission.SEE_CASES)),
        )
        .where(BulkItem.batch_id == batch_id)
        .order_by(BulkItem.state.desc(), BulkItem.reference)
    )
    items = [Item(item.reference, item.state == "done", title, item.sentence) for item, title in rows]
    name = DEEDS[batch.action].name if batch.action in DEEDS else batch.action
    return Outcome(batch.id, batch.action, name, batch.reason, batch.at, batch.size, items)


def done(*, batch_id: UUID) -> int:
    """How many cases a batch has been done to."""
    return (
        session()
        .scalars(
            select(func.count()).select_from(BulkItem).where(BulkItem.batch_id == batch_id, BulkItem.state == "done")
        )
        .one()
    )


def _own(officer: Officer, batch_id: UUID) -> BulkBatch:
    batch = session().scalar(select(BulkBatch).where(BulkBatch.id == batch_id, BulkBatch.officer_id == officer.id))
    if batch is None:
        raise NotFound
    return batch


# Of the facts, those that are codes and numbers.
_CODES = frozenset(
    {"assignee", "body", "helpers", "label", "lead", "outcome", "planned_on", "points", "refusal", "tag", "until"}
)
