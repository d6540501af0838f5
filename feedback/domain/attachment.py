"""Files that come with a comment: how many, how large, of which kinds, and what is said of one that is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

MOST = 3  # with a filing, and with each supplement
LARGEST = 5_000_000  # bytes of one file as it is sent
LARGEST_KEPT = 8_000_000  # bytes of one file as it is kept; an image encoded anew at most is about a half of it
MOST_OF_A_CASE = 99


class MediaType(StrEnum):
    """What is kept: every image becomes a JPEG of our own."""

    JPEG = "image/jpeg"
    PDF = "application/pdf"


class Source(StrEnum):
    """What a file came with."""

    FILING = "filing"
    SUPPLEMENT = "supplement"
    ORIGIN = "origin"  # copied from the comment that this one was made out of


KIND_NAMES = MappingProxyType({MediaType.JPEG: "Ảnh (JPEG)", MediaType.PDF: "Tài liệu PDF"})
SOURCE_NAMES = MappingProxyType(
    {
        Source.FILING: "gửi cùng ý kiến",
        Source.SUPPLEMENT: "gửi khi bổ sung",
        Source.ORIGIN: "sao từ ý kiến gốc",
    }
)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that was judged by its content and may be kept.

    Attributes:
        media_type: what `content` is.
        content: what is kept: an image encoded anew, a PDF as it came.
        received_sha256: SHA-256 of what was sent, in hexadecimal.
        sha256: SHA-256 of `content`, in hexadecimal.
    """

    media_type: MediaType
    content: bytes
    received_sha256: str
    sha256: str


def facts(files: Sequence[Attached], first: int = 1) -> list[dict[str, object]]:
    """What an audit event says of files: numbers and hashes, no name and no word; `first` is the first's number."""
    return [fact(number, file.received_sha256, file.sha256) for number, file in enumerate(files, start=first)]


def fact(number: int, received_sha256: str, sha256: str) -> dict[str, object]:
    """What an audit event says of one file."""
    return {"number": number, "received": received_sha256, "kept": sha256}


class FileRefused(Exception):
    """A file that is not kept; `sentence` says why, with `{name}` where the file is named."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


EMPTY = "Tệp {name} không có nội dung. Xin chọn lại tệp khác."
TOO_LARGE = "Tệp {name} lớn hơn 5 MB. Xin chọn tệp nhỏ hơn, hoặc gửi ý kiến không kèm tệp này."
WRONG_KIND = (
    "Tệp {name} không phải là ảnh JPEG, PNG, WebP hoặc tài liệu PDF. Tệp loại khác xin chuyển thành PDF rồi chọn lại."
)
BROKEN_IMAGE = "Ảnh {name} bị hỏng hoặc bị cắt cụt nên không mở được. Xin chụp hoặc lưu lại ảnh rồi chọn lại."
TOO_MANY_PIXELS = "Ảnh {name} có quá nhiều điểm ảnh. Xin thu nhỏ ảnh rồi chọn lại."
BROKEN_PDF = "Tài liệu {name} bị hỏng, bị cắt cụt hoặc không đúng cấu trúc PDF. Xin lưu lại thành PDF rồi chọn lại."
LOCKED_PDF = "Tài liệu {name} được đặt mật khẩu hoặc mã hóa. Xin bỏ mật khẩu rồi chọn lại."
ACTIVE_PDF = (
    "Tài liệu {name} có mã lệnh, biểu mẫu động hoặc tệp nhúng bên trong nên không nhận được. "
    "Xin in thành PDF mới rồi chọn lại."
)
TOO_MANY_PAGES = "Tài liệu {name} dài hơn 200 trang. Xin chỉ gửi những trang cần thiết."
TOO_MANY_FILES = "Chỉ nhận tối đa 3 tệp mỗi lần gửi. Xin chọn lại."
CHOOSE_AGAIN = "Tệp {name} chưa được gửi: trình duyệt không giữ lại tệp đã chọn. Xin chọn lại tệp này."
