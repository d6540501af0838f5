"""Which service does each action that can be done to many cases: the same that does it to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TypedDict

from feedback.models import Officer
from feedback.services import (
    answering,
    assigning,
    concluding,
    coordinating,
    extending,
    holding,
    merging,
    publishing,
    refusing,
    screening,
    splitting,
    supplementing,
    tagging,
    triage,
)

Facts = Mapping[str, str]


class Asked(TypedDict):
    """What every service asks for."""

    officer: Officer
    reference: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """All that an action needs to be done to one case."""

    officer: Officer
    reference: str
    version: int
    at: datetime
    reason: str
    facts: Facts

    @property
    def case(self) -> Asked:
        """What every service asks for."""
        return {"officer": self.officer, "reference": self.reference, "version": self.version, "at": self.at}


def _assign(call: Call) -> None:
    chosen = call.facts["assignee"]
    assigning.assign(**call.case, assignee_id=int(chosen) if chosen else None, told=False)


def _answer(call: Call) -> None:
    day = call.facts["planned_on"]
    answering.submit(
        **call.case,
        text=call.facts["text"],
        outcome=call.facts["outcome"],
        planned_on=date.fromisoformat(day) if day else None,
    )


def _help(call: Call, *body_codes: str) -> None:
    coordinating.set_helpers(**call.case, body_codes=body_codes, reason=call.reason)


def _split(call: Call) -> None:
    splitting.split(**call.case, title=call.facts["title"], part=call.facts["part"], reason=call.reason)


# Which service does it. A reason that the service keeps or sends goes to it; each case keeps the batch's reason too.
DOING: Mapping[str, Callable[[Call], object]] = MappingProxyType(
    {
        "phan-cong": _assign,
        "gan-the": lambda call: tagging.tag(**call.case, tag=call.facts["tag"]),
        "go-the": lambda call: tagging.untag(**call.case, tag=call.facts["tag"]),
        "chuyen": lambda call: triage.route(**call.case, body_code=call.facts["body"], reason=call.reason),
        "hop-le": lambda call: screening.overrule(**call.case, reason=call.reason),
        "sang-loc": lambda call: screening.confirm(**call.case, label=call.facts["label"], letter=call.facts["letter"]),
        "tu-choi": lambda call: refusing.refuse(**call.case, code=call.facts["refusal"], reason=call.reason),
        "gop": lambda call: merging.merge(**call.case, lead=call.facts["lead"], reason=call.reason),
        "tach": _split,
        "bo-sung": lambda call: supplementing.ask(**call.case, reason=call.reason),
        "gia-han": lambda call: extending.extend(
            **call.case, reason=call.reason, until=date.fromisoformat(call.facts["until"])
        ),
        "nhan": lambda call: answering.accept(**call.case),
        "tra-lai": lambda call: triage.return_to_desk(**call.case, reason=call.reason),
        "phoi-hop": lambda call: _help(call, *call.facts["helpers"].split(",")),
        "thoi-phoi-hop": _help,
        "tra-loi": _answer,
        "sua-lai": lambda call: answering.send_back(**call.case, note=call.reason),
        "duyet": lambda call: answering.approve(**call.case, points=call.facts["points"].split(",")),
        "gui": lambda call: answering.send(**call.case),
        "chuyen-tiep": lambda call: triage.transfer(**call.case, body_code=call.facts["body"], reason=call.reason),
        "cong-khai": lambda call: publishing.publish_unseen(**call.case),
        "thoi-cong-khai": lambda call: publishing.withdraw(**call.case, reason=call.reason),
        "dong": lambda call: concluding.close(**call.case, reason=call.reason),
        "mo-lai": lambda call: concluding.reopen(**call.case, reason=call.reason),
        "giu": lambda call: holding.hold(**call.case, reason=call.reason),
        "go-giu": lambda call: holding.release(**call.case, reason=call.reason),
    }
)
