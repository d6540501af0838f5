"""An answer that promises work says by when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "response",
        sa.Column("planned_on", sa.Date(), nullable=True, comment="By when the body promises it, if planned"),
    )
    op.create_check_constraint(
        op.f("ck_response_planned_has_day"),
        "response",
        "outcome <> 'planned' OR planned_on IS NOT NULL OR state = 'draft'",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_response_planned_has_day"), "response")
    op.drop_column("response", "planned_on")
