"""Publications: the words that are public of an answered case, and the order in which readers find them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The case"),
        sa.Column("response_id", sa.Integer(), nullable=False, comment="The answer that was published"),
        sa.Column("officer_id", sa.Integer(), nullable=False, comment="Who published it"),
        sa.Column("title", sa.String(), nullable=False, comment="Title, NFC, personal data replaced"),
        sa.Column("text", sa.String(), nullable=False, comment="What the citizen wrote, NFC, personal data replaced"),
        sa.Column("answer", sa.String(), nullable=False, comment="The answer, NFC, personal data replaced"),
        sa.Column("name", sa.String(), nullable=True, comment="The sender's name, of who agreed that it be published"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it was published"),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_publication")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_publication_comment_id_comment")),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_publication_response_id_response")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_publication_officer_id_officer")),
        sa.CheckConstraint(
            "text IS NFC NORMALIZED AND title IS NFC NORMALIZED", name=op.f("ck_publication_text_is_nfc")
        ),
        sa.CheckConstraint("answer IS NFC NORMALIZED", name=op.f("ck_publication_answer_is_nfc")),
        sa.CheckConstraint("title <> '' AND text <> '' AND answer <> ''", name=op.f("ck_publication_words_are_there")),
        comment="Nội dung và câu trả lời đã công khai, thông tin cá nhân được thay",
    )
    op.create_index(
        "ix_comment_published",
        "comment",
        ["published_at", "reference"],
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_comment_published", "comment")
    op.drop_table("publication")
