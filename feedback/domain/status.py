"""The states of a comment and the one table along which it moves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from feedback.domain.errors import InvalidMove


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
    RETURN = "return"
    ACCEPT = "accept"
    EXTEND = "extend"
    ANSWER = "answer"
    CHECK = "check"
    SEND_BACK = "send_back"
    REPLY = "reply"
    RATE = "rate"
    CLOSE = "close"
    REOPEN = "reopen"


class Actor(StrEnum):
    """Who moved it."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    MACHINE = "machine"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: from these states, by this action, to that state."""

    sources: frozenset[Status]
    action: Action
    target: Status
    actors: frozenset[Actor]
    reason_required: bool = False


S, A = Status, Action
_DESK = frozenset({S.SORTING, S.RETURNED})
_WITH_BODY = frozenset({S.ASSIGNED, S.IN_PROGRESS, S.EXTENDED, S.REOPENED})
_WORKING = frozenset({S.IN_PROGRESS, S.EXTENDED, S.REOPENED})
_OFFICER = frozenset({Actor.OFFICER})
_MACHINE = frozenset({Actor.MACHINE, Actor.SYSTEM})
_CITIZEN = frozenset({Actor.CITIZEN, Actor.OFFICER})

# The process of PAKN-SKGP: receive, sort, hand over or return, answer, check the answer (Decision 31/2021/QĐ-TTg,
# article 46: an answer that does not fit goes back before it is published), publish, rate, report again.
MOVES: tuple[Move, ...] = (
    Move(frozenset({S.SUBMITTED}), A.ACKNOWLEDGE, S.RECEIVED, _MACHINE | _OFFICER),
    Move(frozenset({S.RECEIVED}), A.SORT, S.SORTING, _MACHINE | _OFFICER),
    Move(_DESK, A.ROUTE, S.ASSIGNED, _MACHINE | _OFFICER),
    Move(_DESK, A.ASK_SUPPLEMENT, S.AWAITING_SUPPLEMENT, _OFFICER, reason_required=True),
    Move(_WITH_BODY, A.ASK_SUPPLEMENT, S.AWAITING_SUPPLEMENT, _OFFICER, reason_required=True),
    Move(frozenset({S.AWAITING_SUPPLEMENT}), A.SUPPLEMENT, S.SORTING, _CITIZEN),
    Move(frozenset({S.AWAITING_SUPPLEMENT}), A.LAPSE, S.CLOSED, _MACHINE),
    Move(_DESK, A.REFUSE, S.REFUSED, _OFFICER, reason_required=True),
    Move(_DESK, A.REDIRECT, S.REDIRECTED, _MACHINE | _OFFICER, reason_required=True),
    Move(_DESK | _WITH_BODY, A.MERGE, S.MERGED, _OFFICER, reason_required=True),
    Move(_WITH_BODY, A.RETURN, S.RETURNED, _OFFICER, reason_required=True),
    Move(frozenset({S.ASSIGNED, S.REOPENED}), A.ACCEPT, S.IN_PROGRESS, _OFFICER),
    Move(frozenset({S.IN_PROGRESS, S.REOPENED}), A.EXTEND, S.EXTENDED, _OFFICER, reason_required=True),
    Move(_WORKING, A.ANSWER, S.ANSWERED, _OFFICER),
    Move(frozenset({S.ANSWERED}), A.CHECK, S.CHECKING, _OFFICER | _MACHINE),
    Move(frozenset({S.ANSWERED, S.CHECKING}), A.SEND_BACK, S.IN_PROGRESS, _OFFICER, reason_required=True),
    Move(frozenset({S.CHECKING}), A.REPLY, S.REPLIED, _OFFICER),
    Move(frozenset({S.REPLIED}), A.RATE, S.RATED, _CITIZEN),
    Move(frozenset({S.REPLIED, S.RATED}), A.CLOSE, S.CLOSED, _CITIZEN | _MACHINE),
    Move(frozenset({S.REPLIED, S.RATED}), A.REOPEN, S.REOPENED, _CITIZEN, reason_required=True),
    Move(frozenset({S.CLOSED, S.REFUSED, S.REDIRECTED, S.MERGED}), A.REOPEN, S.SORTING, _CITIZEN, reason_required=True),
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
        S.REPLIED: "Đã trả lời",
        S.RATED: "Đã đánh giá",
        S.REOPENED: "Phản ánh lại",
        S.CLOSED: "Đã đóng",
    }
)

ENDED = frozenset({S.REFUSED, S.REDIRECTED, S.MERGED, S.CLOSED})
SETTLED = ENDED | {S.REPLIED, S.RATED}
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
    return tuple(move.action for move in MOVES if source in move.sources and actor in move.actors)
