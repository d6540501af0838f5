"""The transaction that wrote each audit event, by which the log is sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "audit_event",
        sa.Column(
            "transaction",
            sa.BigInteger(),
            server_default=sa.text("(pg_current_xact_id()::text::bigint)"),
            nullable=False,
            comment="Number of the transaction that wrote it: seals go by it, since identifiers may settle out of order",
        ),
    )
    op.create_index("ix_audit_event_transaction", "audit_event", ["transaction"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_audit_event_transaction", "audit_event")
    op.drop_column("audit_event", "transaction")
