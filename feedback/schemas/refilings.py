"""What a citizen may change when filing anew what was not taken on; the rules are those of a first filing."""

from __future__ import annotations

from marshmallow import RAISE, Schema

from feedback.domain.vocabulary import FIELD_NAMES
from feedback.schemas.fields import Choice, Text


class RefilingSchema(Schema):
    """Title, text and the field, which is why it is filed anew."""

    class Meta:
        """Unknown fields are errors."""

        unknown = RAISE

    title = Text(longest=200, required=True, needed="Xin ghi tiêu đề của ý kiến.")
    text = Text(longest=5000, shortest=10, one_line=False, required=True, needed="Xin ghi nội dung ý kiến.")
    field = Choice(frozenset(FIELD_NAMES), load_default=None)
