"""Public bodies and provinces: loading them, listing them, adding a commune."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from feedback.db import session
from feedback.domain.errors import InvalidInput, NotFound
from feedback.domain.routing import COMMUNE_CLASS, PLACE_BOUND, body_code
from feedback.domain.text import clean, fold
from feedback.models import Body, Province

KEEP_SECONDS = 60.0
_PLACE_BOUND_NAMES = {
    "TINH_UY": "Tỉnh ủy, thành ủy",
    "UBND_TINH": "UBND tỉnh, thành phố",
    "UBND_XA": "UBND xã, phường",
}
Kept = TypeVar("Kept", bound=Collection[str])
_kept: dict[str, tuple[float, Any]] = {}


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows there are after loading."""

    provinces: int
    bodies: int


def load(*, classes: Iterable[Mapping[str, str]], provinces: Iterable[Mapping[str, str]]) -> Loaded:
    """Write the provinces and the bodies of the 30 classes, new or changed; safe to repeat.

    Args:
        classes: rows with code, name, short_name, level, mandate.
        provinces: rows with code, name, kind, merged_from (names separated by a bar).
    """
    places = [dict(row) for row in provinces]
    province_rows: list[dict[str, object]] = [
        {**place, "merged_from": [name for name in place["merged_from"].split("|") if name]} for place in places
    ]
    _upsert(Province, province_rows, key="code")
    body_rows = [row for cls in classes for row in _rows_of(cls, places)]
    _upsert(Body, body_rows, key="code")
    return Loaded(len(province_rows), len(body_rows))


def _rows_of(cls: Mapping[str, str], places: list[dict[str, str]]) -> list[dict[str, object]]:
    shared = {"class_code": cls["code"], "level": cls["level"], "mandate": cls["mandate"]}
    if cls["code"] in PLACE_BOUND:
        return [{**shared, **_place_names(cls["code"], place)} for place in places]
    own = {"code": cls["code"], "name": cls["name"], "short_name": cls["short_name"], "province": None}
    # The class of communes is no body itself: each commune is added by an administrator.
    return [{**shared, **own, "active": cls["code"] != COMMUNE_CLASS}]


def _place_names(class_code: str, place: Mapping[str, str]) -> dict[str, str]:
    city = place["kind"] == "thành phố"
    if class_code == "TINH_UY":
        name = f"{'Thành ủy' if city else 'Tỉnh ủy'} {place['name']}"
        short = name
    else:
        name = f"Ủy ban nhân dân {place['kind']} {place['name']}"
        short = f"UBND {'TP' if city else 'tỉnh'} {place['name']}"
    code = body_code(class_code, place["code"])
    return {"code": code, "name": name, "short_name": short, "province": place["code"]}


def _upsert(model: type[Province] | type[Body], rows: list[dict[str, object]], *, key: str) -> None:
    columns = sorted({name for row in rows for name in row})
    filled = [{name: row.get(name, True if name == "active" else None) for name in columns} for row in rows]
    statement = insert(model)
    changed = {name: statement.excluded[name] for name in columns if name not in {key, "active"}}
    session().execute(statement.on_conflict_do_update(index_elements=[key], set_=changed), filled)


def provinces() -> list[Province]:
    """All provinces, in the order of their Vietnamese names."""
    return sorted(session().scalars(select(Province)), key=lambda province: (fold(province.name), province.name))


def active() -> list[Body]:
    """Every active body, central ones first, then by name."""
    return list(
        session().scalars(select(Body).where(Body.active).order_by(Body.level.desc(), Body.class_code, Body.name))
    )


def identifiers() -> dict[str, int]:
    """Ids of the active bodies by code."""
    return {row.code: row.id for row in session().execute(select(Body.code, Body.id).where(Body.active))}


def active_codes() -> frozenset[str]:
    """Codes of the active bodies, for showing; kept in the process for a minute."""
    return _for_a_minute("active", lambda: frozenset(identifiers()))


def names() -> dict[str, str]:
    """Names of all bodies by code, of abolished ones too; kept in the process for a minute."""
    return _for_a_minute("names", _read_names)


def class_names() -> dict[str, str]:
    """Short names of the routing classes by code; kept in the process for a minute."""
    return _for_a_minute("class_names", _read_class_names)


def short_names() -> dict[str, str]:
    """Short names of all bodies by code, central ones first, abolished ones too; kept in the process for a minute."""
    return _for_a_minute("short_names", _read_short_names)


def _read_names() -> dict[str, str]:
    return {row.code: row.name for row in session().execute(select(Body.code, Body.name))}


def _read_class_names() -> dict[str, str]:
    asked = select(Body.class_code, func.min(Body.short_name).label("name")).group_by(Body.class_code)
    rows = session().execute(asked)
    return {row.class_code: _PLACE_BOUND_NAMES.get(row.class_code, row.name) for row in rows}


def _read_short_names() -> dict[str, str]:
    ranked = select(Body.code, Body.short_name).order_by(Body.level.desc(), Body.class_code, Body.name)
    return {row.code: row.short_name for row in session().execute(ranked)}


def _for_a_minute(what: str, read: Callable[[], Kept]) -> Kept:
    """What `read` gives; nothing is not kept, for then the catalogue is still to be loaded."""
    until, kept = _kept.get(what, (0.0, None))
    if until <= time.monotonic() or not kept:
        kept = read()
        _kept[what] = (time.monotonic() + KEEP_SECONDS, kept)
    found: Kept = kept
    return found


def forget() -> None:
    """Read the names anew at the next question."""
    _kept.clear()


def by_code(*, code: str) -> Body:
    """The active body with this code; raise NotFound when there is none."""
    found = session().scalar(select(Body).where(Body.code == code, Body.active))
    if found is None:
        raise NotFound("Không có cơ quan nào mang mã này.")
    return found


def add_commune(*, name: str, province: str) -> Body:
    """Add the people's committee of a commune, ward or special zone, under its province's.

    Raises:
        InvalidInput: the name does not say which sort of commune it is, or it is there already.
        NotFound: there is no such province.
    """
    parent = by_code(code=body_code("UBND_TINH", province))
    cleaned = " ".join(clean(name).split())
    if not re.match(r"(?i)^(xã|phường|đặc khu) \S", cleaned):
        raise InvalidInput({"name": ["Tên phải bắt đầu bằng “xã”, “phường” hoặc “đặc khu”."]})
    slug = re.sub(r"[^A-Z0-9]+", "_", fold(cleaned).upper()).strip("_")
    code = f"{COMMUNE_CLASS}:{province}:{slug}"
    if session().scalar(select(Body.id).where(Body.code == code)):
        raise InvalidInput({"name": ["Đơn vị này đã có trong danh mục."]})
    kind, _, rest = (
        cleaned.partition(" ") if not cleaned.lower().startswith("đặc khu") else ("đặc khu", "", cleaned[8:])
    )
    full = f"{kind.lower()} {rest.strip()}"
    mandate = session().scalar(select(Body.mandate).where(Body.code == COMMUNE_CLASS)) or ""
    body = Body(
        code=code,
        class_code=COMMUNE_CLASS,
        name=f"Ủy ban nhân dân {full}",
        short_name=f"UBND {full}",
        level="local",
        province=province,
        parent_id=parent.id,
        mandate=mandate,
    )
    session().add(body)
    session().flush()
    forget()
    return body
