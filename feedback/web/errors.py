"""What goes wrong, as HTTP: one table for the rules' refusals, one page or one problem document for each status."""

from __future__ import annotations

import traceback
from http import HTTPStatus
from types import MappingProxyType

from flask import Flask, Response, g, json, render_template, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from feedback.domain import errors as domain
from feedback.logs import Log
from feedback.schemas.messages import by_field
from feedback.web.csrf import API

STATUS = MappingProxyType(
    {
        domain.NotFound: HTTPStatus.NOT_FOUND,
        domain.NotAllowed: HTTPStatus.FORBIDDEN,
        domain.InvalidMove: HTTPStatus.CONFLICT,
        domain.Stale: HTTPStatus.CONFLICT,
        domain.InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
        domain.KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
        domain.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    }
)

# What a citizen or an official reads; templates/errors/ says the rest.
SENTENCES = MappingProxyType(
    {
        400: "Yêu cầu gửi đến chưa đúng quy cách.",
        401: "Cần đăng nhập để tiếp tục.",
        403: "Không có quyền xem hoặc thực hiện nội dung này.",
        404: "Không tìm thấy nội dung được yêu cầu.",
        405: "Địa chỉ này không nhận cách gửi vừa dùng.",
        409: "Nội dung vừa thay đổi, không thực hiện được bước này.",
        413: "Nội dung gửi lên vượt quá dung lượng cho phép.",
        415: "Định dạng nội dung gửi lên chưa được hỗ trợ.",
        422: "Một số thông tin chưa hợp lệ.",
        429: "Đã có quá nhiều yêu cầu trong thời gian ngắn. Xin thử lại sau ít phút.",
        500: "Hệ thống gặp lỗi ngoài dự kiến. Lỗi đã được ghi nhận.",
        503: "Hệ thống đang bận. Xin thử lại sau ít phút.",
    }
)
PAGES = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})
RETRY_AFTER = "30"  # seconds

log = Log(__name__)


def register(app: Flask) -> None:
    """Answer every error, so that none reaches a citizen as the server's own page."""
    app.register_error_handler(domain.DomainError, _refused)
    app.register_error_handler(HTTPException, _http)
    for away in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(away, _database_away)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: domain.DomainError) -> int:
    """The HTTP status of a refusal, by its class or the nearest one that the table has."""
    return next((int(STATUS[kind]) for kind in type(error).__mro__ if kind in STATUS), 400)


def problem(status: int, sentence: str, fields: dict[str, list[str]] | None = None) -> Response:
    """A problem document (RFC 9457)."""
    document: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        "request_id": g.get("request_id", "-"),
    }
    if fields:
        document["errors"] = fields
    return Response(json.dumps(document, ensure_ascii=False), status, content_type="application/problem+json")


def answer(status: int, sentence: str, fields: dict[str, list[str]] | None = None) -> Response:
    """The page of a status for people, or its problem document under /api."""
    if request.path.startswith(API):
        response = problem(status, sentence, fields)
    else:
        name = status if status in PAGES else (400 if status < 500 else 500)
        page = render_template(f"errors/{name}.html", sentence=sentence, request_id=g.get("request_id", "-"))
        response = Response(page, status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def _refused(error: domain.DomainError) -> Response:
    fields = error.fields if isinstance(error, domain.InvalidInput) else None
    return answer(status_of(error), error.sentence, fields)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return Response(error.get_response().get_data(), status, error.get_headers())
    response = answer(status, SENTENCES.get(status, SENTENCES[400 if status < 500 else 500]), _refused_fields(error))
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after", "www-authenticate"}:
            response.headers[name] = value
    return response


def _refused_fields(error: HTTPException) -> dict[str, list[str]] | None:
    """What a schema refused in a request to the API, wherever in the request it stood."""
    places: dict[str, object] = getattr(error, "data", {}).get("messages", {})
    messages = (found for found in places.values() if isinstance(found, dict))
    return {name: sentences for found in messages for name, sentences in by_field(found).items()} or None


def note_database_away(error: Exception) -> None:
    """Write down that the database did not answer."""
    log.warning("database_away", kind=type(error).__name__, request_id=g.get("request_id"))


def _database_away(error: Exception) -> Response:
    note_database_away(error)
    return answer(503, SENTENCES[503])


def _unexpected(error: Exception) -> Response:
    # The message of an exception may quote what a citizen wrote: the log gets its kind and where it arose, no more.
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    log.error("unexpected_error", kind=type(error).__name__, where=where, request_id=g.get("request_id"))
    return answer(500, SENTENCES[500])
