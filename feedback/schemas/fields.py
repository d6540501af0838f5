"""Fields of text as people type it: cleaned, measured after cleaning, and refused in Vietnamese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from feedback.domain.text import clean

REQUIRED = "Xin điền thông tin này."
NOT_TEXT = "Giá trị này phải là một chuỗi ký tự."

_PHONE_MARKS = re.compile(r"[\s().\-–]")
_INTERNATIONAL = re.compile(r"^\+[1-9]\d{7,14}$")
_DOMESTIC = re.compile(r"^0(?:[35789]\d{8}|2\d{9})$")
_TAX_MARKS = re.compile(r"[\s.]")
_TAX_CODE = re.compile(r"^\d{10}(?:-?\d{3})?$|^\d{12}$")
_ADDRESS = validate.Email()


class Text(fields.String):
    """Cleaned text; what is empty after cleaning counts as not given.

    Args:
        longest: characters allowed after cleaning.
        shortest: characters needed, when anything is given.
        one_line: line breaks and tabs become spaces.
        needed: the sentence when it is required and empty.
    """

    default_error_messages = {"invalid": NOT_TEXT, "null": REQUIRED, "required": REQUIRED, "invalid_utf8": NOT_TEXT}  # noqa: RUF012 -- marshmallow's way

    def __init__(
        self, *, longest: int, shortest: int = 0, one_line: bool = True, needed: str | None = None, **options: Any
    ) -> None:
        messages = {"required": needed, "null": needed} if needed else {}
        options["error_messages"] = {**messages, **options.get("error_messages", {})}
        options.setdefault("allow_none", not options.get("required", False))
        self.longest, self.shortest, self.one_line = longest, shortest, one_line
        super().__init__(**options)

    def _deserialize(  # type: ignore[override] # what is empty was not given
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> str | None:
        cleaned = unicodedata.normalize("NFC", clean(super()._deserialize(value, attr, data) or ""))
        if self.one_line:
            cleaned = " ".join(cleaned.split())
        if not cleaned:
            if self.required:
                raise self.make_error("required")
            return None
        if len(cleaned) < self.shortest:
            raise ValidationError(f"Nội dung còn quá ngắn: cần ít nhất {_number(self.shortest)} ký tự.")
        if len(cleaned) > self.longest:
            raise ValidationError(
                f"Nội dung dài {_number(len(cleaned))} ký tự, quá {_number(self.longest)} ký tự cho phép."
            )
        return self.checked(cleaned)

    def checked(self, cleaned: str) -> str:
        """The value in its one form; raise ValidationError when it has none."""
        return cleaned


class Phone(Text):
    """A telephone number: `0912345678`, or `+…` for one abroad."""

    def checked(self, cleaned: str) -> str:
        compact = _PHONE_MARKS.sub("", cleaned)
        national = re.sub(r"^(?:\+84|0084|84(?=\d{9,10}$))0?", "0", compact)
        if _DOMESTIC.match(national):
            return national
        if _INTERNATIONAL.match(compact) and not compact.startswith("+84"):
            return compact
        raise ValidationError("Số điện thoại chưa đúng. Ví dụ: 0912 345 678; số nước ngoài bắt đầu bằng dấu +.")


class Email(Text):
    """An e-mail address, its domain in lower case."""

    def checked(self, cleaned: str) -> str:
        try:
            _ADDRESS(cleaned)
        except ValidationError:
            raise ValidationError("Địa chỉ thư điện tử chưa đúng. Ví dụ: ten@vidu.vn") from None
        name, _, domain = cleaned.rpartition("@")
        return f"{name}@{domain.lower()}"


class TaxCode(Text):
    """A Vietnamese tax code: 10 digits, 13 for a branch, 12 for a household business."""

    def checked(self, cleaned: str) -> str:
        compact = _TAX_MARKS.sub("", cleaned).replace("–", "-")
        if not _TAX_CODE.match(compact):
            raise ValidationError("Mã số thuế gồm 10, 12 hoặc 13 chữ số. Ví dụ: 0101234567 hoặc 0101234567-001")
        digits = compact.replace("-", "")
        return f"{digits[:10]}-{digits[10:]}" if len(digits) == 13 else digits


class Choice(fields.String):
    """One of a closed list, by its code; empty counts as not given.

    Args:
        codes: the codes allowed, or a function that gives them when they lie in the database.
        needed: the sentence when it is required and not given.
    """

    default_error_messages = {"invalid": NOT_TEXT, "unknown": "Giá trị này không có trong danh mục."}  # noqa: RUF012 -- marshmallow's way

    def __init__(
        self, codes: frozenset[str] | Callable[[], frozenset[str]], *, needed: str = REQUIRED, **options: Any
    ) -> None:
        options["error_messages"] = {"required": needed, "null": needed, **options.get("error_messages", {})}
        options.setdefault("allow_none", not options.get("required", False))
        if not callable(codes):
            options["metadata"] = {"enum": sorted(codes), **options.get("metadata", {})}
        self.codes = codes
        super().__init__(**options)

    def _deserialize(  # type: ignore[override] # what is empty was not given
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> str | None:
        code = super()._deserialize(value, attr, data)
        if not code:
            if self.required:
                raise self.make_error("required")
            return None
        if code not in (self.codes() if callable(self.codes) else self.codes):
            raise self.make_error("unknown")
        return code


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")
