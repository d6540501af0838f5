"""Two officers review a batch: each may take cases out, one verifies, another approves, either may reject."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, update

from feedback.db import session
from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed, NotFound
from feedback.domain.permissions import Permission
from feedback.domain.retention import IN_REVIEW, SHORTEST_REASON, BatchStatus, Erasing, ItemState
from feedback.domain.status import Actor
from feedback.domain.text import clean
from feedback.models import Comment, DisposalBatch, DisposalItem, Officer
from feedback.services import admin_log, moving, scope

LONGEST_REASON = 2000


def take_out(*, officer: Officer, batch_id: int, references: Collection[str], reason: str, at: datetime) -> int:
    """Take cases out of a batch that is being reviewed; return how many.

    Raises:
        InvalidInput: no case of the batch was chosen, or no reason was given.
        InvalidMove: the batch is reviewed already, or is a sender's request, which is refused as a whole.
        NotAllowed, NotFound: as their names say.
    """
    batch = _lock(officer, batch_id, *IN_REVIEW)
    if batch.erases == Erasing.REQUEST:
        raise InvalidMove("Yêu cầu của người gửi chỉ có một ý kiến; xin phê duyệt hoặc không phê duyệt, có nêu lý do.")
    words, wrong = _words(reason)
    chosen = _chosen(batch, references)
    if not chosen:
        wrong["references"] = ["Xin chọn ít nhất một ý kiến còn trong đợt."]
    if wrong:
        raise InvalidInput(wrong)
    for item in chosen:
        _remove(item, officer, words, at)
    _tell(officer, "disposal_taken_out", batch, at, cases=len(chosen))
    return len(chosen)


def verify(*, officer: Officer, batch_id: int, at: datetime) -> DisposalBatch:
    """The first of the two has looked at every case and finds that they may go.

    Raises InvalidMove, NotAllowed or NotFound.
    """
    batch = _lock(officer, batch_id, BatchStatus.READY)
    cases = _some(batch)
    batch.status, batch.first_reviewer_id, batch.verified_at = BatchStatus.VERIFIED, officer.id, at
    _tell(officer, "disposal_verified", batch, at, cases=cases)
    return batch


def approve(*, officer: Officer, batch_id: int, at: datetime) -> DisposalBatch:
    """The second of the two agrees: what is kept in the batch is erased within minutes.

    Raises:
        NotAllowed: among others, to the officer who verified the batch.
        InvalidMove, NotFound: as their names say.
    """
    batch = _lock(officer, batch_id, BatchStatus.VERIFIED)
    if officer.id == batch.first_reviewer_id:
        raise NotAllowed("Người đã xác nhận đợt này không được tự phê duyệt; xin để một cán bộ khác xem xét.")
    cases = _some(batch)
    batch.status, batch.second_reviewer_id, batch.approved_at = BatchStatus.APPROVED, officer.id, at
    _tell(officer, "disposal_approved", batch, at, cases=cases)
    return batch


def reject(*, officer: Officer, batch_id: int, reason: str, at: datetime) -> DisposalBatch | None:
    """Refuse a batch. With some cases taken out, those left are a new batch, which is returned, to be reviewed anew;
    with none taken out, all of them are refused. A sender's request is refused with the reason, which the sender reads.

    Raises:
        InvalidInput: no reason.
        InvalidMove, NotAllowed, NotFound: as their names say.
    """
    batch = _lock(officer, batch_id, *IN_REVIEW)
    words, wrong = _words(reason)
    if wrong:
        raise InvalidInput(wrong)
    items = list(session().scalars(select(DisposalItem).where(DisposalItem.batch_id == batch.id)))
    left = [item for item in items if item.state == ItemState.KEPT]
    batch.status, batch.rejected_by_id, batch.rejected_at, batch.reason = BatchStatus.REJECTED, officer.id, at, words
    rebuilt = None
    if left and len(left) < len(items):
        rebuilt = _rebuild(batch, left, at)
    else:
        for item in left:
            _remove(item, officer, words, at)
    if batch.erases == Erasing.REQUEST:
        _refuse_request(left, officer, words, at)
    _tell(officer, "disposal_rejected", batch, at, rebuilt=rebuilt.id if rebuilt else None)
    return rebuilt


def _lock(officer: Officer, batch_id: int, *at_step: BatchStatus) -> DisposalBatch:
    scope.require(officer=officer, permission=Permission.REVIEW_DISPOSAL)
    batch = session().scalar(
        select(DisposalBatch)
        .where(DisposalBatch.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if batch is None or (batch.confidential and Permission.SEE_CONFIDENTIAL not in officer.permissions):
        raise NotFound
    if batch.status not in at_step:
        raise InvalidMove("Đợt này không còn ở bước đó; có thể cán bộ khác vừa xem xét. Xin tải lại trang.")
    return batch


def _words(reason: str) -> tuple[str, dict[str, list[str]]]:
    words = clean(reason)
    if SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        return words, {}
    return words, {"reason": [f"Xin nêu lý do, từ {SHORTEST_REASON} đến 2.000 ký tự."]}


def _chosen(batch: DisposalBatch, references: Collection[str]) -> list[DisposalItem]:
    rows = session().scalars(
        select(DisposalItem)
        .join(Comment, Comment.id == DisposalItem.comment_id)
        .where(
            DisposalItem.batch_id == batch.id,
            DisposalItem.state == ItemState.KEPT,
            Comment.reference.in_(list(references)),
        )
    )
    return list(rows)


def _some(batch: DisposalBatch) -> int:
    kept = select(func.count()).where(DisposalItem.batch_id == batch.id, DisposalItem.state == ItemState.KEPT)
    cases = session().scalars(kept).one()
    if not cases:
        raise InvalidMove("Mọi ý kiến đã được rút khỏi đợt này; chỉ còn có thể không phê duyệt.")
    return cases


def _remove(item: DisposalItem, officer: Officer, words: str, at: datetime) -> None:
    item.state, item.removed_by_id, item.reason, item.ended_at = ItemState.REMOVED, officer.id, words, at


def _rebuild(batch: DisposalBatch, left: list[DisposalItem], at: datetime) -> DisposalBatch:
    rebuilt = DisposalBatch(erases=batch.erases, confidential=batch.confidential, made_at=at, rebuilt_from_id=batch.id)
    session().add(rebuilt)
    session().flush()
    # First out of the one, then into the other: a case lies in one batch at a time.
    session().execute(
        update(DisposalItem)
        .where(DisposalItem.batch_id == batch.id, DisposalItem.state == ItemState.KEPT)
        .values(state=ItemState.MOVED, ended_at=at)
    )
    session().add_all(DisposalItem(batch_id=rebuilt.id, comment_id=item.comment_id) for item in left)
    session().flush()
    return rebuilt


def _refuse_request(items: list[DisposalItem], officer: Officer, words: str, at: datetime) -> None:
    ids = [item.comment_id for item in items]
    for comment in session().scalars(select(Comment).where(Comment.id.in_(ids)).with_for_update()):
        told = {"actor": Actor.OFFICER, "officer_id": officer.id, "at": at}
        note = moving.note(comment=comment, action="erasure_refused", text=words, **told)  # type: ignore[arg-type]
        moving.record(comment=comment, action="erasure_refused", data={"note": note}, **told)  # type: ignore[arg-type]


def _tell(officer: Officer, action: str, batch: DisposalBatch, at: datetime, **figures: int | None) -> None:
    session().flush()
    admin_log.write(action=action, at=at, officer_id=officer.id, data={"batch": batch.id, **figures})
