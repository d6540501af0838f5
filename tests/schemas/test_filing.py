"""One schema decides what a filing may be, for the form and for JSON."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from feedback.domain.vocabulary import Consent, Kind, SenderKind
from feedback.schemas import places
from feedback.schemas.filing import ABOUT_THE_SENDER, FilingSchema
from feedback.schemas.messages import refusals
from feedback.services.intake import Filing

GOOD: dict[str, Any] = {
    "kind": "hoi",
    "title": "Cấp lại chữ ký số",
    "text": "Tôi muốn hỏi thủ tục cấp lại chữ ký số cá nhân.",
    "sender_kind": "ca_nhan",
    "name": "Người Hỏi",
    "email": "nguoi.hoi@langnghe.example",
    "consents": ["xu_ly"],
}


@pytest.fixture(autouse=True)
def _two_provinces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FilingSchema._declared_fields["province"], "codes", frozenset({"HN", "SONLA"}))


def load(**changes: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = FilingSchema().load({**GOOD, **changes})
    return loaded


def errors(**changes: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as raised:
        load(**changes)
    return refusals(raised.value)


def test_what_is_loaded_makes_a_filing() -> None:
    filing = Filing(**load(province="HN", field="CKS"))
    assert (filing.kind, filing.sender_kind, filing.province, filing.field) == (
        Kind.QUESTION,
        SenderKind.CITIZEN,
        "HN",
        "CKS",
    )
    assert filing.consents == {Consent.PROCESS}


@pytest.mark.parametrize("name", ["kind", "title", "text", "sender_kind", "name", "email", "consents"])
@pytest.mark.parametrize("empty", ["", "   ", "\u200b", None])
def test_what_is_needed_is_asked_for_in_words(name: str, empty: str | None) -> None:
    missing = [] if name == "consents" and empty is not None else empty
    assert list(errors(**{name: missing})) == [name]
    assert errors(**{name: missing})[name][0].startswith(("Xin ", "Giá trị này"))


@pytest.mark.parametrize("name", ["province", "field", "tax_code", "phone", "address"])
@pytest.mark.parametrize("empty", ["", "  ", None])
def test_what_is_not_needed_may_be_empty(name: str, empty: str | None) -> None:
    cleaned = "" if empty == "  " and name in {"province", "field"} else empty
    assert load(**{name: cleaned}).get(name) is None


@pytest.mark.parametrize("name", ["kind", "province", "field", "sender_kind"])
def test_a_code_outside_its_list_is_refused(name: str) -> None:
    assert errors(**{name: "khong_co"}) == {name: ["Giá trị này không có trong danh mục."]}


@pytest.mark.parametrize(
    ("name", "length", "fits"),
    [
        ("title", 200, True),
        ("title", 201, False),
        ("text", 9, False),
        ("text", 10, True),
        ("text", 5000, True),
        ("text", 5001, False),
        ("name", 200, True),
        ("name", 201, False),
        ("address", 501, False),
    ],
)
def test_lengths_are_counted_in_characters_after_cleaning(name: str, length: int, fits: bool) -> None:
    typed = "ế" * length + "\u200b" * 50
    if fits:
        assert load(**{name: typed})[name] == "ế" * length
    else:
        assert list(errors(**{name: typed})) == [name]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (unicodedata.normalize("NFD", "Tiếng Việt"), "Tiếng Việt"),
        ("ẩn\u200b chữ\u00ad", "ẩn chữ"),
        ("gia đình 👩‍👩‍👧", "gia đình 👩‍👩‍👧"),
        ("a\u200db", "ab"),
        ("a\x00b", "ab"),
        ("a\ud800b", "ab"),
        ("\u202egnp.exe", "gnp.exe"),
        ("dòng 1\r\ndòng 2", "dòng 1 dòng 2"),
        ("e\u200b\u0302\u0301", "ế"),
    ],
)
def test_a_title_is_stored_as_its_reader_sees_it(typed: str, kept: str) -> None:
    assert load(title=typed)["title"] == kept


def test_the_text_keeps_its_lines() -> None:
    assert load(text="dòng thứ nhất\r\n\r\n\r\n\r\ndòng thứ hai")["text"] == "dòng thứ nhất\n\ndòng thứ hai"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0912 345 678", "0912345678"),
        ("+84 (91) 234-5678", "0912345678"),
        ("84912345678", "0912345678"),
        ("0084912345678", "0912345678"),
        ("+840912345678", "0912345678"),
        ("024 3804 3456", "02438043456"),
        ("+1 415 555 0100", "+14155550100"),
    ],
)
def test_a_telephone_number_has_one_form(typed: str, kept: str) -> None:
    assert load(phone=typed)["phone"] == kept


@pytest.mark.parametrize(
    "typed", ["12", "091234567", "0112345678", "+8491234", "không có", "0912345678x", "+84", "1900 1234"]
)
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    assert list(errors(phone=typed)) == ["phone"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0101234567", "0101234567"),
        ("0101234567-001", "0101234567-001"),
        ("0101 234 567 001", "0101234567-001"),
        ("012345678901", "012345678901"),
    ],
)
def test_a_tax_code_has_one_form(typed: str, kept: str) -> None:
    assert load(sender_kind="doanh_nghiep", organisation="Công ty", tax_code=typed)["tax_code"] == kept


@pytest.mark.parametrize("typed", ["123", "010123456A", "0101234567-01"])
def test_what_is_no_tax_code_is_refused(typed: str) -> None:
    assert list(errors(tax_code=typed)) == ["tax_code"]


@pytest.mark.parametrize("typed", ["a", "a@", "@b.vn", "a b@c.vn", "a@b", "a@b..vn"])
def test_what_is_no_email_is_refused_with_one_sentence(typed: str) -> None:
    assert errors(email=typed) == {"email": ["Địa chỉ thư điện tử chưa đúng. Ví dụ: ten@vidu.vn"]}


def test_an_email_keeps_its_name_and_lowers_its_domain() -> None:
    assert load(email="Nguoi.Hoi@LangNghe.Example")["email"] == "Nguoi.Hoi@langnghe.example"


def test_a_telephone_number_may_stand_in_for_the_email() -> None:
    assert load(email="", phone="0912345678")["phone"] == "0912345678"


@pytest.mark.parametrize("kind", ["doanh_nghiep", "to_chuc"])
def test_a_business_or_organisation_gives_its_name(kind: str) -> None:
    assert errors(sender_kind=kind) == {"organisation": ["Xin ghi tên doanh nghiệp, tổ chức."]}


def test_a_citizen_is_no_organisation() -> None:
    loaded = load(organisation="Công ty", tax_code="0101234567")
    assert (loaded["organisation"], loaded["tax_code"]) == (None, None)


def test_whoever_is_anonymous_gives_nothing_and_keeps_nothing() -> None:
    loaded = load(
        sender_kind="an_danh", phone="0912345678", consents=["xu_ly", "lien_he", "cong_khai", "cong_khai_ten"]
    )
    assert not set(ABOUT_THE_SENDER) & loaded.keys()
    assert loaded["consents"] == {Consent.PUBLISH}
    assert not Filing(**load(sender_kind="an_danh")).has_identity


def test_a_name_is_published_only_with_the_content() -> None:
    assert list(errors(consents=["xu_ly", "cong_khai_ten"])) == ["consents"]
    assert load(consents=["xu_ly", "cong_khai", "cong_khai_ten"])["consents"] >= {Consent.PUBLISH_NAME}


def test_a_consent_that_nobody_asked_for_is_refused() -> None:
    assert errors(consents=["xu_ly", "ban_du_lieu"])["consents"][0] == "Mục đồng ý này không có trong quy định."


def test_an_unknown_field_is_an_error() -> None:
    assert errors(status="closed") == {"status": ["Trường thông tin này không có trong quy định."]}


def test_errors_come_in_the_order_of_the_form() -> None:
    order = tuple(FilingSchema().fields)
    with pytest.raises(ValidationError) as raised:
        FilingSchema().load({"sender_kind": "to_chuc", "zzz": 1})
    assert list(refusals(raised.value, order)) == [
        "kind",
        "title",
        "text",
        "name",
        "organisation",
        "email",
        "consents",
        "zzz",
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*FilingSchema().fields, "khác"]), json_values) | json_values)
def test_whatever_is_sent_is_loaded_or_refused_in_words(sent: Any) -> None:
    told: dict[str, list[str]] = {}
    try:
        FilingSchema().load(sent)
    except ValidationError as error:
        told = refusals(error)
    assert all(isinstance(sentence, str) for found in told.values() for sentence in found)


@given(st.text(min_size=1))
def test_whatever_is_loaded_is_nfc_and_shows_every_character(typed: str) -> None:
    try:
        title = load(title=typed, text=typed + "x" * 10)["title"]
    except ValidationError:
        return
    assert unicodedata.is_normalized("NFC", title)
    assert not {unicodedata.category(character) for character in title} & {"Cc", "Cs"}


def test_provinces_are_read_from_the_database_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []

    def provinces() -> list[Any]:
        reads.append(1)
        return [type("Row", (), {"code": "HN", "name": "Hà Nội", "merged_from": []})]

    monkeypatch.setattr(places.bodies, "provinces", provinces)
    monkeypatch.setattr(places, "_kept", {})
    assert places.codes() == places.codes() == {"HN"}
    assert reads == [1]


def test_a_province_is_shown_with_the_former_names_that_people_still_look_for() -> None:
    assert places._with_former_names("Lào Cai", ["Yên Bái"]) == "Lào Cai (gồm Yên Bái)"
    assert places._with_former_names("Huế", []) == "Huế"
