"""The queues of the desk: who may open each, and which states wait in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from feedback.domain.permissions import Permission
from feedback.domain.status import OPEN, Status


class Queue(StrEnum):
    """A list of cases that waits for somebody."""

    SCREENING = "sang_loc"
    TRIAGE = "phan_loai"
    HANDLING = "xu_ly"
    CHECKING = "kiem_tra"
    SENDING = "cho_gui"
    COORDINATING = "phoi_hop"
    ALL = "tat_ca"
    EVER = "moi_y_kien"


class Sort(StrEnum):
    """In which order a queue is read."""

    DUE = "han"
    NEWEST = "moi_nhat"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a queue: these states, and whether because of the screening (None: that does not matter)."""

    permission: Permission
    states: tuple[Status, ...]
    screened: bool | None = None

    def holds(self, status: str, screened: bool) -> bool:
        """Whether a case in this state waits here."""
        return status in self.states and self.screened in {None, screened}


# In the order of work.
QUEUES = MappingProxyType(
    {
        Queue.TRIAGE: Waiting(Permission.TRIAGE, (Status.RETURNED, Status.SORTING), screened=False),
        Queue.SCREENING: Waiting(Permission.SCREEN, (Status.SORTING,), screened=True),
        Queue.HANDLING: Waiting(
            Permission.ANSWER, (Status.ASSIGNED, Status.EXTENDED, Status.IN_PROGRESS, Status.REOPENED)
        ),
        Queue.CHECKING: Waiting(Permission.CHECK, (Status.CHECKING,)),
        Queue.SENDING: Waiting(Permission.SEND, (Status.APPROVED,)),
        Queue.COORDINATING: Waiting(Permission.SEE_CASES, tuple(sorted(OPEN))),
        Queue.ALL: Waiting(Permission.SEE_CASES, tuple(sorted(OPEN))),
        Queue.EVER: Waiting(Permission.SEE_CASES, tuple(sorted(Status))),
    }
)

QUEUE_NAMES = MappingProxyType(
    {
        Queue.SCREENING: "Chờ sàng lọc",
        Queue.TRIAGE: "Chờ phân loại",
        Queue.HANDLING: "Chờ xử lý, trả lời",
        Queue.CHECKING: "Chờ kiểm tra câu trả lời",
        Queue.SENDING: "Chờ gửi cho người dân",
        Queue.COORDINATING: "Phối hợp",
        Queue.ALL: "Tất cả đang mở",
        Queue.EVER: "Mọi ý kiến, kể cả đã xong",
    }
)

SORT_NAMES = MappingProxyType({Sort.DUE: "Hạn gần nhất trước", Sort.NEWEST: "Mới nhận trước"})


def sorts(queue: Queue) -> tuple[Sort, ...]:
    """The orders in which a queue can be read, the usual one first; what is settled has no due date to go by."""
    return (Sort.NEWEST,) if queue is Queue.EVER else (Sort.DUE, Sort.NEWEST)
