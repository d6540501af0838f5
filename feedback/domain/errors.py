"""What can go wrong by the rules of the service; the web turns each into one HTTP answer."""

from __future__ import annotations


class DomainError(Exception):
    """A refusal with a Vietnamese sentence that may be shown to whoever asked."""

    message = "Yêu cầu không thực hiện được."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)

    @property
    def sentence(self) -> str:
        """The sentence to show."""
        return str(self.args[0])


class NotFound(DomainError):
    """There is no such thing, or the asker may not know that there is."""

    message = "Không tìm thấy nội dung được yêu cầu."


class NotAllowed(DomainError):
    """The asker's role or body does not allow this."""

    message = "Tài khoản của Anh/Chị không có quyền thực hiện việc này."


class InvalidMove(DomainError):
    """The state table has no such move."""

    message = "Trạng thái hiện tại của ý kiến không cho phép thực hiện bước này."


class OnHold(InvalidMove):
    """The case is held as it is: nobody may change it until it is released."""

    message = "Hồ sơ ý kiến đang được giữ nguyên; mọi thay đổi phải chờ đến khi lệnh giữ được gỡ bỏ."


class Stale(DomainError):
    """Somebody else changed the case since it was read."""

    message = "Ý kiến vừa được người khác cập nhật. Xin tải lại trang để xem nội dung mới nhất."


class InvalidInput(DomainError):
    """One or more values were refused; `fields` maps the field's name to its sentences."""

    message = "Một số thông tin chưa hợp lệ."

    def __init__(self, fields: dict[str, list[str]], message: str | None = None) -> None:
        super().__init__(message)
        self.fields = fields


class KeyReused(DomainError):
    """An idempotency key came back with another content."""

    message = "Khóa chống gửi trùng này đã được dùng cho một nội dung khác."


class Unavailable(DomainError):
    """A part of the service that this request needs is away for the moment."""

    message = "Hệ thống đang bận. Xin thử lại sau ít phút."
