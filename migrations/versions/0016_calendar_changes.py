"""Changes of the working calendar, and the cases that each run of recomputation has yet to look at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_change",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Identifier, in order of time"
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it was entered"),
        sa.Column(
            "officer_id", sa.Integer(), nullable=True, comment="Who entered it; empty when a list of days was loaded"
        ),
        sa.Column("date", sa.Date(), nullable=False, comment="The day, in Viet Nam"),
        sa.Column("was_working", sa.Boolean(), nullable=False, comment="Whether it counted before"),
        sa.Column("was_name", sa.String(), nullable=False, comment="What the day was before"),
        sa.Column("is_working", sa.Boolean(), nullable=False, comment="Whether it counts now"),
        sa.Column("name", sa.String(), nullable=False, comment="What the day is now, in Vietnamese"),
        sa.Column("document", sa.String(), nullable=False, comment="Law or document that says so"),
        sa.Column("state", sa.String(), server_default="pending", nullable=False, comment="pending, running or done"),
        sa.Column("run_id", sa.Integer(), nullable=True, comment="The first of the changes that are counted together"),
        sa.Column(
            "found",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="Open cases that it may concern, on the run's first",
        ),
        sa.Column(
            "changed",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="Cases of which a due date moved, likewise",
        ),
        sa.Column(
            "finished_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the last of the cases was counted anew",
        ),
        sa.CheckConstraint("state IN ('pending', 'running', 'done')", name=op.f("ck_calendar_change_state_known")),
        sa.CheckConstraint("(state = 'pending') = (run_id IS NULL)", name=op.f("ck_calendar_change_run_once_begun")),
        sa.CheckConstraint(
            "(state = 'done') = (finished_at IS NOT NULL)", name=op.f("ck_calendar_change_done_has_time")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_calendar_change_officer_id_officer")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["calendar_change.id"], name=op.f("fk_calendar_change_run_id_calendar_change")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_change")),
        comment="Thay đổi của lịch làm việc và việc tính lại thời hạn kèm theo",
    )
    op.create_index(
        "ix_calendar_change_waiting",
        "calendar_change",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.create_table(
        "calendar_task",
        sa.Column("run_id", sa.Integer(), nullable=False, comment="The run, by its first change"),
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The case; it may be gone by then"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["calendar_change.id"], name=op.f("fk_calendar_task_run_id_calendar_change")
        ),
        sa.PrimaryKeyConstraint("run_id", "comment_id", name=op.f("pk_calendar_task")),
        comment="Ý kiến còn phải tính lại thời hạn sau thay đổi của lịch",
    )


def downgrade() -> None:
    op.drop_table("calendar_task")
    op.drop_table("calendar_change")
