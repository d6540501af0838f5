"""What officials are told of: notices, the digests that they go out in, and promises to send a digest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_COMMENT, _COMMENT_BEFORE = "The comment that it concerns; empty for a digest", "The comment that it concerns"


def upgrade() -> None:
    _create_digests()
    _create_notices()
    op.add_column(
        "outbox",
        sa.Column("digest_id", sa.Integer(), comment="The officer's digest to send, for topic notify"),
    )
    op.create_foreign_key(op.f("fk_outbox_digest_id_officer_digest"), "outbox", "officer_digest", ["digest_id"], ["id"])
    op.alter_column(
        "outbox",
        "comment_id",
        existing_type=sa.Uuid(),
        nullable=True,
        comment=_COMMENT,
        existing_comment=_COMMENT_BEFORE,
    )
    op.create_check_constraint(op.f("ck_outbox_about_one"), "outbox", "num_nonnulls(comment_id, digest_id) = 1")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_outbox_about_one"), "outbox")
    op.execute("DELETE FROM outbox WHERE digest_id IS NOT NULL")
    op.alter_column(
        "outbox",
        "comment_id",
        existing_type=sa.Uuid(),
        nullable=False,
        comment=_COMMENT_BEFORE,
        existing_comment=_COMMENT,
    )
    op.drop_constraint(op.f("fk_outbox_digest_id_officer_digest"), "outbox", type_="foreignkey")
    op.drop_column("outbox", "digest_id")
    op.drop_table("officer_notice")
    op.drop_table("officer_digest")


def _create_digests() -> None:
    op.create_table(
        "officer_digest",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False, comment="Identifier, in order of time"),
        sa.Column("officer_id", sa.Integer(), nullable=False, comment="To whom"),
        sa.Column("slot", _TIME, nullable=False, comment="The slot of the timed job that made it"),
        sa.Column(
            "state", sa.String(), server_default="pending", nullable=False, comment="pending, sent, not_wanted or dead"
        ),
        sa.Column("message_id", sa.String(), nullable=False, comment="Message-ID header, the same at every attempt"),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False, comment="How many times it was tried"),
        sa.Column("last_error", sa.String(), comment="Kind of the last failure; never an address"),
        sa.Column("created_at", _TIME, nullable=False, comment="When it was made"),
        sa.Column("sent_at", _TIME, comment="When the mail server took it"),
        sa.CheckConstraint(
            "state IN ('pending', 'sent', 'not_wanted', 'dead')", name=op.f("ck_officer_digest_state_known")
        ),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_officer_digest_sent_has_time")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_officer_digest_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_digest")),
        sa.UniqueConstraint("officer_id", "slot", name=op.f("uq_officer_digest_officer_id_slot")),
        sa.UniqueConstraint("message_id", name=op.f("uq_officer_digest_message_id")),
        comment="Thư tổng hợp gửi cán bộ, mỗi lượt nhiều nhất một thư",
    )


def _create_notices() -> None:
    op.create_table(
        "officer_notice",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False, comment="Identifier, in order of time"),
        sa.Column("officer_id", sa.Integer(), nullable=False, comment="Who is to be told"),
        sa.Column("kind", sa.String(), nullable=False, comment="What it is: clock and what of it, or stuck"),
        sa.Column("comment_id", sa.Uuid(), comment="The case, if it is about one"),
        sa.Column("occasion", _TIME, nullable=False, comment="The due date that it tells of, or the day of a report"),
        sa.Column("created_at", _TIME, nullable=False, comment="When it was found"),
        sa.Column("digest_id", sa.Integer(), comment="The letter that tells it"),
        sa.CheckConstraint("kind ~ '^[a-z]+(_[a-z]+)?(_[0-9])?$'", name=op.f("ck_officer_notice_kind_form")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_officer_notice_officer_id_officer")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_officer_notice_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["officer_digest.id"], name=op.f("fk_officer_notice_digest_id_officer_digest")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_notice")),
        sa.UniqueConstraint(
            "comment_id",
            "kind",
            "occasion",
            "officer_id",
            name=op.f("uq_officer_notice_comment_id_kind_occasion_officer_id"),
            postgresql_nulls_not_distinct=True,
        ),
        comment="Việc cần báo cho từng cán bộ",
    )
    op.create_index(
        "ix_officer_notice_waiting", "officer_notice", ["officer_id"], postgresql_where=sa.text("digest_id IS NULL")
    )
    op.create_index("ix_officer_notice_digest", "officer_notice", ["digest_id"])
