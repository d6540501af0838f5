"""What the API takes beside a filing, and what it gives."""

from __future__ import annotations

import re

from marshmallow import EXCLUDE, Schema, fields, validate


class ProblemSchema(Schema):
    """A refusal (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "Câu giải thích bằng tiếng Việt"})
    request_id = fields.String(required=True)
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "Những điều chưa đúng, theo từng trường"},
    )


class IdempotencySchema(Schema):
    """The caller's own key: the same request sent twice with it is one comment."""

    class Meta:
        """Other headers are none of ours."""

        unknown = EXCLUDE

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        validate=validate.Regexp(
            re.compile(r"^[A-Za-z0-9_.:-]{16,200}\Z"),
            error="Khóa chống gửi trùng gồm từ 16 đến 200 chữ cái không dấu, chữ số hoặc dấu - _ . :",
        ),
        metadata={"description": "Từ 16 đến 200 ký tự, không đoán được; cùng khóa và cùng nội dung là một ý kiến."},
    )


class ReceiptKeySchema(Schema):
    """The secret key of a receipt."""

    class Meta:
        """Other headers are none of ours."""

        unknown = EXCLUDE

    receipt_key = fields.String(
        data_key="Receipt-Key",
        required=True,
        error_messages={"required": "Xin gửi mã tra cứu trong tiêu đề Receipt-Key."},
        metadata={"description": "Mã tra cứu trên biên nhận: 12 ký tự, có thể kèm dấu gạch"},
    )


class ReceiptSchema(Schema):
    """The receipt; the key is shown here and never again."""

    reference = fields.String(required=True)
    key = fields.String(required=True, metadata={"description": "Mã tra cứu, chỉ được cho biết một lần"})
    due_at = fields.AwareDateTime(required=True, format="iso")
    callback_secret = fields.String(
        metadata={
            "description": "Khóa kiểm tra chữ ký của thông báo gửi đến callback_url (Standard Webhooks), nếu có địa chỉ"
        }
    )


class TimelineEntrySchema(Schema):
    """One thing that happened."""

    at = fields.AwareDateTime(required=True, format="iso")
    sentence = fields.String(required=True)


class AnswerSchema(Schema):
    """An answer that was sent."""

    text = fields.String(required=True)
    body_name = fields.String(required=True)
    sent_at = fields.AwareDateTime(required=True, format="iso")


class CaseSchema(Schema):
    """A case as its sender may see it."""

    reference = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    status = fields.String(required=True)
    status_name = fields.String(required=True)
    body_name = fields.String(required=True, allow_none=True)
    received_at = fields.AwareDateTime(required=True, format="iso")
    due_at = fields.AwareDateTime(required=True, format="iso")
    timeline = fields.List(fields.Nested(TimelineEntrySchema), required=True)
    answers = fields.List(fields.Nested(AnswerSchema), required=True)


class BodySchema(Schema):
    """A public body that may owe an answer."""

    code = fields.String(required=True)
    class_code = fields.String(required=True)
    name = fields.String(required=True)
    short_name = fields.String(required=True)
    level = fields.String(required=True)
    province = fields.String(required=True, allow_none=True)
    mandate = fields.String(required=True)
