"""Whom a clock's due date concerns: who is reminded before it, and up which ladder a missed one is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from feedback.domain.permissions import Role

SOON_DAYS = 2  # working days before the due day


@dataclass(frozen=True, slots=True)
class Watch:
    """One clock: `reminded` before it is due, the first role of them that somebody holds; one rung a day after it.

    Args:
        reminded: roles, the nearest to the work first.
        ladder: the role told on the first working day after the due day, on the second, and so on.
        soon: whether to remind two working days before too; a step of two days would be reminded of at its start.
    """

    reminded: tuple[Role, ...]
    ladder: tuple[Role, ...]
    soon: bool = False


R = Role
WATCHES: Mapping[str, Watch] = MappingProxyType(
    {
        "classify": Watch((R.INTAKE,), (R.INTAKE,)),
        "accept": Watch((R.COORDINATOR, R.HANDLER), (R.COORDINATOR, R.LEADER, R.INTAKE)),
        "answer": Watch((R.HANDLER, R.COORDINATOR), (R.HANDLER, R.COORDINATOR, R.LEADER, R.INTAKE), soon=True),
        "check": Watch((R.CHECKER, R.LEADER), (R.CHECKER, R.LEADER, R.INTAKE)),
        "publish": Watch((R.COORDINATOR, R.LEADER), (R.COORDINATOR, R.LEADER, R.INTAKE)),
    }
)


_STEPS = MappingProxyType(
    {
        "classify": "phân loại, chuyển cơ quan",
        "accept": "nhận giải quyết hoặc trả lại",
        "answer": "trả lời",
        "check": "kiểm tra câu trả lời",
        "publish": "công khai câu trả lời",
    }
)
_ASKS = MappingProxyType(
    {
        "soon": "Sắp đến hạn {step} (còn không quá hai ngày làm việc)",
        "today": "Đến hạn {step} trong hôm nay",
        "late": "Đã quá hạn {step}",
    }
)
STUCK = "stuck"


def kind_of(clock: str, ask: str, rung: int = 0) -> str:
    """The kind of a notice as it is kept: `answer_soon`, `check_today`, `answer_late_2`."""
    return f"{clock}_{ask}_{rung}" if rung else f"{clock}_{ask}"


def heading(kind: str) -> str:
    """What stands above the notices of a kind, the same for every rung."""
    clock, ask = kind.split("_")[:2]
    return _ASKS[ask].format(step=_STEPS[clock])


def kinds() -> Sequence[str]:
    """Every kind, what weighs most first."""
    found = [STUCK]
    for clock, watch in WATCHES.items():
        found += [kind_of(clock, "late", rung) for rung in range(len(watch.ladder), 0, -1)]
    for ask in ("today", "soon"):
        found += [kind_of(clock, ask) for clock, watch in WATCHES.items() if ask == "today" or watch.soon]
    return found
