"""Templates of answers on a case: which are offered, what the case fills in, what is put after what was typed."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.answer_template import FIRING, Paragraph, gap, gaps, problems
from feedback.domain.errors import InvalidInput, NotAllowed, NotFound
from feedback.domain.permissions import Role
from feedback.domain.status import Status
from feedback.domain.vocabulary import Kind
from feedback.models import AnswerTemplate, Officer
from feedback.seed import TEMPLATES
from feedback.services import answering, screening, templates
from feedback.services.templates import Offer
from tests import factories

ROWS = json.loads(TEMPLATES.read_text(encoding="utf-8"))


def handler(now: datetime, body: str = "BKHCN") -> Officer:
    return factories.officer(now, Role.HANDLER, body)


def template(session: Session, now: datetime, **changes: object) -> AnswerTemplate:
    values: dict[str, object] = {
        "name": "Mẫu thử",
        "paragraphs": [{"label": "Đoạn", "text": "Ý kiến {số ý kiến}.", "optional": False}],
        "created_at": now,
        "updated_at": now,
    }
    row = AnswerTemplate(**{**values, **changes})
    session.add(row)
    session.flush()
    return row


def named(offers: tuple[Offer, ...]) -> list[str]:
    return [offer.name for offer in offers]


# What comes with the service


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])
def test_what_comes_with_the_service_would_be_accepted_from_an_official(row: dict[str, object]) -> None:
    assert problems(templates.paragraphs_of(kept=row["paragraphs"])) == {}
    assert row["kind"] in {None, *map(str, Kind)}
    assert row["state"] in {None, *map(str, FIRING)}


def test_there_is_one_for_each_kind_and_for_each_letter_to_a_citizen() -> None:
    assert {row["kind"] for row in ROWS if row["kind"]} == {str(kind) for kind in Kind}
    assert {row["state"] for row in ROWS if row["state"]} == {str(state) for state in FIRING} - {"returned"}
    assert len({row["code"] for row in ROWS}) == len(ROWS) == 12


def test_a_letter_fits_the_field_of_its_form() -> None:
    lengths = [sum(len(one["text"]) for one in row["paragraphs"]) for row in ROWS if row["state"]]
    assert max(lengths) < 1_200


def test_loading_again_leaves_what_officials_have_changed(session: Session, now: datetime) -> None:
    row = session.query(AnswerTemplate).filter_by(code="policy_question").one()
    row.name = "Tên do quản trị viên đặt"
    session.flush()
    assert templates.load(rows=ROWS, at=now) == 12
    assert session.query(AnswerTemplate).filter_by(code="policy_question").populate_existing().one().name == row.name
    assert session.query(AnswerTemplate).filter(AnswerTemplate.code.is_not(None)).count() == 12


# What is offered


def test_the_templates_of_the_kind_and_of_every_kind_are_offered_filled(session: Session, now: datetime) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    offers = templates.offered(officer=officer, comment=case, at=now)
    assert named(offers) == [
        "Ghi nhận sự cố kỹ thuật, hẹn ngày khắc phục",
        "Thông báo sự cố kỹ thuật đã được khắc phục",
        "Trả lời sau khi người gửi phản ánh lại",
    ]
    first = offers[0]
    assert first.owner == "Mẫu chung"
    assert case.reference in first.text
    assert "Bộ Khoa học và Công nghệ đã nhận được" in first.text
    assert "“Sóng điện thoại ở bản quá yếu”" in first.text
    assert "gửi ngày 10/03/2026" in first.text
    assert gaps(first.text) == ("ngày hoàn thành",)
    assert [piece.label for piece in first.pieces if piece.optional] == ["Nguyên nhân", "Cách làm trong lúc chờ"]
    assert all(piece.text not in first.text for piece in first.pieces if piece.optional)


@pytest.mark.parametrize("row", [row for row in ROWS if row["state"]], ids=lambda row: row["code"])
def test_a_template_is_fired_by_its_state(session: Session, now: datetime, row: dict[str, str]) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    offers = templates.offered(officer=officer, comment=case, at=now, state=Status(row["state"]))
    assert named(offers) == [row["name"]]


def test_a_state_without_a_template_offers_nothing(session: Session, now: datetime) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    assert templates.offered(officer=officer, comment=case, at=now, state=Status.RETURNED) == ()


def test_an_official_s_own_body_comes_first_then_its_class_and_no_other_body_s(session: Session, now: datetime) -> None:
    officer, other = handler(now, "UBND_TINH:SONLA"), handler(now, "BCA")
    case = factories.routed(now)
    template(session, now, name="Của khối", class_code="UBND_TINH")
    template(session, now, name="Của khối khác", class_code="BCA")
    template(session, now, name="Của Sơn La", body_id=officer.body_id)
    template(session, now, name="Của Bộ Công an", body_id=other.body_id)
    template(session, now, name="Của Sơn La, đã ngừng", body_id=officer.body_id, active=False)
    offers = templates.offered(officer=officer, comment=case, at=now)
    assert [(offer.name, offer.owner) for offer in offers[:2]] == [
        ("Của Sơn La", "Mẫu của cơ quan"),
        ("Của khối", "Mẫu của khối cơ quan"),
    ]
    assert not {"Của khối khác", "Của Bộ Công an", "Của Sơn La, đã ngừng"} & set(named(offers))
    theirs = named(templates.offered(officer=other, comment=case, at=now))
    assert theirs[:2] == ["Của Bộ Công an", "Của khối khác"]


def test_an_official_of_no_body_is_offered_the_general_ones(session: Session, now: datetime) -> None:
    officer = factories.officer(now, Role.INTAKE)
    case = factories.on_desk(now)
    template(session, now, name="Của khối", class_code="BKHCN", state="refused")
    offers = templates.offered(officer=officer, comment=case, at=now, state=Status.REFUSED)
    assert named(offers) == ["Không tiếp nhận, có nêu lý do"]


def test_the_case_fills_what_it_knows_and_never_who_sent_it(session: Session, now: datetime) -> None:
    officer = factories.officer(now, Role.INTAKE)
    case = factories.on_desk(now, name="Người Gửi Kín", field="HT")
    known = templates.values(officer=officer, comment=case, at=now)
    assert known == {
        "số ý kiến": case.reference,
        "tiêu đề": "Sóng điện thoại ở bản quá yếu",
        "loại ý kiến": "phản ánh",
        "lĩnh vực": "Hạ tầng số, viễn thông",
        "ngày gửi": "10/03/2026",
        "hạn trả lời": f"{case.due_at:%d/%m/%Y}",
        "ngày hôm nay": "10/03/2026",
        "cơ quan": None,
        "tên địa phương": "tỉnh Sơn La",
    }


def test_a_case_that_names_nothing_leaves_gaps(session: Session, now: datetime) -> None:
    officer = factories.officer(now, Role.INTAKE)
    case = factories.on_desk(now, province=None, text="Không có sóng.", title="Mất sóng")
    known = templates.values(officer=officer, comment=case, at=now)
    assert (known["lĩnh vực"], known["tên địa phương"]) == (None, None)


# What is used


def test_a_template_is_put_after_what_was_typed_with_the_ticked_paragraphs(session: Session, now: datetime) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    paragraphs = templates.stored(
        paragraphs=[Paragraph("Một", "Về {số ý kiến}."), Paragraph("Hai", "Thêm.", True), Paragraph("Ba", "Bỏ.", True)]
    )
    chosen = template(session, now, body_id=officer.body_id, paragraphs=paragraphs)
    text = templates.use(
        officer=officer, reference=case.reference, template=chosen.id, ticked={1}, typed=" Đã soạn. \n", at=now
    )
    assert text == f"Đã soạn.\n\nVề {case.reference}.\n\nThêm."


def test_a_template_that_is_not_offered_cannot_be_used(session: Session, now: datetime) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    others = [
        template(session, now, body_id=handler(now, "BCA").body_id),
        template(session, now, active=False),
        template(session, now, state="refused"),
        template(session, now, kind="sang_kien"),
    ]
    for number in (*(row.id for row in others), 0, 2**31 - 1):
        with pytest.raises(NotFound):
            templates.use(officer=officer, reference=case.reference, template=number, ticked=(), typed="", at=now)


def test_only_who_may_answer_the_case_may_use_a_template_on_it(session: Session, now: datetime) -> None:
    case = factories.accepted(now, handler(now))
    with pytest.raises(NotFound):
        templates.answerable(officer=handler(now, "BCA"), reference=case.reference)
    with pytest.raises(NotAllowed):
        templates.answerable(officer=factories.officer(now, Role.CHECKER, "BKHCN"), reference=case.reference)


# What still has gaps goes to nobody


def test_an_answer_with_a_gap_is_not_put_to_the_checker_but_kept_as_a_draft(session: Session, now: datetime) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    text = f"Sự cố được khắc phục trước ngày {gap('ngày hoàn thành')}."
    answering.save_draft(officer=officer, reference=case.reference, version=case.version, text=text, at=now)
    with pytest.raises(InvalidInput, match="chưa hợp lệ") as refused:
        factories.checking(case, officer, now, text)
    assert refused.value.fields == {
        "text": ["Nội dung còn chỗ chưa điền: “ngày hoàn thành”. Xin điền hoặc bỏ trước khi gửi đi."]
    }
    assert factories.comment(case.reference).status == "in_progress"


def test_a_letter_with_a_gap_moves_no_case(session: Session, now: datetime) -> None:
    officer = factories.officer(now, Role.INTAKE)
    case = factories.screened(now, "rac")
    with pytest.raises(InvalidInput):
        screening.confirm(
            officer=officer,
            reference=case.reference,
            version=case.version,
            label="rac",
            letter=f"Chưa tiếp nhận vì {gap('lý do')}.",
            at=now,
        )
