"""Templates of answers kept: each body its own, administrators the general ones; every change is written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select

from feedback.db import session
from feedback.domain.answer_template import FIRING, LONGEST_NAME, Paragraph, problems
from feedback.domain.errors import InvalidInput, NotFound, Stale
from feedback.domain.permissions import Permission, Scope, scope_for
from feedback.domain.text import clean
from feedback.domain.vocabulary import Kind
from feedback.models import AnswerTemplate, Body, Officer
from feedback.services import admin_log, bodies, scope
from feedback.services.templates import paragraphs_of, stored

PAGE = 25
_STALE = "Mẫu vừa được người khác sửa. Xin mở lại mẫu để xem nội dung mới nhất rồi sửa tiếp."


@dataclass(frozen=True, slots=True)
class Wording:
    """What a template says, as it was typed; `class_code` is for administrators alone."""

    name: str
    kind: str
    state: str
    paragraphs: tuple[Paragraph, ...]
    class_code: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """One template as those who keep it see it."""

    id: int
    name: str
    owner: str
    kind: str | None
    state: str | None
    class_code: str | None
    general: bool
    paragraphs: tuple[Paragraph, ...]
    version: int
    active: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """One page of templates, newest first; `following` is the mark of the next page."""

    rows: tuple[Template, ...]
    following: int | None


def page(*, officer: Officer, before: int | None = None, limit: int = PAGE) -> TemplatePage:
    """One page of the templates that the officer keeps, retired ones too; raise NotAllowed."""
    statement = _kept(officer).order_by(AnswerTemplate.id.desc()).limit(limit + 1)
    if before is not None:
        statement = statement.where(AnswerTemplate.id < before)
    found = session().execute(statement).all()
    rows = tuple(_template(row, body_name) for row, body_name in found[:limit])
    return TemplatePage(rows, rows[-1].id if len(found) > limit else None)


def one(*, officer: Officer, template: int) -> Template:
    """One template that the officer keeps; raise NotAllowed or NotFound."""
    found = session().execute(_kept(officer).where(AnswerTemplate.id == template)).one_or_none()
    if found is None:
        raise NotFound
    return _template(found[0], found[1])


def create(*, officer: Officer, wording: Wording, at: datetime) -> int:
    """Add a template to the officer's body, or to the general ones; the id of the new one.

    Raises NotAllowed or InvalidInput.
    """
    body_id = _home(officer)
    fields = _checked(wording, general=body_id is None)
    row = AnswerTemplate(
        body_id=body_id, created_by=officer.id, created_at=at, updated_by=officer.id, updated_at=at, **fields
    )
    session().add(row)
    session().flush()
    _log("template_created", row, officer, at)
    return row.id


def edit(*, officer: Officer, template: int, version: int, wording: Wording, at: datetime) -> None:
    """Change a template that nobody has changed since it was read.

    Raises NotAllowed, NotFound, Stale or InvalidInput.
    """
    row = _locked(officer, template, version)
    for name, value in _checked(wording, general=row.body_id is None).items():
        setattr(row, name, value)
    _changed("template_edited", row, officer, at)


def set_active(*, officer: Officer, template: int, version: int, active: bool, at: datetime) -> None:
    """Retire a template, or bring it back; raise NotAllowed, NotFound or Stale."""
    row = _locked(officer, template, version)
    row.active = active
    _changed("template_restored" if active else "template_retired", row, officer, at)


def keeps_general(*, officer: Officer) -> bool:
    """Whether what the officer adds is for everybody rather than for a body."""
    return _home(officer) is None


def _home(officer: Officer) -> int | None:
    """The body whose templates the officer keeps; None for the general ones."""
    scope.require(officer=officer, permission=Permission.MANAGE_TEMPLATES)
    own = scope_for(officer.charged_with, Permission.MANAGE_TEMPLATES) is Scope.OWN_BODY
    if own and officer.body_id is None:
        raise NotFound("Tài khoản chưa gắn với cơ quan nào nên chưa quản lý được mẫu.")
    return officer.body_id if own else None


def _reach(officer: Officer) -> ColumnElement[bool]:
    home = _home(officer)
    return AnswerTemplate.body_id.is_(None) if home is None else AnswerTemplate.body_id == home


def _kept(officer: Officer) -> Select[AnswerTemplate, str]:
    return select(AnswerTemplate, Body.name).outerjoin(Body, Body.id == AnswerTemplate.body_id).where(_reach(officer))


def _locked(officer: Officer, template: int, version: int) -> AnswerTemplate:
    row = session().scalar(
        select(AnswerTemplate)
        .where(AnswerTemplate.id == template, _reach(officer))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    if row.version != version:
        raise Stale(_STALE)
    return row


def _checked(wording: Wording, *, general: bool) -> dict[str, object]:
    """The columns of what was typed; raise InvalidInput with everything wrong beside its field."""
    name = " ".join(clean(wording.name).split())
    paragraphs = [
        Paragraph(" ".join(clean(one.label).split()), clean(one.text), one.optional) for one in wording.paragraphs
    ]
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(name) <= LONGEST_NAME:
        wrong["name"] = [f"Xin đặt tên mẫu, tối đa {LONGEST_NAME} ký tự."]
    if wording.kind and wording.kind not in set(Kind):
        wrong["kind"] = ["Xin chọn loại ý kiến trong danh sách."]
    if wording.state and wording.state not in {str(state) for state in FIRING}:
        wrong["state"] = ["Xin chọn bước xử lý trong danh sách."]
    if wording.class_code and not (general and wording.class_code in bodies.class_names()):
        wrong["class_code"] = ["Xin chọn khối cơ quan trong danh sách."]
    wrong |= problems(paragraphs)
    if wrong:
        raise InvalidInput(wrong)
    return {
        "name": name,
        "kind": wording.kind or None,
        "state": wording.state or None,
        "class_code": wording.class_code or None,
        "paragraphs": stored(paragraphs=paragraphs),
    }


def _changed(action: str, row: AnswerTemplate, officer: Officer, at: datetime) -> None:
    row.version += 1
    row.updated_by, row.updated_at = officer.id, at
    session().flush()
    _log(action, row, officer, at)


def _log(action: str, row: AnswerTemplate, officer: Officer, at: datetime) -> None:
    data = {"template": row.id, "version": row.version, "body": row.body_id}
    admin_log.write(action=action, at=at, officer_id=officer.id, data=data)


def _template(row: AnswerTemplate, body_name: str | None) -> Template:
    return Template(
        id=row.id,
        name=row.name,
        owner=body_name
        or (bodies.class_names().get(row.class_code, row.class_code) if row.class_code else "Dùng chung"),
        kind=row.kind,
        state=row.state,
        class_code=row.class_code,
        general=row.body_id is None,
        paragraphs=paragraphs_of(kept=row.paragraphs),
        version=row.version,
        active=row.active,
        updated_at=row.updated_at,
    )
