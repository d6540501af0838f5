"""Everybody who had a hand in an answer: none of them may be the one who checks it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AUTHOR = "Who began it, then who put it to the checker"
AUTHOR_BEFORE = "Who wrote it"


def upgrade() -> None:
    op.add_column(
        "response",
        sa.Column(
            "writer_ids",
            sa.ARRAY(sa.Integer()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Everybody who had a hand in the draft",
        ),
    )
    op.execute("UPDATE response SET writer_ids = ARRAY[author_id]")
    op.drop_constraint(op.f("ck_response_four_eyes"), "response")
    op.create_check_constraint(
        op.f("ck_response_four_eyes"), "response", "checker_id <> author_id AND checker_id <> ALL (writer_ids)"
    )
    op.alter_column("response", "author_id", existing_type=sa.Integer(), comment=AUTHOR, existing_comment=AUTHOR_BEFORE)


def downgrade() -> None:
    op.alter_column("response", "author_id", existing_type=sa.Integer(), comment=AUTHOR_BEFORE, existing_comment=AUTHOR)
    op.drop_constraint(op.f("ck_response_four_eyes"), "response")
    op.create_check_constraint(op.f("ck_response_four_eyes"), "response", "checker_id <> author_id")
    op.drop_column("response", "writer_ids")
