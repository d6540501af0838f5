"""The parts of a letter: who signs, its number, place and date, to whom, how it opens and closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from feedback.domain.letter import CODE, Facts, Issuer, Letter, code_of, place_of, with_new_date, write
from feedback.domain.vocabulary import Kind, SenderKind

FACTS = Facts(
    reference="PA-2026-000123",
    kind=Kind.REPORT,
    sender_kind=SenderKind.CITIZEN,
    title="Sóng yếu",
    received_at=datetime(2026, 3, 9, 18, 0, tzinfo=UTC),
)
AT = datetime(2026, 3, 20, 7, 15, tzinfo=UTC)
MINISTRY = Issuer("Bộ Khoa học và Công nghệ", place="Hà Nội")


def letter(text: str = "Đã lắp trạm theo ý kiến số PA-2026-000123.", **changes: object) -> Letter:
    values: dict[str, object] = {"facts": FACTS, "issuer": MINISTRY, "code": "TL-1", "at": AT, "sent": True}
    return write(text=text, **{**values, **changes})  # type: ignore[arg-type]


def test_a_letter_has_a_number_made_of_the_case_s_and_says_what_it_is_about() -> None:
    found = letter()
    assert found.number == "PA-2026-000123/TL-1"
    assert found.subject == "trả lời phản ánh số PA-2026-000123"
    assert found.title == "Thư số PA-2026-000123/TL-1: trả lời phản ánh số PA-2026-000123"
    assert found.recipients == ("Như trên;", "Lưu: hồ sơ ý kiến PA-2026-000123.")


@pytest.mark.parametrize(
    ("code", "subject"),
    [
        ("TC-1", "trả lời về việc chưa tiếp nhận phản ánh số PA-2026-000123"),
        ("HD-1", "hướng dẫn gửi đến cơ quan có thẩm quyền đối với phản ánh số PA-2026-000123"),
        ("BS-2", "đề nghị bổ sung nội dung phản ánh số PA-2026-000123"),
        ("GH-1", "gia hạn trả lời phản ánh số PA-2026-000123"),
    ],
)
def test_each_sort_of_letter_says_its_own_subject(code: str, subject: str) -> None:
    assert letter(code=code).subject == subject


@pytest.mark.parametrize(
    ("at", "dateline"),
    [
        (AT, "Hà Nội, ngày 20 tháng 3 năm 2026"),
        (datetime(2026, 1, 31, 17, 0, tzinfo=UTC), "Hà Nội, ngày 01 tháng 02 năm 2026"),
        (datetime(2026, 12, 5, 1, 0, tzinfo=UTC), "Hà Nội, ngày 05 tháng 12 năm 2026"),
    ],
)
def test_the_date_is_written_as_the_decree_says_in_the_time_of_viet_nam(at: datetime, dateline: str) -> None:
    assert letter(at=at).dateline == dateline


def test_who_has_no_place_gives_the_date_alone() -> None:
    found = letter(issuer=Issuer())
    assert found.dateline == "Ngày 20 tháng 3 năm 2026"
    assert found.issuer.lines == ("BỘ PHẬN TIẾP NHẬN PHẢN ÁNH, KIẾN NGHỊ",)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Ủy ban nhân dân tỉnh Sơn La", ("ỦY BAN NHÂN DÂN", "TỈNH SƠN LA")),
        ("Ủy ban nhân dân đặc khu Phú Quốc", ("ỦY BAN NHÂN DÂN", "ĐẶC KHU PHÚ QUỐC")),
        ("Bộ Y tế", ("BỘ Y TẾ",)),
    ],
)
def test_the_place_of_a_committee_has_a_line_of_its_own(name: str, lines: tuple[str, ...]) -> None:
    assert Issuer(name).lines == lines


@pytest.mark.parametrize(
    ("class_code", "name", "province", "place"),
    [
        ("BYT", "Bộ Y tế", None, "Hà Nội"),
        ("UBND_TINH", "Ủy ban nhân dân tỉnh Sơn La", "Sơn La", "Sơn La"),
        ("UBND_TINH", "Ủy ban nhân dân thành phố Hồ Chí Minh", "Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
        ("TINH_UY", "Thành ủy Huế", "Huế", "Huế"),
        ("UBND_XA", "Ủy ban nhân dân phường Hoàn Kiếm", "Hà Nội", "Hoàn Kiếm"),
        ("UBND_XA", "Ủy ban nhân dân phường 5", "Cà Mau", "Phường 5"),
        ("UBND_XA", "Ủy ban nhân dân đặc khu Phú Quốc", "An Giang", "Phú Quốc"),
    ],
)
def test_the_place_before_the_date_is_the_body_s_own(
    class_code: str, name: str, province: str | None, place: str
) -> None:
    assert place_of(class_code=class_code, body_name=name, province_name=province) == place


@pytest.mark.parametrize(
    ("sender_kind", "addressee"),
    [
        (SenderKind.CITIZEN, "Ông/Bà (theo ý kiến số PA-2026-000123)"),
        (SenderKind.ANONYMOUS, "Ông/Bà (theo ý kiến số PA-2026-000123)"),
        (SenderKind.BUSINESS, "Quý doanh nghiệp (theo ý kiến số PA-2026-000123)"),
        (SenderKind.ORGANISATION, "Quý cơ quan, tổ chức (theo ý kiến số PA-2026-000123)"),
    ],
)
def test_a_letter_names_nobody_unless_told_to(sender_kind: SenderKind, addressee: str) -> None:
    assert letter(facts=replace(FACTS, sender_kind=sender_kind)).addressee == (addressee,)


def test_an_unsealed_name_stands_before_the_number() -> None:
    named = letter(named=("Ông/Bà Người Gửi", "12 phố Thử")).addressee
    assert named == ("Ông/Bà Người Gửi", "12 phố Thử", "(theo ý kiến số PA-2026-000123)")


def test_words_that_do_not_say_what_they_answer_get_it_said_before_them() -> None:
    assert letter("Đã lắp trạm.\n\n Xong! ").paragraphs == (
        "Về ý kiến số PA-2026-000123, gửi ngày 10/03/2026, “Sóng yếu”:",
        "Đã lắp trạm.",
        "Xong! ./.",
    )


@pytest.mark.parametrize(
    ("text", "last"), [("PA-2026-000123 xong.", "PA-2026-000123 xong./."), ("PA-2026-000123", "PA-2026-000123./.")]
)
def test_a_letter_closes_as_official_letters_do(text: str, last: str) -> None:
    assert letter(text).paragraphs == (last,)


def test_an_extension_says_the_new_date_once() -> None:
    due = datetime(2026, 4, 2, 10, 0, tzinfo=UTC)
    assert with_new_date("Cần đo thực địa.", due) == "Cần đo thực địa.\nHạn trả lời mới là ngày 02/04/2026."
    assert with_new_date("Hạn mới: 02/04/2026.", due) == "Hạn mới: 02/04/2026."


def test_a_letter_says_by_what_it_holds_and_whether_it_was_sent() -> None:
    assert letter().approval == "(Đã duyệt và gửi trên hệ thống Lắng Nghe lúc 14:15 ngày 20/03/2026)"
    assert letter(sent=False).approval == "(Đã duyệt trên hệ thống Lắng Nghe lúc 14:15 ngày 20/03/2026; chưa gửi)"


def test_a_code_is_a_sign_and_an_ordinal() -> None:
    assert CODE.match(code_of("TL", 2))
    assert not any(CODE.match(wrong) for wrong in ("", "TL", "TL-0", "tl-1", "TL-1\n", "TL-99999", "../x"))
