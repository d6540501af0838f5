"""How alike two comments are, beside how probably they are the same."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "resemblance",
        sa.Column(
            "alike",
            sa.Double(),
            server_default="0",
            nullable=False,
            comment="How alike words and meaning are, from 0 to 1: for examples, not for duplicates",
        ),
    )
    op.create_check_constraint(op.f("ck_resemblance_alike_is_share"), "resemblance", "alike BETWEEN 0 AND 1")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_resemblance_alike_is_share"), "resemblance")
    op.drop_column("resemblance", "alike")
