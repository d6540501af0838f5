"""Attachments: the files that come with comments, encrypted, in a table of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_HASH = "'^[0-9a-f]{64}$'"


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The comment that it came with"),
        sa.Column(
            "ordinal",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="Its number among the files of the comment, from 1",
        ),
        sa.Column("source", sa.String(), nullable=False, comment="filing, supplement or origin: what it came with"),
        sa.Column(
            "media_type",
            sa.String(),
            nullable=False,
            comment="image/jpeg, encoded anew by us, or application/pdf as it came",
        ),
        sa.Column("size", sa.Integer(), nullable=False, comment="Bytes as it is kept, before encryption"),
        sa.Column("received_sha256", sa.String(), nullable=False, comment="SHA-256 of what was sent, in hexadecimal"),
        sa.Column("sha256", sa.String(), nullable=False, comment="SHA-256 of what is kept, in hexadecimal"),
        sa.Column("content", sa.LargeBinary(), nullable=True, comment="The file, encrypted; empty once it is erased"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it came"),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True, comment="When its bytes were erased"),
        sa.PrimaryKeyConstraint("comment_id", "ordinal", name=op.f("pk_attachment")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_attachment_comment_id_comment")),
        sa.CheckConstraint("ordinal BETWEEN 1 AND 99", name=op.f("ck_attachment_ordinal_counts")),
        sa.CheckConstraint("source IN ('filing', 'supplement', 'origin')", name=op.f("ck_attachment_source_known")),
        sa.CheckConstraint(
            "media_type IN ('image/jpeg', 'application/pdf')", name=op.f("ck_attachment_media_type_known")
        ),
        sa.CheckConstraint("size BETWEEN 1 AND 8000000", name=op.f("ck_attachment_size_bounded")),
        sa.CheckConstraint(
            f"received_sha256 ~ {_HASH} AND sha256 ~ {_HASH}", name=op.f("ck_attachment_hashes_are_hashes")
        ),
        sa.CheckConstraint("(content IS NULL) = (erased_at IS NOT NULL)", name=op.f("ck_attachment_there_or_erased")),
        comment="Tệp gửi kèm ý kiến, mã hóa; khi xóa chỉ còn lại mã băm",
    )
    # What is encrypted does not shrink: to try would only take time.
    op.execute("ALTER TABLE attachment ALTER COLUMN content SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.drop_table("attachment")
