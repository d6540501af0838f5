"""By what cases are found: one value for the form of the queue, its link, a saved view, a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType, NoneType
from typing import Any, get_args, get_type_hints

from feedback.domain.clock import day_begins
from feedback.domain.queues import Queue
from feedback.domain.routing import DeskReason
from feedback.domain.screening import Screen
from feedback.domain.status import Status
from feedback.domain.vocabulary import Channel, Kind, SenderKind


class Band(StrEnum):
    """How sure the machine was, in words."""

    VERY_HIGH = "rat_cao"
    HIGH = "cao"
    MIDDLING = "trung_binh"
    LOW = "thap"


class Charge(StrEnum):
    """Who within the body is charged with a case."""

    ME = "toi"
    NOBODY = "chua"


class Repeat(StrEnum):
    """How a case stands to others of the same matter."""

    MERGED = "da_gop"
    LIKELY = "co_the_trung"


# From which confidence on, and its word; each band ends where the one before it begins.
BANDS = MappingProxyType(
    {
        Band.VERY_HIGH: (0.95, "rất cao"),
        Band.HIGH: (0.8, "cao"),
        Band.MIDDLING: (0.5, "trung bình"),
        Band.LOW: (0.0, "thấp"),
    }
)
REPEAT_NAMES = MappingProxyType(
    {Repeat.MERGED: "Đã gộp vào ý kiến khác", Repeat.LIKELY: "Có thể trùng với ý kiến khác"}
)
CHARGE_NAMES = MappingProxyType({Charge.ME: "Giao cho tôi", Charge.NOBODY: "Chưa giao cho ai"})


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of a case; values of one field are alternatives, fields are joined by "and". Empty asks nothing.

    Attributes:
        queue: the queue in which the case waits.
        text: a query in the language of `domain.query`.
        bodies: codes of the bodies that owe the answer.
        classes: routing classes: of the body that owes the answer, or while none does, the machine's first candidate.
        received_from, received_to, due_from, due_to: days in Viet Nam, both included.
        hops: given back or handed on at least so often.
        overdue: True: open and past its due date.
        held: True: on hold.
        charges: who within the body is charged with it; "me" is whoever asks.
        bands: how sure the machine was of its last proposal.
    """

    queue: Queue | None = None
    text: str = ""
    statuses: tuple[Status, ...] = ()
    kinds: tuple[Kind, ...] = ()
    fields: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    screens: tuple[Screen, ...] = ()
    channels: tuple[Channel, ...] = ()
    senders: tuple[SenderKind, ...] = ()
    desk_reasons: tuple[DeskReason, ...] = ()
    bands: tuple[Band, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    charges: tuple[Charge, ...] = ()
    tags: tuple[str, ...] = ()
    received_from: date | None = None
    received_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    hops: int | None = None
    overdue: bool = False
    held: bool = False

    def __post_init__(self) -> None:
        """Values of one field in one order, each once: equal questions are equal values and one link."""
        for name in SEVERAL:
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))

    def to_query(self) -> list[tuple[str, str]]:
        """The pairs of a link that asks the same: always in the same order, nothing that asks nothing."""
        return [(PARAMETERS[name], value) for name in PARAMETERS for value in _written(getattr(self, name))]

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[str, str]]) -> Filters:
        """The value that `to_query` gave these pairs of.

        Raises:
            ValueError: they are no such pairs, or name what is no longer known.
        """
        values: dict[str, Any] = {}
        for parameter, value in pairs:
            name = NAMES.get(parameter)
            if name is None:
                raise ValueError(f"no filter is called {parameter!r}")
            read = _read(TYPES[name], value)
            values[name] = (*values.get(name, ()), read) if name in SEVERAL else read
        return cls(**values)

    @property
    def narrowing(self) -> bool:
        """Whether anything is asked besides the queue."""
        return any(name != PARAMETERS["queue"] for name, _ in self.to_query())


PARAMETERS = MappingProxyType(
    {
        "queue": "hang",
        "text": "tim",
        "statuses": "trang_thai",
        "kinds": "loai",
        "fields": "linh_vuc",
        "provinces": "tinh",
        "bodies": "co_quan",
        "classes": "nhom_co_quan",
        "screens": "sang_loc",
        "channels": "kenh",
        "senders": "nguoi_gui",
        "desk_reasons": "ly_do",
        "bands": "tin_cay",
        "repeats": "trung",
        "charges": "giao",
        "tags": "the",
        "received_from": "nhan_tu",
        "received_to": "nhan_den",
        "due_from": "han_tu",
        "due_to": "han_den",
        "hops": "lan_chuyen",
        "overdue": "qua_han",
        "held": "giu_nguyen",
    }
)
NAMES: Mapping[str, str] = MappingProxyType({parameter: name for name, parameter in PARAMETERS.items()})
YES = "co"


def _value_types() -> dict[str, type]:
    """The type of one value of each field."""
    found = {}
    for name, hint in get_type_hints(Filters).items():
        inner = [part for part in get_args(hint) if part not in {NoneType, Ellipsis}]
        found[name] = inner[0] if inner else hint
    return found


TYPES = _value_types()
SEVERAL = frozenset(field.name for field in fields_of(Filters) if field.default == ())


def _written(value: object) -> list[str]:
    if isinstance(value, tuple):
        return [str(one) for one in value]
    if isinstance(value, date):
        return [value.isoformat()]
    if isinstance(value, bool):
        return [YES] if value else []
    return [str(value)] if value else []


def _read(kind: type, value: str) -> object:
    if kind is date:
        return date.fromisoformat(value)
    if kind is bool:
        if value != YES:
            raise ValueError(f"not {YES!r}")
        return True
    return kind(value)


def day_ends(day: date) -> datetime:
    """The instant at which the next day begins: what is of this day is before it."""
    return day_begins(day + timedelta(days=1))


def band_of(confidence: float) -> Band:
    """The band of a confidence."""
    return next(band for band, (lowest, _) in BANDS.items() if confidence >= lowest)


def band_bounds(band: Band) -> tuple[float, float]:
    """From which confidence, and below which."""
    above = [lowest for lowest, _ in BANDS.values() if lowest > BANDS[band][0]]
    return BANDS[band][0], min(above, default=2.0)
