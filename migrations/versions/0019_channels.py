"""Where else messages go, and where they do not: callbacks of other systems, addresses that are not written to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "sender",
        sa.Column(
            "callback_url", sa.LargeBinary(), comment="Address of another system to be told of progress, encrypted"
        ),
    )
    op.create_table(
        "contact_mark",
        sa.Column("mark", sa.String(), nullable=False, comment="HMAC-SHA256 of channel and address"),
        sa.Column("channel", sa.String(), nullable=False, comment="email or sms"),
        sa.Column(
            "bounces",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="How many messages to it came back for good",
        ),
        sa.Column("refused_at", _TIME, comment="Since when it is not written to; empty: it is"),
        sa.Column("reason", sa.String(), comment="unsubscribed, bounced or asked"),
        sa.CheckConstraint("mark ~ '^[0-9a-f]{64}$'", name=op.f("ck_contact_mark_mark_form")),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_contact_mark_channel_known")),
        sa.CheckConstraint("reason IN ('unsubscribed', 'bounced', 'asked')", name=op.f("ck_contact_mark_reason_known")),
        sa.CheckConstraint("(refused_at IS NULL) = (reason IS NULL)", name=op.f("ck_contact_mark_refused_has_reason")),
        sa.CheckConstraint("bounces >= 0", name=op.f("ck_contact_mark_bounces_counted")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_contact_mark")),
        comment="Địa chỉ không được liên hệ, chỉ giữ mã băm có khóa",
    )
    op.create_index(
        "ix_contact_mark_refused",
        "contact_mark",
        ["refused_at", "mark"],
        postgresql_where=sa.text("refused_at IS NOT NULL"),
    )
    op.create_index("ix_notification_created_at", "notification", ["created_at"])


def downgrade() -> None:
    op.drop_index("ix_notification_created_at", "notification")
    op.drop_table("contact_mark")
    op.drop_column("sender", "callback_url")
