"""Routing rules: a saved view that carries a body; tried on the golden table before it is obeyed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, literal, select, union_all

from feedback.db import session
from feedback.domain.errors import InvalidInput, NotFound
from feedback.domain.filters import PARAMETERS, Filters
from feedback.domain.identifiers import time_ordered_id
from feedback.domain.permissions import Permission
from feedback.domain.text import fold
from feedback.models import Body, Comment, GoldenCase, Officer, SavedView
from feedback.services import admin_log, bodies, filters, scope, views

# What is known of a comment before anybody decided on it; a rule may ask for nothing else.
ALLOWED = frozenset({"text", "kinds", "fields", "provinces", "channels", "senders"})
KEEP_SECONDS = 30.0
SEEN = 1000  # comments of the past on which a trial counts


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as the machine obeys it: the lowest priority that matches decides."""

    id: int
    name: str
    query: str
    body_id: int
    priority: int


@dataclass(frozen=True, slots=True)
class Tried:
    """One golden case under the rules: the rule that takes it, where it goes by it, and whether it should."""

    title: str
    expected: str
    rule: str | None
    reached: str | None

    @property
    def right(self) -> bool:
        """Whether no rule leads it astray."""
        return self.reached in {None, self.expected}


@dataclass(frozen=True, slots=True)
class Trial:
    """What would come of a rule: on the golden table, and how many of the latest comments it would have taken."""

    golden: tuple[Tried, ...]
    taken: int
    more: bool

    @property
    def wrong(self) -> tuple[Tried, ...]:
        """The golden cases that would go astray."""
        return tuple(one for one in self.golden if not one.right)


def choose(*, comment_ids: Sequence[UUID], now: datetime) -> Mapping[UUID, Rule]:
    """The first rule that matches each of these comments; those that none matches are left out."""
    rules = _kept()
    return _first_match(rules, comment_ids, now) if rules and comment_ids else {}


def active() -> tuple[Rule, ...]:
    """Every rule in force, the first first."""
    rows = session().scalars(
        select(SavedView)
        .where(SavedView.body_id.is_not(None), SavedView.active)
        .order_by(SavedView.priority, SavedView.id)
    )
    return tuple(Rule(row.id, row.name, row.query, row.body_id or 0, row.priority or 0) for row in rows)


def forget() -> None:
    """Read the rules anew at the next use."""
    _cache.clear()


def trial(*, officer: Officer, view_id: int, body_code: str, priority: int, now: datetime) -> Trial:
    """Try a view as a rule, with all other rules in force, and change nothing.

    Raises:
        InvalidInput: no such body, no such place, or filters that a rule may not have.
        NotFound: no view that this officer sees.
    """
    scope.require(officer=officer, permission=Permission.MANAGE_RULES)
    view = views.visible(officer=officer, view_id=view_id)
    return _trial(_as_rule(view, body_code, priority), now)


def put_in_force(
    *, officer: Officer, view_id: int, body_code: str, priority: int, at: datetime
) -> tuple[SavedView, Trial]:
    """Make a view a rule, or change the rule that it is; refused while a golden case would go astray.

    Raises:
        InvalidInput: as `trial`; or golden cases would go astray, named beside the body.
        NotFound: no view that this officer sees.
    """
    scope.require(officer=officer, permission=Permission.MANAGE_RULES)
    view = views.visible(officer=officer, view_id=view_id)
    rule = _as_rule(view, body_code, priority)
    tried = _trial(rule, at)
    if tried.wrong:
        titles = "; ".join(f"“{one.title}” phải đến {one.expected}" for one in tried.wrong[:3])
        raise InvalidInput({"body": [f"Quy tắc làm sai {len(tried.wrong)} ý kiến của bảng chuẩn: {titles}."]})
    view.body_id, view.priority, view.shared, view.updated_at = rule.body_id, priority, True, at
    data = {"view": view.id, "body": body_code, "priority": priority, "golden": len(tried.golden)}
    admin_log.write(action="rule_put_in_force", at=at, officer_id=officer.id, data=data)
    forget()
    return view, tried


def lift(*, officer: Officer, view_id: int, at: datetime) -> SavedView:
    """End a rule; the view stays. Raise NotFound when it is no rule."""
    scope.require(officer=officer, permission=Permission.MANAGE_RULES)
    view = views.visible(officer=officer, view_id=view_id)
    if view.body_id is None:
        raise NotFound
    view.body_id = view.priority = None
    view.updated_at = at
    admin_log.write(action="rule_lifted", at=at, officer_id=officer.id, data={"view": view.id})
    forget()
    return view


def _as_rule(view: SavedView, body_code: str, priority: int) -> Rule:
    asked = views.filters_of(query=view.query)
    beyond = [name for name in PARAMETERS if getattr(asked, name) and name not in ALLOWED]
    if beyond or not any(getattr(asked, name) for name in ALLOWED):
        raise InvalidInput(
            {
                "body": [
                    "Quy tắc chuyển chỉ dùng được những gì biết ngay khi nhận: từ khóa, loại, lĩnh vực, tỉnh hoặc thành"
                    " phố, kênh, người gửi. Xin lưu một chế độ xem chỉ có các điều kiện ấy, không chọn hàng việc."
                ]
            }
        )
    body_id = bodies.identifiers().get(body_code)
    if body_id is None:
        raise InvalidInput({"body": ["Xin chọn cơ quan giải quyết."]})
    if not 1 <= priority <= 999:
        raise InvalidInput({"priority": ["Thứ tự ưu tiên là một số từ 1 đến 999; số nhỏ được xét trước."]})
    return Rule(view.id, view.name, view.query, body_id, priority)


def _trial(rule: Rule, now: datetime) -> Trial:
    others = [one for one in active() if one.id != rule.id]
    rules = sorted([*others, rule], key=lambda one: (one.priority, one.id))
    asked = filters.conditions(filters=views.filters_of(query=rule.query), now=now)
    latest = select(Comment.id).order_by(Comment.received_at.desc(), Comment.id.desc()).limit(SEEN).subquery()
    found = select(Comment.id).where(Comment.id.in_(select(latest.c.id)), Comment.confidential.is_(False), *asked)
    taken = session().scalar(select(func.count()).select_from(found.subquery())) or 0
    more = (session().scalar(select(func.count()).select_from(latest)) or 0) >= SEEN
    return Trial(_on_golden_table(rules, now), taken, more)


def _on_golden_table(rules: Sequence[Rule], now: datetime) -> tuple[Tried, ...]:
    """Each golden case as a comment of its own, for as long as the rules are asked; nothing of it stays."""
    rows = (
        session()
        .execute(select(GoldenCase, Body.code).join(Body, Body.id == GoldenCase.body_id).order_by(GoldenCase.id))
        .all()
    )
    if not rows:
        return ()
    codes = {identifier: code for code, identifier in bodies.identifiers().items()}
    made = [(time_ordered_id(now), golden, code) for golden, code in rows]
    with session().begin_nested() as passing:
        session().execute(insert(Comment), [_as_comment(identifier, golden, now) for identifier, golden, _ in made])
        matched = _first_match(rules, [identifier for identifier, _, _ in made], now)
        passing.rollback()
    tried = []
    for identifier, golden, code in made:
        rule = matched.get(identifier)
        reached = codes.get(rule.body_id, "") if rule else None
        tried.append(Tried(golden.title, code, rule.name if rule else None, reached))
    return tuple(tried)


def _as_comment(identifier: UUID, golden: GoldenCase, now: datetime) -> dict[str, object]:
    mark = hashlib.sha256(f"golden {identifier}".encode()).hexdigest()
    return {
        "id": identifier,
        "reference": f"PA-0000-{golden.id:06d}",
        "key_hash": "",
        "idempotency_hash": mark,
        "content_digest": mark,
        "title": golden.title,
        "text": golden.text,
        "folded": fold(f"{golden.title}\n{golden.text}"),
        "kind": golden.kind,
        "field": golden.field,
        "province": golden.province,
        "channel": golden.channel,
        "sender_kind": golden.sender_kind,
        "due_at": now,
        "received_at": now,
        "updated_at": now,
        "audit_hash": "0" * 64,
    }


def _first_match(rules: Sequence[Rule], comment_ids: Sequence[UUID], now: datetime) -> dict[UUID, Rule]:
    asked = []
    for place, rule in enumerate(rules):
        try:
            wanted: Filters = views.filters_of(query=rule.query)
        except NotFound:
            continue  # a filter that is no longer known matches nothing
        found = filters.conditions(filters=wanted, now=now)
        asked.append(select(Comment.id, literal(place).label("place")).where(Comment.id.in_(comment_ids), *found))
    if not asked:
        return {}
    matches: dict[UUID, Rule] = {}
    for row in session().execute(union_all(*asked).order_by("place")):
        matches.setdefault(row.id, rules[row.place])
    return matches


_cache: dict[str, tuple[float, tuple[Rule, ...]]] = {}


def _kept() -> tuple[Rule, ...]:
    until, rules = _cache.get("rules", (0.0, ()))
    if until <= time.monotonic():
        rules = active()
        _cache["rules"] = (time.monotonic() + KEEP_SECONDS, rules)
    return rules
