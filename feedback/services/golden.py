"""The golden table: texts and the bodies that they must reach, which every rule is tried on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from feedback.db import session
from feedback.domain.errors import InvalidInput, NotFound
from feedback.domain.permissions import Permission
from feedback.domain.text import clean
from feedback.domain.vocabulary import Kind
from feedback.models import Body, GoldenCase, Officer
from feedback.services import admin_log, bodies, scope

PAGE = 50
LONGEST_TITLE, LONGEST_TEXT = 300, 5000


@dataclass(frozen=True, slots=True)
class GoldenRow:
    """One line of the table."""

    id: int
    title: str
    text: str
    kind: str
    province: str | None
    body_code: str
    body_name: str
    ours: bool


@dataclass(frozen=True, slots=True)
class GoldenPage:
    """One page of the table; `following` is the mark of the next."""

    rows: tuple[GoldenRow, ...]
    following: int | None


def load(*, rows: Iterable[Mapping[str, str]], at: datetime) -> int:
    """Write our own golden cases, new or changed; safe to repeat. What officials added stays; return how many."""
    known = bodies.identifiers()
    values = [
        {
            "title": row["title"],
            "text": row["text"],
            "kind": row["kind"],
            "province": row["province"] or None,
            "body_id": known[row["body"]],
            "created_at": at,
        }
        for row in rows
    ]
    statement = insert(GoldenCase)
    changed = {name: statement.excluded[name] for name in ("text", "kind", "province", "body_id")}
    session().execute(
        statement.on_conflict_do_update(index_elements=["title"], set_=changed, where=GoldenCase.officer_id.is_(None)),
        values,
    )
    return len(values)


def page(*, officer: Officer, after: int = 0, limit: int = PAGE) -> GoldenPage:
    """One page of the table, the oldest first."""
    scope.require(officer=officer, permission=Permission.MANAGE_RULES)
    found = (
        session()
        .execute(
            select(GoldenCase, Body.code, Body.short_name)
            .join(Body, Body.id == GoldenCase.body_id)
            .where(GoldenCase.id > after)
            .order_by(GoldenCase.id)
            .limit(limit + 1)
        )
        .all()
    )
    rows = tuple(
        GoldenRow(one.id, one.title, one.text, one.kind, one.province, code, name, one.officer_id is None)
        for one, code, name in found[:limit]
    )
    return GoldenPage(rows, rows[-1].id if len(found) > limit else None)


def add(
    *, officer: Officer, title: str, text: str, kind: str, province: str | None, body_code: str, at: datetime
) -> GoldenCase:
    """Add a case; raise InvalidInput beside what is missing, unknown or too long."""
    scope.require(officer=officer, permission=Permission.MANAGE_RULES)
    errors: dict[str, list[str]] = {}
    title, text = clean(title), clean(text)
    if not 1 <= len(title) <= LONGEST_TITLE:
        errors["title"] = ["Xin ghi tiêu đề, tối đa 300 ký tự."]
    elif session().scalar(select(GoldenCase.id).where(GoldenCase.title == title)):
        errors["title"] = ["Bảng chuẩn đã có ý kiến với tiêu đề này."]
    if not 1 <= len(text) <= LONGEST_TEXT:
        errors["text"] = ["Xin ghi nội dung, tối đa 5.000 ký tự."]
    if kind not in set(Kind):
        errors["kind"] = ["Xin chọn loại ý kiến."]
    body_id = bodies.identifiers().get(body_code)
    if body_id is None:
        errors["body"] = ["Xin chọn cơ quan phải nhận."]
    if errors or body_id is None:
        raise InvalidInput(errors)
    made = GoldenCase(
        title=title, text=text, kind=kind, province=province, body_id=body_id, officer_id=officer.id, created_at=at
    )
    session().add(made)
    session().flush()
    admin_log.write(action="golden_case_added", at=at, officer_id=officer.id, data={"case": made.id, "body": body_code})
    return made


def remove(*, officer: Officer, case_id: int, at: datetime) -> None:
    """Take a case out that officials added; ours stay. Raise NotFound."""
    scope.require(officer=officer, permission=Permission.MANAGE_RULES)
    found = session().scalar(
        select(GoldenCase).where(GoldenCase.id == case_id, GoldenCase.officer_id.is_not(None)).with_for_update()
    )
    if found is None:
        raise NotFound
    session().delete(found)
    admin_log.write(action="golden_case_removed", at=at, officer_id=officer.id, data={"case": case_id})
