"""Templates of answers kept: own body's rows alone, general ones by administrators, every change written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.answer_template import Paragraph
from feedback.domain.errors import InvalidInput, NotAllowed, NotFound, Stale
from feedback.domain.permissions import Role
from feedback.models import AdminEvent, AnswerTemplate, Officer
from feedback.services import template_keeping
from feedback.services.template_keeping import Wording
from tests import factories

WORDING = Wording("Mẫu của chúng tôi", "hoi", "", (Paragraph("Mở đầu", "Về {số ý kiến}."),))


def coordinator(now: datetime, body: str | None = "BKHCN") -> Officer:
    return factories.officer(now, Role.COORDINATOR, body)


def administrator(now: datetime) -> Officer:
    return factories.officer(now, Role.ADMINISTRATOR)


def logged(session: Session) -> list[tuple[str, dict[str, object]]]:
    rows = session.scalars(select(AdminEvent).where(AdminEvent.action.like("template_%")).order_by(AdminEvent.id))
    return [(row.action, row.data) for row in rows]


def test_a_body_s_template_is_made_changed_retired_and_brought_back_each_written_down(
    session: Session, now: datetime
) -> None:
    officer = coordinator(now)
    number = template_keeping.create(officer=officer, wording=WORDING, at=now)
    made = template_keeping.one(officer=officer, template=number)
    assert (made.name, made.owner, made.kind, made.state, made.version, made.active) == (
        "Mẫu của chúng tôi",
        "Bộ Khoa học và Công nghệ",
        "hoi",
        None,
        1,
        True,
    )
    changed = replace(WORDING, name=" Tên  mới ", kind="", state="extended")
    template_keeping.edit(officer=officer, template=number, version=1, wording=changed, at=now)
    template_keeping.set_active(officer=officer, template=number, version=2, active=False, at=now)
    template_keeping.set_active(officer=officer, template=number, version=3, active=True, at=now)
    found = template_keeping.one(officer=officer, template=number)
    assert (found.name, found.kind, found.state, found.version, found.active) == ("Tên mới", None, "extended", 4, True)
    actions = ["template_created", "template_edited", "template_retired", "template_restored"]
    assert logged(session) == [
        (action, {"template": number, "version": version, "body": officer.body_id})
        for version, action in enumerate(actions, start=1)
    ]


def test_another_body_s_template_is_not_found_by_any_verb(session: Session, now: datetime) -> None:
    number = template_keeping.create(officer=coordinator(now), wording=WORDING, at=now)
    for stranger in (coordinator(now, "BCA"), administrator(now)):
        assert number not in {row.id for row in template_keeping.page(officer=stranger).rows}
        with pytest.raises(NotFound):
            template_keeping.one(officer=stranger, template=number)
        with pytest.raises(NotFound):
            template_keeping.edit(officer=stranger, template=number, version=1, wording=WORDING, at=now)
        with pytest.raises(NotFound):
            template_keeping.set_active(officer=stranger, template=number, version=1, active=False, at=now)


def test_general_templates_are_an_administrator_s(session: Session, now: datetime) -> None:
    admin = administrator(now)
    wording = replace(WORDING, class_code="UBND_TINH")
    number = template_keeping.create(officer=admin, wording=wording, at=now)
    assert template_keeping.one(officer=admin, template=number).owner == "UBND tỉnh, thành phố"
    assert template_keeping.keeps_general(officer=admin)
    shared = template_keeping.create(officer=admin, wording=WORDING, at=now)
    assert template_keeping.one(officer=admin, template=shared).owner == "Dùng chung"
    assert {number, shared} <= {row.id for row in template_keeping.page(officer=admin).rows}
    assert not template_keeping.keeps_general(officer=coordinator(now))
    with pytest.raises(NotFound):
        template_keeping.one(officer=coordinator(now, "UBND_TINH:SONLA"), template=number)


@pytest.mark.parametrize("role", [Role.HANDLER, Role.CHECKER, Role.INTAKE, Role.ANALYST, Role.AUDITOR])
def test_other_roles_keep_no_templates(session: Session, now: datetime, role: Role) -> None:
    officer = factories.officer(now, role, "BKHCN")
    with pytest.raises(NotAllowed):
        template_keeping.page(officer=officer)
    with pytest.raises(NotAllowed):
        template_keeping.create(officer=officer, wording=WORDING, at=now)


def test_an_official_of_no_body_does_not_reach_the_general_ones(session: Session, now: datetime) -> None:
    with pytest.raises(NotFound):
        template_keeping.page(officer=coordinator(now, None))


def test_who_changes_what_somebody_changed_meanwhile_is_told(session: Session, now: datetime) -> None:
    officer = coordinator(now)
    number = template_keeping.create(officer=officer, wording=WORDING, at=now)
    template_keeping.edit(officer=officer, template=number, version=1, wording=WORDING, at=now)
    with pytest.raises(Stale, match="Mẫu vừa được người khác sửa"):
        template_keeping.edit(officer=officer, template=number, version=1, wording=WORDING, at=now)
    assert [action for action, _ in logged(session)] == ["template_created", "template_edited"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " \u200b "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"kind": "than_phien"}, "kind"),
        ({"state": "assigned"}, "state"),
        ({"class_code": "UBND_TINH"}, "class_code"),
        ({"paragraphs": ()}, "text_1"),
        ({"paragraphs": (Paragraph("Đoạn", "Gửi {họ tên}."),)}, "text_1"),
        ({"paragraphs": (Paragraph("", "Được."),)}, "label_1"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(
    session: Session, now: datetime, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        template_keeping.create(officer=coordinator(now), wording=replace(WORDING, **changes), at=now)  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]


def test_an_unknown_class_is_refused_for_an_administrator_too(session: Session, now: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        template_keeping.create(officer=administrator(now), wording=replace(WORDING, class_code="RAC"), at=now)
    assert list(refused.value.fields) == ["class_code"]


def test_text_is_kept_clean(session: Session, now: datetime) -> None:
    officer = coordinator(now)
    dirty = replace(WORDING, paragraphs=(Paragraph(" Mở\u0000 đầu ", "Dòng\r\n\r\n\r\nmột\u202e\ud800"),))
    number = template_keeping.create(officer=officer, wording=dirty, at=now)
    assert template_keeping.one(officer=officer, template=number).paragraphs == (Paragraph("Mở đầu", "Dòng\n\nmột"),)


def test_the_list_is_read_page_by_page_newest_first_and_none_twice(session: Session, now: datetime) -> None:
    officer = coordinator(now)
    made = [template_keeping.create(officer=officer, wording=WORDING, at=now) for _ in range(30)]
    first = template_keeping.page(officer=officer)
    assert first.following is not None
    second = template_keeping.page(officer=officer, before=first.following)
    assert [row.id for row in (*first.rows, *second.rows)] == made[::-1]
    assert second.following is None


def test_a_template_that_is_retired_stays_in_the_database(session: Session, now: datetime) -> None:
    officer = coordinator(now)
    number = template_keeping.create(officer=officer, wording=WORDING, at=now)
    template_keeping.set_active(officer=officer, template=number, version=1, active=False, at=now)
    assert session.scalar(select(AnswerTemplate.active).where(AnswerTemplate.id == number)) is False
    assert not template_keeping.one(officer=officer, template=number).active
