"""Filters as a link or a form gives them: every value checked, what was left empty left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from feedback.domain import query
from feedback.domain.errors import InvalidInput
from feedback.domain.filters import NAMES, PARAMETERS, SEVERAL, TYPES, YES, Band, Charge, Filters, Repeat
from feedback.domain.query import QueryRefused
from feedback.domain.queues import Queue
from feedback.domain.routing import DeskReason
from feedback.domain.screening import Screen
from feedback.domain.status import Status
from feedback.domain.vocabulary import FIELD_NAMES, Channel, Kind, SenderKind
from feedback.schemas import places
from feedback.schemas.fields import Choice, Text
from feedback.schemas.messages import refusals
from feedback.services import bodies

MOST_VALUES = 60  # of one field: a link is no list
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
UNKNOWN = "Không có điều kiện lọc này."
_ONE = "Mục này chỉ nhận một giá trị."
_MANY = f"Mục này nhận nhiều nhất {MOST_VALUES} giá trị."
_DAY = "Ngày chưa đúng. Xin chọn ngày trong lịch, hoặc ghi năm, tháng, ngày như 2026-03-10."
_TIMES = "Số lần chuyển là một số từ 1 đến 1000."
_ORDER = "Ngày cuối phải bằng hoặc sau ngày đầu."


def from_query(given: Mapping[str, Sequence[str]]) -> Filters:
    """The filters of a link or a form.

    Args:
        given: all values by parameter, as `request.args.to_dict(flat=False)`.

    Raises:
        InvalidInput: sentences by parameter; a name that is no filter is an error too.
    """
    try:
        filters: Filters = _SCHEMA.load(given)
        return filters
    except ValidationError as error:
        raise InvalidInput(refusals(error, tuple(NAMES))) from None


class _SearchText(Text):
    """A query that can be searched for."""

    def checked(self, cleaned: str) -> str:
        try:
            query.read(cleaned)
        except QueryRefused as refusal:
            raise ValidationError(str(refusal)) from None
        return cleaned


class _Day(fields.Date):
    """A day within the years that a calendar of ours may hold."""

    default_error_messages = {"invalid": _DAY}  # noqa: RUF012 -- marshmallow's way

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Range(FIRST_DAY, LAST_DAY, error=_DAY), **options)


def _several(codes: Any, parameter: str) -> fields.List[Any]:
    one: Any = Choice(codes)
    return fields.List(one, data_key=parameter, validate=validate.Length(max=MOST_VALUES, error=_MANY))


class FiltersSchema(Schema):
    """Everything by which cases may be found, by the names of a link."""

    class Meta:
        """Unknown names are errors."""

        unknown = RAISE

    error_messages = {"unknown": UNKNOWN}  # noqa: RUF012 -- marshmallow's way

    queue = Choice(frozenset(Queue), data_key=PARAMETERS["queue"])
    text = _SearchText(longest=query.LONGEST, data_key=PARAMETERS["text"])
    statuses = _several(frozenset(Status), PARAMETERS["statuses"])
    kinds = _several(frozenset(Kind), PARAMETERS["kinds"])
    field_codes = _several(frozenset(FIELD_NAMES), PARAMETERS["fields"])
    provinces = _several(places.codes, PARAMETERS["provinces"])
    bodies = _several(lambda: frozenset(bodies.short_names()), PARAMETERS["bodies"])
    classes = _several(lambda: frozenset(bodies.class_names()), PARAMETERS["classes"])
    screens = _several(frozenset(Screen), PARAMETERS["screens"])
    channels = _several(frozenset(Channel), PARAMETERS["channels"])
    senders = _several(frozenset(SenderKind), PARAMETERS["senders"])
    desk_reasons = _several(frozenset(DeskReason), PARAMETERS["desk_reasons"])
    bands = _several(frozenset(Band), PARAMETERS["bands"])
    repeats = _several(frozenset(Repeat), PARAMETERS["repeats"])
    charges = _several(frozenset(Charge), PARAMETERS["charges"])
    tags = fields.List(
        Text(longest=40), data_key=PARAMETERS["tags"], validate=validate.Length(max=MOST_VALUES, error=_MANY)
    )
    received_from = _Day(data_key=PARAMETERS["received_from"])
    received_to = _Day(data_key=PARAMETERS["received_to"])
    due_from = _Day(data_key=PARAMETERS["due_from"])
    due_to = _Day(data_key=PARAMETERS["due_to"])
    hops = fields.Integer(
        data_key=PARAMETERS["hops"],
        validate=validate.Range(1, 1000, error=_TIMES),
        error_messages={"invalid": _TIMES, "too_large": _TIMES},
    )
    held = Choice(frozenset({YES}), data_key=PARAMETERS["held"])
    overdue = Choice(frozenset({YES}), data_key=PARAMETERS["overdue"])

    @validates_schema
    def _periods(self, data: Mapping[str, Any], **_: Any) -> None:
        """A period ends after it begins."""
        for first, last in (("received_from", "received_to"), ("due_from", "due_to")):
            if data.get(first) and data.get(last) and data[first] > data[last]:
                raise ValidationError({PARAMETERS[last]: [_ORDER]})

    @pre_load
    def _without_the_empty(self, given: Mapping[str, Sequence[str]], **_: Any) -> dict[str, object]:
        """What a form sends for fields left empty is no question; one value of a field that takes one stands alone."""
        kept: dict[str, object] = {}
        for parameter, values in given.items():
            filled = [value for value in values if value.strip()]
            if NAMES.get(parameter) in SEVERAL or parameter not in NAMES:
                kept |= {parameter: filled} if filled else {}
            elif len(filled) > 1:
                raise ValidationError({parameter: [_ONE]})
            elif filled:
                kept[parameter] = filled[0]
        return kept

    @post_load
    def _value(self, data: dict[str, Any], **_: Any) -> Filters:
        """One value of the types that the domain knows."""
        given = {("fields" if name == "field_codes" else name): value for name, value in data.items()}
        return Filters(**{name: _typed(name, value) for name, value in given.items() if value})


def _typed(name: str, value: Any) -> Any:
    kind = TYPES[name]
    if name in SEVERAL:
        return tuple(kind(one.lower() if name == "tags" else one) for one in value if one)
    return value if isinstance(value, date) else True if kind is bool else kind(value)


_SCHEMA = FiltersSchema()
