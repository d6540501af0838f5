"""Which move starts, pauses, resumes, hands over, extends or stops which clock: one table, and what carries it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from feedback.domain.clock import Calendar
from feedback.domain.ledger import Clock, Event, EventKind, Length, derive, following, last_run, length_in_force
from feedback.domain.status import ENDED, Action, Status

SUBMIT = "submit"


@dataclass(frozen=True, slots=True)
class Effect:
    """One consequence of a move. `into` limits it to moves into that state."""

    clock: Clock
    kind: EventKind
    cause: str = ""
    into: Status | None = None


C, K, S, A = Clock, EventKind, Status, Action
_ASKED = "Chờ người gửi bổ sung nội dung"
_ADDED = "Người gửi đã bổ sung nội dung"
_REPORTED_AGAIN = "Người gửi phản ánh lại"

# A start without a cause says the source of its length; an extension says the officer's reason.
EFFECTS: Mapping[str, tuple[Effect, ...]] = MappingProxyType(
    {
        SUBMIT: (Effect(C.ACKNOWLEDGE, K.STARTED), Effect(C.ANSWER, K.STARTED)),
        A.ACKNOWLEDGE: (
            Effect(C.ACKNOWLEDGE, K.STOPPED, "Đã tiếp nhận, cấp mã tra cứu"),
            Effect(C.CLASSIFY, K.STARTED),
        ),
        A.ROUTE: (
            Effect(C.CLASSIFY, K.STOPPED, "Đã chuyển đến cơ quan giải quyết"),
            Effect(C.ACCEPT, K.STARTED),
            Effect(C.ANSWER, K.HANDED_OVER, "Chuyển đến cơ quan giải quyết"),
        ),
        A.RETURN: (
            Effect(C.ACCEPT, K.STOPPED, "Cơ quan trả lại, có nêu lý do"),
            Effect(C.CHECK, K.STOPPED, "Cơ quan trả lại, có nêu lý do"),
            Effect(C.CLASSIFY, K.STARTED),
            Effect(C.ANSWER, K.HANDED_OVER, "Cơ quan trả lại, chờ chuyển lại"),
        ),
        A.TRANSFER: (
            Effect(C.ACCEPT, K.STOPPED, "Đã chuyển sang cơ quan khác"),
            Effect(C.ACCEPT, K.STARTED),
            Effect(C.ANSWER, K.HANDED_OVER, "Chuyển sang cơ quan khác giải quyết"),
        ),
        A.ACCEPT: (Effect(C.ACCEPT, K.STOPPED, "Cơ quan đã nhận giải quyết"),),
        A.ASK_SUPPLEMENT: (
            Effect(C.CLASSIFY, K.PAUSED, _ASKED),
            Effect(C.ACCEPT, K.PAUSED, _ASKED),
            Effect(C.ANSWER, K.PAUSED, _ASKED),
            Effect(C.SUPPLEMENT, K.STARTED),
        ),
        # What comes back goes to whoever sorts: it is classified anew unless it never was.
        A.SUPPLEMENT: (
            Effect(C.SUPPLEMENT, K.STOPPED, _ADDED),
            Effect(C.ACCEPT, K.STOPPED, _ADDED),
            Effect(C.CLASSIFY, K.RESUMED, _ADDED),
            Effect(C.CLASSIFY, K.STARTED),
            Effect(C.ANSWER, K.RESUMED, _ADDED),
        ),
        A.EXTEND: (
            Effect(C.ACCEPT, K.STOPPED, "Cơ quan đã nhận giải quyết"),
            Effect(C.ANSWER, K.EXTENDED),
        ),
        A.ANSWER: (Effect(C.ACCEPT, K.STOPPED, "Cơ quan đã nhận giải quyết"),),
        A.CHECK: (Effect(C.CHECK, K.STARTED),),
        A.SEND_BACK: (Effect(C.CHECK, K.STOPPED, "Dự thảo trả lời được trả lại để hoàn thiện"),),
        A.APPROVE: (Effect(C.CHECK, K.STOPPED, "Câu trả lời đã được duyệt"),),
        A.REPLY: (
            Effect(C.CHECK, K.STOPPED, "Câu trả lời đã được duyệt"),
            Effect(C.ANSWER, K.STOPPED, "Đã gửi câu trả lời"),
            Effect(C.PUBLISH, K.STARTED),
        ),
        A.PUBLISH: (Effect(C.PUBLISH, K.STOPPED, "Đã công khai nội dung và câu trả lời"),),
        # What was held was left out when the calendar changed.
        A.RELEASE: tuple(Effect(clock, K.RECOMPUTED, "Tính lại theo lịch làm việc khi thôi giữ nguyên") for clock in C),
        # The answer is still owed to whoever sent a merged comment: it stops when the case that took it in is answered.
        A.MERGE: (
            *(
                Effect(clock, K.STOPPED, "Đã gộp với ý kiến trùng")
                for clock in (C.ACKNOWLEDGE, C.CLASSIFY, C.ACCEPT, C.CHECK, C.SUPPLEMENT, C.PUBLISH)
            ),
            Effect(C.ANSWER, K.HANDED_OVER, "Gộp với ý kiến trùng, được trả lời cùng"),
        ),
        A.REOPEN: (
            Effect(C.PUBLISH, K.STOPPED, _REPORTED_AGAIN),
            Effect(C.ANSWER, K.STARTED),
            Effect(C.ACCEPT, K.STARTED, into=S.REOPENED),
            Effect(C.CLASSIFY, K.STARTED, into=S.SORTING),
        ),
    }
)
ENDING = "Đã kết thúc việc giải quyết"


@dataclass(frozen=True, slots=True)
class Extension:
    """How far a due date is moved: working days to add, or the new date itself (aware); just one of them."""

    working_days: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """How long a step may take, and on what authority."""

    length: Length
    source: str
    profile: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event for one clock, to be written; `profile` names the row of lengths that it came from."""

    clock: Clock
    event: Event
    profile: str | None = None


def effects_of(action: str, into: Status) -> tuple[Effect, ...]:
    """What a move into that state does to the clocks; whatever ends a case stops all that still go."""
    told = tuple(effect for effect in EFFECTS.get(action, ()) if effect.into in {None, into})
    if into in ENDED and into is not Status.MERGED:
        told += tuple(Effect(clock, EventKind.STOPPED, ENDING) for clock in Clock)
    return told


def consequences(
    ledger: Mapping[Clock, Sequence[Event]],
    action: str,
    into: Status,
    *,
    at: datetime,
    calendar: Calendar,
    given: Callable[[Clock], Given],
    extension: Extension | None = None,
    reason: str = "",
    without: frozenset[Clock] = frozenset(),
) -> list[Entry]:
    """What a move writes into the ledgers of a case, in order; what does not apply is left out.

    Args:
        ledger: the events of each clock, oldest first.
        action: the move.
        into: the state after it.
        at: when.
        calendar: the working calendar.
        given: how long each step may take for this case and the body that has it now.
        extension: how far EXTEND moves the due date.
        reason: why, for EXTEND.
        without: clocks that this case has no need of.
    """
    known = {clock: list(events) for clock, events in ledger.items()}
    entries = []
    for effect in effects_of(action, into):
        if effect.clock in without:
            continue
        events = known.setdefault(effect.clock, [])
        entry = _entry(effect, events, at, calendar, given, extension, reason)
        if entry is not None:
            events.append(entry.event)
            entries.append(entry)
    return entries


def _entry(
    effect: Effect,
    events: Sequence[Event],
    at: datetime,
    calendar: Calendar,
    given: Callable[[Clock], Given],
    extension: Extension | None,
    reason: str,
) -> Entry | None:
    length, until, cause, profile = None, None, effect.cause, None
    if effect.kind is EventKind.STARTED:
        found = given(effect.clock)
        length, profile, cause = found.length, found.profile, cause or found.source
    elif effect.kind is EventKind.HANDED_OVER and derive(events) is not None:
        # A body may have a length of its own; the same length again is not worth a word.
        found = given(effect.clock)
        if found.length != length_in_force(last_run(events)):
            length, profile, cause = found.length, found.profile, f"{cause}. {found.source}"
    elif effect.kind is EventKind.EXTENDED:
        if extension is None:
            raise ValueError("an extension needs its days or its date")
        length = Length(extension.working_days) if extension.working_days else None
        until, cause = extension.until, reason
    event = following(events, effect.kind, at=at, calendar=calendar, length=length, until=until, cause=cause)
    return None if event is None else Entry(effect.clock, event, profile)
