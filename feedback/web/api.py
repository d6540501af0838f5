"""The API for other systems: file a comment, look one up, list the bodies; described by its own OpenAPI document."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from flask import Flask, Request, current_app, request
from flask_smorest import Api, Blueprint  # type: ignore[import-untyped]
from marshmallow import Schema
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from feedback import webhook
from feedback.domain.receipt import show_key
from feedback.domain.vocabulary import Channel
from feedback.models import Body
from feedback.schemas.api import (
    BodySchema,
    CaseSchema,
    IdempotencySchema,
    ProblemSchema,
    ReceiptKeySchema,
    ReceiptSchema,
)
from feedback.schemas.filing import ApiFilingSchema
from feedback.services import bodies, lookup
from feedback.services.intake import Filing
from feedback.services.lookup import CitizenCase
from feedback.web import limits
from feedback.web.permissions import PUBLIC, declare, public
from feedback.web.public import submit

PREFIX = "/api/v1"
_PROBLEMS = {
    400: "Yêu cầu chưa đúng quy cách",
    404: "Không tìm thấy",
    413: "Quá dung lượng",
    415: "Không phải JSON",
    422: "Thông tin chưa hợp lệ",
    429: "Quá nhiều yêu cầu",
    503: "Hệ thống đang bận",
}

View = TypeVar("View", bound=Callable[..., Any])


class _Parser(FlaskParser):
    """What Python's own reader gives up on, numbers of thousands of digits or endless nesting, is a bad request."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body as JSON."""
        try:
            return super().load_json(req, schema)
        except (ValueError, RecursionError):
            raise BadRequest from None


class _Blueprint(Blueprint):  # type: ignore[misc] # the library is untyped
    """A blueprint that reads bodies with our parser."""

    ARGUMENTS_PARSER = _Parser()


blueprint = _Blueprint("api", __name__, url_prefix=PREFIX, description="Gửi và tra cứu ý kiến về chuyển đổi số")


class _Api(Api):  # type: ignore[misc] # the library is untyped
    """Our own table answers errors, not the library's."""

    def _register_error_handlers(self) -> None:
        """None: `web.errors` has them all."""


def operation(
    method: str,
    rule: str,
    *,
    gives: Schema,
    says: str,
    status: int = 200,
    headers: Schema | None = None,
    body: Schema | None = None,
    problems: tuple[int, ...],
) -> Callable[[View], View]:
    """One operation with its description: what it takes in headers and body, what it gives, how it may refuse."""

    def decorate(view: View) -> View:
        wrapped: Any = view
        for refused in problems:
            wrapped = blueprint.alt_response(
                refused, schema=ProblemSchema, content_type="application/problem+json", description=_PROBLEMS[refused]
            )(wrapped)
        wrapped = blueprint.response(status, gives, description=says)(wrapped)
        if body is not None:
            wrapped = blueprint.arguments(body)(wrapped)
        if headers is not None:
            wrapped = blueprint.arguments(headers, location="headers")(wrapped)
        return cast(View, blueprint.route(rule, methods=[method])(public(wrapped)))

    return decorate


def _take_json_only() -> None:
    # A form of another site can send text/plain without asking; JSON it cannot.
    if request.method == "POST" and not request.is_json:
        raise UnsupportedMediaType


blueprint.before_request(_take_json_only)


@operation(
    "POST",
    "/comments",
    headers=IdempotencySchema(),
    body=ApiFilingSchema(),
    gives=ReceiptSchema(),
    status=201,
    says="Đã tiếp nhận",
    problems=(400, 413, 415, 422, 429, 503),
)
def file(headers: Mapping[str, str], filing: Mapping[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Gửi một ý kiến."""
    limits.spend(limits.FILINGS, "filing")
    token = headers.get("idempotency_key") or secrets.token_urlsafe(24)
    receipt = submit(Filing(**filing, channel=Channel.API), f"api:{token}")
    shown = {"reference": receipt.reference, "key": show_key(receipt.key), "due_at": receipt.due_at}
    if filing.get("callback_url"):
        secret = current_app.config["LANG_NGHE"].secret_key
        shown["callback_secret"] = webhook.secret_for(comment_id=receipt.comment_id, secret=secret)
    return shown, 201, {"Location": f"{PREFIX}/comments/{receipt.reference}"}


@operation(
    "GET",
    "/comments/<reference>",
    headers=ReceiptKeySchema(),
    gives=CaseSchema(),
    says="Ý kiến và tiến trình giải quyết",
    problems=(404, 422, 429, 503),
)
def show(headers: Mapping[str, str], reference: str) -> CitizenCase:
    """Xem một ý kiến bằng số ý kiến và mã tra cứu."""
    limits.spend(limits.LOOKUPS, "lookup")
    return lookup.open_case(reference=reference, key=headers["receipt_key"])


@operation("GET", "/bodies", gives=BodySchema(many=True), says="Danh mục cơ quan", problems=(503,))
def list_bodies() -> list[Body]:
    """Danh mục các cơ quan có thể chịu trách nhiệm trả lời."""
    return bodies.active()


def register(app: Flask) -> None:
    """Put the API and its document on the application."""
    app.config.update(
        API_TITLE="Lắng Nghe",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = _Api(app)
    api.register_blueprint(blueprint)
    declare(app, "api-docs.openapi_json", PUBLIC)
