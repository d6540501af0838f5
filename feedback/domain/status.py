"""The states of a comment and the one table along which it moves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from feedback.domain.errors import InvalidMove
from feedback.domain.permissions import Permission


class Status(StrEnum):
    """Where a comment stands; the order is that of the usual way through."""

    SUBMITTED = "submitted"
    RECEIVED = "received"
    SORTING = "sorting"
    AWAITING_SUPPLEMENT = "awaiting_supplement"
    REFUSED = "refused"
    REDIRECTED = "redirected"
    MERGED = "merged"
    ASSIGNED = "assigned"
    RETURNED = "returned"
    IN_PROGRESS = "in_progress"
    EXTENDED = "extended"
    ANSWERED = "answered"
    CHECKING = "checking"
    APPROVED = "approved"
    REPLIED = "replied"
    RATED = "rated"
    REOPENED = "reopened"
    CLOSED = "closed"


class Action(StrEnum):
    """What somebody, or the machine, does to move a comment."""

    ACKNOWLEDGE = "acknowledge"
    SORT = "sort"
    ROUTE = "route"
    ASK_SUPPLEMENT = "ask_supplement"
    SUPPLEMENT = "supplement"
    LAPSE = "lapse"
    REFUSE = "refuse"
    REDIRECT = "redirect"
    MERGE = "merge"
    SPLIT = "split"
    COORDINATE = "coordinate"
    ASSIGN = "assign"
    TAG = "tag"
    TRANSFER = "transfer"
    RETURN = "return"
    ACCEPT = "accept"
    EXTEND = "extend"
    ANSWER = "answer"
    CHECK = "check"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    REPLY = "reply"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    RATE = "rate"
    CLOSE = "close"
    REOPEN = "reopen"
    HOLD = "hold"
    RELEASE = "release"


class Actor(StrEnum):
    """Who moved it."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    MACHINE = "machine"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: from these states, by this action, to that state, or staying where it was.

    `permission` is what an officer needs for it; None where no officer acts.
    """

    sources: frozenset[Status]
    action: Action
    target: Status | None
    actors: frozenset[Actor]
    permission: Permission | None = None
    reason_required: bool = False

    def lands(self, source: Status) -> Status:
        """Where a case stands after it."""
        return self.target or source


S, A, P = Status, Action, Permission
_DESK = frozenset({S.SORTING, S.RETURNED})
_WITH_BODY = frozenset({S.ASSIGNED, S.IN_PROGRESS, S.EXTENDED, S.REOPENED})
_WORKING = frozenset({S.IN_PROGRESS, S.EXTENDED, S.REOPENED})
_WRITTEN = frozenset({S.ANSWERED, S.CHECKING, S.APPROVED})
_TOLD = frozenset({S.REPLIED, S.RATED})
_PUT_AWAY = frozenset({S.CLOSED, S.REFUSED, S.REDIRECTED, S.MERGED})
_ANY = frozenset(Status)
_OFFICER = frozenset({Actor.OFFICER})
_MACHINE = frozenset({Actor.MACHINE, Actor.SYSTEM})
_CITIZEN = frozenset({Actor.CITIZEN})

# The process of PAKN-SKGP: receive, sort, hand over or return, answer, check the answer (Decision 31/2021/QĐ-TTg,
# article 46: an answer that does not fit goes back before it is published), approve, send, publish, rate, report again.
MOVES: tuple[Move, ...] = (
    Move(frozenset({S.SUBMITTED}), A.ACKNOWLEDGE, S.RECEIVED, _MACHINE | _OFFICER, P.TRIAGE),
    Move(frozenset({S.RECEIVED}), A.SORT, S.SORTING, _MACHINE | _OFFICER, P.TRIAGE),
    Move(_DESK, A.ROUTE, S.ASSIGNED, _MACHINE | _OFFICER, P.TRIAGE),
    Move(_DESK, A.ASK_SUPPLEMENT, S.AWAITING_SUPPLEMENT, _OFFICER, P.TRIAGE, reason_required=True),
    Move(_WITH_BODY, A.ASK_SUPPLEMENT, S.AWAITING_SUPPLEMENT, _OFFICER, P.ANSWER, reason_required=True),
    Move(frozenset({S.AWAITING_SUPPLEMENT}), A.SUPPLEMENT, S.SORTING, _CITIZEN | _OFFICER, P.TRIAGE),
    Move(frozenset({S.AWAITING_SUPPLEMENT}), A.LAPSE, S.CLOSED, _MACHINE),
    Move(_DESK, A.REFUSE, S.REFUSED, _OFFICER, P.SCREEN, reason_required=True),
    Move(_DESK, A.REDIRECT, S.REDIRECTED, _MACHINE | _OFFICER, P.SCREEN, reason_required=True),
    Move(_DESK | _WITH_BODY, A.MERGE, S.MERGED, _CITIZEN | _OFFICER, P.ARRANGE, reason_required=True),
    Move(_DESK | _WITH_BODY, A.SPLIT, None, _OFFICER, P.ARRANGE, reason_required=True),
    Move(_WITH_BODY, A.COORDINATE, None, _OFFICER, P.ARRANGE, reason_required=True),
    Move(_DESK | _WITH_BODY | _WRITTEN, A.ASSIGN, None, _OFFICER, P.ARRANGE),
    Move(_ANY, A.TAG, None, _OFFICER, P.TAG),
    Move(_WITH_BODY, A.TRANSFER, S.ASSIGNED, _OFFICER, P.TRIAGE, reason_required=True),
    Move(_WITH_BODY, A.RETURN, S.RETURNED, _OFFICER, P.RETURN, reason_required=True),
    Move(frozenset({S.ASSIGNED, S.REOPENED}), A.ACCEPT, S.IN_PROGRESS, _OFFICER, P.ANSWER),
    Move(frozenset({S.IN_PROGRESS, S.REOPENED}), A.EXTEND, S.EXTENDED, _OFFICER, P.EXTEND, reason_required=True),
    Move(_WORKING, A.ANSWER, S.ANSWERED, _OFFICER, P.ANSWER),
    Move(frozenset({S.ANSWERED}), A.CHECK, S.CHECKING, _OFFICER | _MACHINE, P.ANSWER),
    Move(_WRITTEN, A.SEND_BACK, S.IN_PROGRESS, _OFFICER, P.CHECK, reason_required=True),
    Move(frozenset({S.CHECKING}), A.APPROVE, S.APPROVED, _OFFICER, P.CHECK),
    Move(frozenset({S.APPROVED}), A.REPLY, S.REPLIED, _OFFICER, P.SEND),
    Move(_TOLD | {S.CLOSED}, A.PUBLISH, None, _OFFICER, P.PUBLISH),
    Move(_ANY, A.WITHDRAW, None, _OFFICER, P.PUBLISH, reason_required=True),
    Move(frozenset({S.REPLIED}), A.RATE, S.RATED, _CITIZEN),
    Move(frozenset({S.MERGED}), A.RATE, None, _CITIZEN),
    Move(_TOLD, A.CLOSE, S.CLOSED, _CITIZEN | _MACHINE | _OFFICER, P.CLOSE),
    Move(_TOLD, A.REOPEN, S.REOPENED, _CITIZEN | _OFFICER, P.REOPEN, reason_required=True),
    Move(_PUT_AWAY, A.REOPEN, S.SORTING, _CITIZEN | _OFFICER, P.REOPEN, reason_required=True),
    Move(frozenset({S.MERGED}), A.REOPEN, S.SORTING, frozenset({Actor.SYSTEM})),
    Move(_ANY, A.HOLD, None, _OFFICER, P.HOLD, reason_required=True),
    Move(_ANY, A.RELEASE, None, _OFFICER, P.HOLD, reason_required=True),
)

STATUS_NAMES = MappingProxyType(
    {
        S.SUBMITTED: "Mới gửi",
        S.RECEIVED: "Đã tiếp nhận",
        S.SORTING: "Đang kiểm tra, phân loại",
        S.AWAITING_SUPPLEMENT: "Chờ người gửi bổ sung",
        S.REFUSED: "Từ chối (có nêu lý do)",
        S.REDIRECTED: "Đã hướng dẫn chuyển kênh",
        S.MERGED: "Đã gộp với ý kiến trùng",
        S.ASSIGNED: "Đã chuyển cơ quan xử lý",
        S.RETURNED: "Cơ quan trả lại, chờ chuyển lại",
        S.IN_PROGRESS: "Đang xử lý",
        S.EXTENDED: "Đã gia hạn",
        S.ANSWERED: "Đã có dự thảo trả lời",
        S.CHECKING: "Đang kiểm tra chất lượng trả lời",
        S.APPROVED: "Đã duyệt trả lời, chờ gửi",
        S.REPLIED: "Đã trả lời",
        S.RATED: "Đã đánh giá",
        S.REOPENED: "Phản ánh lại",
        S.CLOSED: "Đã đóng",
    }
)

ENDED = frozenset({S.REFUSED, S.REDIRECTED, S.MERGED, S.CLOSED})
SETTLED = ENDED | _TOLD
OPEN = frozenset(Status) - SETTLED
ON_TRIAGE_DESK = _DESK
WITH_BODY = _WITH_BODY


def move_for(source: Status, action: Action, actor: Actor) -> Move:
    """The one row that allows `actor` to do `action` from `source`; raise InvalidMove when there is none."""
    for move in MOVES:
        if action is move.action and source in move.sources and actor in move.actors:
            return move
    raise InvalidMove


def actions_from(source: Status, actor: Actor) -> tuple[Action, ...]:
    """Every action that the table allows `actor` from `source`, in the table's order."""
    return tuple(move.action for move in moves_from(source, actor))


def moves_from(source: Status, actor: Actor) -> tuple[Move, ...]:
    """Every row of the table that `actor` may take from `source`, in its order."""
    return tuple(move for move in MOVES if source in move.sources and actor in move.actors)
