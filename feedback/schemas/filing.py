"""A comment as it is filed: the same rules for the form and for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from feedback.domain.delivery import LONGEST_URL, read_callback
from feedback.domain.text import clean
from feedback.domain.vocabulary import FIELD_NAMES, Consent, Kind, SenderKind
from feedback.schemas import places
from feedback.schemas.fields import Choice, Email, Phone, TaxCode, Text

ABOUT_THE_SENDER = ("name", "organisation", "tax_code", "email", "phone", "address", "callback_url")
WITH_ORGANISATION = frozenset({SenderKind.BUSINESS, SenderKind.ORGANISATION})


class FilingSchema(Schema):
    """Everything that a citizen may say when filing; the order is that of the form."""

    class Meta:
        """Unknown fields are errors."""

        unknown = RAISE

    error_messages = {  # noqa: RUF012 -- marshmallow's way
        "unknown": "Trường thông tin này không có trong quy định.",
        "type": "Nội dung gửi lên phải là một đối tượng JSON.",
    }

    kind = Choice(frozenset(Kind), required=True, needed="Xin chọn loại ý kiến.")
    title = Text(longest=200, required=True, needed="Xin ghi tiêu đề của ý kiến.")
    text = Text(longest=5000, shortest=10, one_line=False, required=True, needed="Xin ghi nội dung ý kiến.")
    field = Choice(frozenset(FIELD_NAMES))
    province = Choice(places.codes)
    sender_kind = Choice(frozenset(SenderKind), required=True, needed="Xin cho biết ý kiến được gửi với tư cách nào.")
    name = Text(longest=200)
    organisation = Text(longest=300)
    tax_code = TaxCode(longest=30)
    email = Email(longest=254)
    phone = Phone(longest=40)
    address = Text(longest=500)
    consents = fields.List(
        fields.Enum(Consent, by_value=True, error_messages={"unknown": "Mục đồng ý này không có trong quy định."}),
        validate=validate.Length(max=len(Consent) * 2, error="Danh sách quá dài."),
        error_messages={"invalid": "Giá trị này phải là một danh sách.", "null": "Giá trị này phải là một danh sách."},
    )

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def _identity(self, data: Mapping[str, Any], original: Mapping[str, Any], **_: Any) -> None:
        """Whoever is not anonymous says who they are, how to reach them, and that we may use it."""
        kind = data.get("sender_kind")
        if kind is None or kind == SenderKind.ANONYMOUS:
            return
        errors: dict[str, list[str]] = {}
        if not _given(original, "name"):
            errors["name"] = ["Xin ghi họ và tên người gửi hoặc người đại diện, hoặc chọn gửi ẩn danh."]
        if kind in WITH_ORGANISATION and not _given(original, "organisation"):
            errors["organisation"] = ["Xin ghi tên doanh nghiệp, tổ chức."]
        if not _given(original, "email", "phone"):
            errors["email"] = ["Xin ghi thư điện tử hoặc số điện thoại để cơ quan có thể liên hệ khi cần."]
        errors |= self._consent_errors(set(data.get("consents") or ()))
        if errors:
            raise ValidationError(errors)

    @staticmethod
    def _consent_errors(given: set[Consent]) -> dict[str, list[str]]:
        if Consent.PROCESS not in given:
            return {
                "consents": [
                    "Xin đánh dấu ô đồng ý xử lý thông tin liên hệ, hoặc chọn gửi ẩn danh để không cung cấp thông tin."
                ]
            }
        if Consent.PUBLISH_NAME in given and Consent.PUBLISH not in given:
            return {"consents": ["Muốn công khai họ tên thì cần đồng ý công khai nội dung."]}
        return {}

    @post_load
    def _settle(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Closed lists as their enumerations; nothing about a sender who wants to stay unknown is kept."""
        data["kind"], data["sender_kind"] = Kind(data["kind"]), SenderKind(data["sender_kind"])
        data["consents"] = frozenset(data.get("consents", ()))
        if data["sender_kind"] is SenderKind.ANONYMOUS:
            data["consents"] &= {Consent.PUBLISH}
            return {name: value for name, value in data.items() if name not in ABOUT_THE_SENDER}
        if data["sender_kind"] is SenderKind.CITIZEN:
            data["organisation"] = data["tax_code"] = None
        return data


class ApiFilingSchema(FilingSchema):
    """The same from another system, which may name an address to be called back at."""

    callback_url = Text(longest=LONGEST_URL)

    @validates_schema(skip_on_field_errors=True)
    def _callback(self, data: Mapping[str, Any], **_: Any) -> None:
        url = data.get("callback_url")
        if url is None:
            return
        try:
            read_callback(url)
        except ValueError as error:
            raise ValidationError({"callback_url": [_BAD_CALLBACK]}) from error
        if Consent.CONTACT not in set(data.get("consents") or ()):
            raise ValidationError({"callback_url": ["Muốn được báo qua callback_url thì cần có mục đồng ý lien_he."]})


_BAD_CALLBACK = (
    "callback_url phải là địa chỉ https có tên miền, cổng 443 hoặc 8443, không kèm tên đăng nhập, tối đa 500 ký tự."
)


def _given(original: Mapping[str, Any], *names: str) -> bool:
    """Whether anything was given for one of the fields; if it is wrong, its own field says so."""
    found = [original[name] for name in names if original.get(name) is not None]
    return any(not isinstance(value, str) or clean(value) for value in found)
