"""What a queue was asked for: read from its link, and said again in every link from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import request

from feedback.domain.errors import InvalidInput, NotFound
from feedback.domain.filters import BANDS, CHARGE_NAMES, NAMES, PARAMETERS, REPEAT_NAMES, SEVERAL, Filters
from feedback.domain.queues import QUEUES, Queue, Sort, sorts
from feedback.domain.routing import DESK_REASON_NAMES
from feedback.domain.screening import SCREEN_NAMES
from feedback.domain.status import STATUS_NAMES
from feedback.domain.vocabulary import CHANNEL_NAMES, FIELD_NAMES, KIND_NAMES, SENDER_NAMES
from feedback.schemas import filters as schema
from feedback.schemas import places
from feedback.services import bodies, queues
from feedback.web.account import me
from feedback.web.forms import FormState

SIZES = (25, 50, 100)
_SORT, _SIZE, _MARK, _CHOSEN, _EACH = "sap_xep", "so_dong", "sau", "chon", "tung"
Links = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One list: its queue, filters, order and how many rows a page."""

    queue: Queue
    filters: Filters = queues.NONE
    sort: Sort = Sort.DUE
    size: int = queues.PAGE
    each: bool = False

    @property
    def folded(self) -> bool:
        """Whether a campaign is one row: where nothing was asked but the queue, unless each case is wanted."""
        return not (self.each or self.filters.narrowing or self.queue is Queue.EVER)

    @property
    def unfolded(self) -> Links:
        """The values of a link that asks the same with each case in a row of its own."""
        return replace(self, each=True).links

    @property
    def gathered(self) -> Links:
        """The same with a campaign as one row."""
        return replace(self, each=False).links

    @property
    def query(self) -> str:
        """Queue and filters as they are saved."""
        return urlencode(replace(self.filters, queue=self.queue).to_query())

    @property
    def links(self) -> Links:
        """The values of a link that asks the same, from its beginning."""
        found: Links = {}
        for parameter, value in replace(self.filters, queue=self.queue).to_query():
            found.setdefault(parameter, []).append(value)
        if self.sort is not sorts(self.queue)[0]:
            found[_SORT] = [str(self.sort)]
        if self.size != queues.PAGE:
            found[_SIZE] = [str(self.size)]
        if self.each:
            found[_EACH] = ["1"]
        return found


@dataclass(frozen=True, slots=True)
class Choices:
    """A field of several choices: its parameter, its name, and each value with its words."""

    parameter: str
    name: str
    values: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that was asked, in words, and the link that asks it no more."""

    words: str
    links: Links


def asked() -> Asked:
    """The list that this request asks for.

    Raises:
        NotFound: there is no such queue.
        InvalidInput: a filter is none, or says what cannot be.
    """
    return _asked(queue_asked(), {name: values for name, values in _given().items() if name not in _OURS})


def come_from() -> Asked | None:
    """The list that a case was opened from; None when its link tells none that this official can read."""
    try:
        if request.args.get(PARAMETERS["queue"]) is None:
            return None
        found = asked()
    except (NotFound, InvalidInput):
        return None
    return found if found.queue in queues.queues_for(officer=me()) else None


def form(errors: Mapping[str, list[str]]) -> FormState:
    """The form of the filters with what was typed."""
    given = _given()
    typed = {name: (values if NAMES.get(name) in SEVERAL else values[-1]) for name, values in given.items() if values}
    return FormState(typed, errors)


def choices(queue: Queue) -> list[Choices]:
    """The fields of several choices that tell cases of this queue apart."""
    states = [(str(state), STATUS_NAMES[state]) for state in STATUS_NAMES if state in QUEUES[queue].states]
    names = bodies.short_names()
    with_their_own_name = [(code, name) for code, name in names.items() if not code.startswith("UBND_XA:")]
    found = [
        Choices("trang_thai", "Trạng thái", states),
        Choices("loai", "Loại ý kiến", _of(KIND_NAMES)),
        Choices("linh_vuc", "Lĩnh vực người gửi chọn", _of(FIELD_NAMES)),
        Choices("tinh", "Tỉnh, thành phố", [(place.code, place.name) for place in places.provinces()]),
        Choices("nhom_co_quan", "Nhóm cơ quan (đang giải quyết hoặc máy đề xuất)", _of(bodies.class_names())),
        Choices("co_quan", "Cơ quan đang giải quyết", with_their_own_name),
        Choices("giao", "Giao cho", _of(CHARGE_NAMES)),
        Choices("ly_do", "Lý do cần phân loại", _of(DESK_REASON_NAMES)),
        Choices("sang_loc", "Kết quả sàng lọc", _of(SCREEN_NAMES)),
        Choices("tin_cay", "Độ tin cậy của máy", [(str(band), word) for band, (_, word) in BANDS.items()]),
        Choices("trung", "Ý kiến trùng", _of(REPEAT_NAMES)),
        Choices("kenh", "Kênh tiếp nhận", _of(CHANNEL_NAMES)),
        Choices("nguoi_gui", "Người gửi", _of(SENDER_NAMES)),
    ]
    return [one for one in found if len(one.values) > 1]


def chips(of: Asked) -> list[Chip]:
    """Everything that was asked besides the queue, each with the link without it."""
    words = {one.parameter: dict(one.values) for one in choices(Queue.EVER)}
    found = []
    for name, parameter in PARAMETERS.items():
        if name == "queue":
            continue
        for value in of.links.get(parameter, ()):
            rest = [one for one in of.links[parameter] if one != value]
            links = {key: values for key, values in of.links.items() if key != parameter}
            said = _words(name, value, words.get(parameter, {}))
            found.append(Chip(said, {**links, **({parameter: rest} if rest else {})}))
    return found


_SAID = {
    "text": "Tìm: {}",
    "received_from": "Nhận từ {}",
    "received_to": "Nhận đến {}",
    "due_from": "Hạn từ {}",
    "due_to": "Hạn đến {}",
    "hops": "Đã chuyển từ {} lần",
    "overdue": "Quá hạn",
    "held": "Đang giữ nguyên hiện trạng",
    "tags": "Thẻ: {}",
    "bands": "Độ tin cậy {}",
}


def _words(name: str, value: str, names: Mapping[str, str]) -> str:
    if name in {"received_from", "received_to", "due_from", "due_to"}:
        value = "/".join(reversed(value.split("-")))
    return _SAID.get(name, "{}").format(names.get(value, value))


def _of(table: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(str(code), words) for code, words in table.items()]


_OURS = frozenset({_SORT, _SIZE, _MARK, _CHOSEN, _EACH})
# What a link from a list carries, so that a case knows the list that it was opened from.
CARRIED = frozenset({*PARAMETERS.values(), _SORT, _SIZE, _EACH})


def _given() -> dict[str, list[str]]:
    return request.args.to_dict(flat=False)


def queue_asked() -> Queue:
    """The queue that was asked for, else the first; a name that is none is not found."""
    named = request.args.get(PARAMETERS["queue"])
    if named is None:
        return queues.queues_for(officer=me())[0]
    if named not in set(Queue):
        raise NotFound
    return Queue(named)


def _asked(queue: Queue, given: Mapping[str, Sequence[str]]) -> Asked:
    filters = schema.from_query(given)
    sort = request.args.get(_SORT)
    size = request.args.get(_SIZE)
    known = [one for one in sorts(queue) if one == sort]
    sizes = [one for one in SIZES if str(one) == size]
    return Asked(
        queue,
        replace(filters, queue=None),
        (known or sorts(queue))[0],
        (sizes or [queues.PAGE])[0],
        each=bool(request.args.get(_EACH)),
    )
