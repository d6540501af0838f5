"""What arranging a case needs: a body proposed for it, the date of a first filing, lawful reasons for a refusal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "comment",
        sa.Column(
            "proposed_body_id",
            sa.Integer(),
            comment="The body that officials propose while it waits on the desk: who gave it back, or asked for more",
        ),
    )
    op.create_foreign_key(op.f("fk_comment_proposed_body_id_body"), "comment", "body", ["proposed_body_id"], ["id"])
    op.add_column(
        "comment",
        sa.Column(
            "first_received_at",
            sa.DateTime(timezone=True),
            comment="When its sender first filed the matter, if this is not the first time",
        ),
    )
    op.create_table(
        "refusal_reason",
        sa.Column("code", sa.String(), nullable=False, comment="Code, lower case"),
        sa.Column("position", sa.Integer(), nullable=False, comment="Place in the list"),
        sa.Column("name", sa.String(), nullable=False, comment="Name, for officials"),
        sa.Column("sentence", sa.String(), nullable=False, comment="What the sender is told"),
        sa.Column("referral", sa.String(), nullable=False, comment="Where the sender may turn next"),
        sa.Column("source", sa.String(), nullable=False, comment="Legal source, or that it is our own rule"),
        sa.Column("certainty", sa.String(), nullable=False, comment="read (seen in a source), presumed, or ours"),
        sa.Column(
            "active", sa.Boolean(), server_default="true", nullable=False, comment="Whether it may be chosen now"
        ),
        sa.CheckConstraint("code ~ '^[a-z_]{2,40}$'", name=op.f("ck_refusal_reason_code_form")),
        sa.CheckConstraint("certainty IN ('read', 'presumed', 'ours')", name=op.f("ck_refusal_reason_certainty_known")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_refusal_reason")),
        comment="Lý do từ chối tiếp nhận, kèm căn cứ và mức độ chắc chắn",
    )


def downgrade() -> None:
    op.drop_table("refusal_reason")
    op.drop_column("comment", "first_received_at")
    op.drop_column("comment", "proposed_body_id")
