"""Messages carry facts, go by several channels, and end in more ways: superseded, delivered, bounced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATES = "'pending', 'sent', 'delivered', 'bounced', 'not_wanted', 'superseded', 'dead'"
_STATES_BEFORE = "'pending', 'sent', 'not_wanted', 'dead'"
_COMMENTS = (
    ("state", "pending, sent, delivered, bounced, not_wanted, superseded or dead", "pending, sent, not_wanted or dead"),
    ("sent_at", "When the mail server or the gateway took it", "When the mail server took it"),
)
_TYPES = {"state": sa.String(), "sent_at": sa.DateTime(timezone=True)}


def upgrade() -> None:
    op.add_column(
        "notification",
        sa.Column(
            "facts",
            postgresql.JSONB(),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Codes, numbers and times that it tells of; never words",
        ),
    )
    op.add_column(
        "notification", sa.Column("provider_id", sa.String(), comment="What the gateway calls it, to ask after it")
    )
    _checks(_STATES, "channel IN ('email', 'sms', 'webhook')", "state IN ('sent', 'delivered', 'bounced')")
    for column, after, before in _COMMENTS:
        op.alter_column("notification", column, existing_type=_TYPES[column], comment=after, existing_comment=before)


def downgrade() -> None:
    op.execute("UPDATE notification SET state = 'sent' WHERE state IN ('delivered', 'bounced')")
    op.execute("UPDATE notification SET state = 'not_wanted' WHERE state = 'superseded'")
    op.execute("DELETE FROM outbox USING notification n WHERE n.id = notification_id AND n.channel <> 'email'")
    op.execute("DELETE FROM notification WHERE channel <> 'email'")
    for column, after, before in _COMMENTS:
        op.alter_column("notification", column, existing_type=_TYPES[column], comment=before, existing_comment=after)
    _checks(_STATES_BEFORE, "channel IN ('email')", "state = 'sent'")
    op.drop_column("notification", "provider_id")
    op.drop_column("notification", "facts")


def _checks(states: str, channels: str, sent: str) -> None:
    for name in ("state_known", "channel_known", "sent_has_time"):
        op.drop_constraint(op.f(f"ck_notification_{name}"), "notification")
    op.create_check_constraint(op.f("ck_notification_state_known"), "notification", f"state IN ({states})")
    op.create_check_constraint(op.f("ck_notification_channel_known"), "notification", channels)
    op.create_check_constraint(
        op.f("ck_notification_sent_has_time"), "notification", f"({sent}) = (sent_at IS NOT NULL)"
    )
