"""Campaigns: comments of the same words, or nearly, that are answered together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False, comment="Identifier, in order of time"),
        sa.Column(
            "made_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When its first members were found",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        comment="Đợt ý kiến giống nhau, được xử lý và trả lời cùng một lần",
    )
    op.add_column(
        "comment",
        sa.Column("campaign_id", sa.Integer(), comment="The campaign of like comments that it belongs to"),
    )
    op.create_foreign_key(op.f("fk_comment_campaign_id_campaign"), "comment", "campaign", ["campaign_id"], ["id"])
    op.create_index(
        "ix_comment_campaign",
        "comment",
        ["campaign_id", "due_at", "id"],
        postgresql_where=sa.text("campaign_id IS NOT NULL"),
    )
    # What was found since lately, not all that was ever found, is looked through every few minutes.
    op.create_index("ix_resemblance_sure", "resemblance", ["at"], postgresql_where=sa.text("sure"))


def downgrade() -> None:
    op.drop_index("ix_resemblance_sure", table_name="resemblance")
    op.drop_index("ix_comment_campaign", table_name="comment")
    op.drop_column("comment", "campaign_id")
    op.drop_table("campaign")
