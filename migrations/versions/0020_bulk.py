"""Batches: one action over many cases, and how it ended with each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "bulk_batch",
        sa.Column("id", sa.Uuid(), nullable=False, comment="Identifier, drawn when the form was shown"),
        sa.Column("officer_id", sa.Integer(), nullable=False, comment="Who did it"),
        sa.Column(
            "action",
            sa.String(),
            nullable=False,
            comment="What was done, a code of the register of bulk actions",
        ),
        sa.Column("reason", sa.String(), nullable=False, comment="Why, in the officer's words"),
        sa.Column(
            "facts",
            postgresql.JSONB(),
            nullable=False,
            comment="Codes and numbers that go with it; never words to a citizen",
        ),
        sa.Column("size", sa.Integer(), nullable=False, comment="How many cases were selected"),
        sa.Column("at", TIME, nullable=False, comment="When"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_batch")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_bulk_batch_officer_id_officer")),
        sa.CheckConstraint("action ~ '^[a-z]+(-[a-z]+)*$'", name=op.f("ck_bulk_batch_action_form")),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 5000", name=op.f("ck_bulk_batch_reason_length")),
        sa.CheckConstraint("size BETWEEN 1 AND 200", name=op.f("ck_bulk_batch_size_bounded")),
        sa.CheckConstraint("jsonb_typeof(facts) = 'object'", name=op.f("ck_bulk_batch_facts_are_object")),
        comment="Lượt xử lý hàng loạt",
    )
    op.create_index("ix_bulk_batch_officer", "bulk_batch", ["officer_id", "at"])
    op.create_table(
        "bulk_item",
        sa.Column("batch_id", sa.Uuid(), nullable=False, comment="The batch"),
        sa.Column("reference", sa.String(), nullable=False, comment="Public number of the case as it was selected"),
        sa.Column(
            "comment_id",
            sa.Uuid(),
            nullable=True,
            comment="The case; empty when the officer may not know that it is there",
        ),
        sa.Column("state", sa.String(), nullable=False, comment="done or failed"),
        sa.Column("sentence", sa.String(), nullable=True, comment="Why it failed, a sentence of ours for the officer"),
        sa.PrimaryKeyConstraint("batch_id", "reference", name=op.f("pk_bulk_item")),
        sa.ForeignKeyConstraint(["batch_id"], ["bulk_batch.id"], name=op.f("fk_bulk_item_batch_id_bulk_batch")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_bulk_item_comment_id_comment")),
        sa.CheckConstraint("state IN ('done', 'failed')", name=op.f("ck_bulk_item_state_known")),
        sa.CheckConstraint(
            "(state = 'failed') = (sentence IS NOT NULL)", name=op.f("ck_bulk_item_failed_has_sentence")
        ),
        sa.CheckConstraint("state = 'failed' OR comment_id IS NOT NULL", name=op.f("ck_bulk_item_done_has_case")),
        comment="Kết quả từng ý kiến của lượt xử lý hàng loạt",
    )
    op.create_index("ix_bulk_item_comment_id", "bulk_item", ["comment_id"])


def downgrade() -> None:
    op.drop_table("bulk_item")
    op.drop_table("bulk_batch")
