"""Several clocks a case: how each stands, lengths in days or hours by kind and body, and what moved a due date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UNIT = "What the length counts: day (worked), hour (worked), calendar_day"
UNITS = "unit IN ('day', 'hour', 'calendar_day')"
CLOCKS = "clock IN ('acknowledge', 'classify', 'supplement', 'accept', 'answer', 'check', 'publish')"
EVENT_LENGTH, EVENT_LENGTH_BEFORE = (
    "Length given: of the step, or what an extension adds",
    "Length given, in working days",
)
EVENT_DUE, EVENT_DUE_BEFORE = "Due date that held once it was written", "Due date that follows from it"
PROFILE_LENGTH, PROFILE_LENGTH_BEFORE = "How long", "Length in working days"
STEP, STEP_BEFORE = (
    "A clock's name, or extend, statutory, progress_note",
    "classify, supplement, accept, answer, extend, check, publish",
)


def upgrade() -> None:
    _lengths_of_events()
    _lengths_of_profiles()
    _case_clock()


def _lengths_of_events() -> None:
    op.drop_constraint(op.f("ck_clock_event_working_days_positive"), "clock_event")
    op.alter_column("clock_event", "working_days", new_column_name="length")
    op.alter_column(
        "clock_event", "length", existing_type=sa.Integer(), comment=EVENT_LENGTH, existing_comment=EVENT_LENGTH_BEFORE
    )
    op.alter_column(
        "clock_event",
        "due_at",
        existing_type=sa.DateTime(timezone=True),
        comment=EVENT_DUE,
        existing_comment=EVENT_DUE_BEFORE,
    )
    op.add_column("clock_event", sa.Column("unit", sa.String(), nullable=True, comment=UNIT))
    op.add_column(
        "clock_event",
        sa.Column(
            "previous_due_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Due date that held before, when it changed",
        ),
    )
    op.add_column(
        "clock_event",
        sa.Column(
            "profile",
            sa.String(),
            nullable=True,
            comment="Row of lengths that it came from, as step/kind/body, when a length was looked up",
        ),
    )
    op.add_column(
        "clock_event", sa.Column("officer_id", sa.Integer(), nullable=True, comment="The officer, if one did it")
    )
    op.create_foreign_key(op.f("fk_clock_event_officer_id_officer"), "clock_event", "officer", ["officer_id"], ["id"])
    op.execute("UPDATE clock_event SET unit = 'day' WHERE length IS NOT NULL")
    op.create_check_constraint(op.f("ck_clock_event_length_positive"), "clock_event", "length IS NULL OR length > 0")
    op.create_check_constraint(op.f("ck_clock_event_unit_known"), "clock_event", UNITS)
    op.create_check_constraint(op.f("ck_clock_event_clock_known"), "clock_event", CLOCKS)
    op.create_check_constraint(
        op.f("ck_clock_event_length_has_unit"), "clock_event", "(length IS NULL) = (unit IS NULL)"
    )


def _lengths_of_profiles() -> None:
    op.drop_constraint(op.f("ck_deadline_profile_working_days_positive"), "deadline_profile")
    op.alter_column("deadline_profile", "working_days", new_column_name="length")
    op.alter_column(
        "deadline_profile",
        "length",
        existing_type=sa.Integer(),
        comment=PROFILE_LENGTH,
        existing_comment=PROFILE_LENGTH_BEFORE,
    )
    op.alter_column("deadline_profile", "step", existing_type=sa.String(), comment=STEP, existing_comment=STEP_BEFORE)
    op.add_column(
        "deadline_profile", sa.Column("unit", sa.String(), server_default="day", nullable=False, comment=UNIT)
    )
    op.add_column(
        "deadline_profile",
        sa.Column(
            "body",
            sa.String(),
            server_default="*",
            nullable=False,
            comment="Class code of the body, or * for every body",
        ),
    )
    op.drop_constraint(op.f("pk_deadline_profile"), "deadline_profile")
    op.create_primary_key(op.f("pk_deadline_profile"), "deadline_profile", ["step", "kind", "body"])
    op.create_check_constraint(op.f("ck_deadline_profile_length_positive"), "deadline_profile", "length > 0")
    op.create_check_constraint(op.f("ck_deadline_profile_unit_known"), "deadline_profile", UNITS)


def _case_clock() -> None:
    op.create_table(
        "case_clock",
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The case"),
        sa.Column("clock", sa.String(), nullable=False, comment="Which clock: answer, …"),
        sa.Column("state", sa.String(), nullable=False, comment="running, paused or stopped"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="When its last run was started"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, comment="When it is, or was, due"),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True, comment="When it was stopped"),
        sa.Column(
            "on_time",
            sa.Boolean(),
            nullable=True,
            comment="Whether it was stopped, or paused for good, before it was due",
        ),
        sa.CheckConstraint(CLOCKS, name=op.f("ck_case_clock_clock_known")),
        sa.CheckConstraint("state IN ('running', 'paused', 'stopped')", name=op.f("ck_case_clock_state_known")),
        sa.CheckConstraint(
            "(state = 'stopped') = (stopped_at IS NOT NULL) AND (stopped_at IS NULL) = (on_time IS NULL)",
            name=op.f("ck_case_clock_stopped_has_time"),
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_case_clock_comment_id_comment")),
        sa.PrimaryKeyConstraint("comment_id", "clock", name=op.f("pk_case_clock")),
        comment="Trạng thái từng đồng hồ của ý kiến, suy ra từ sổ ghi",
    )
    op.create_index(
        "ix_case_clock_due",
        "case_clock",
        ["due_at", "comment_id"],
        unique=False,
        postgresql_where=sa.text("state = 'running'"),
    )
    # Every case had one clock, for the answer, started when it was filed.
    op.execute("""
        INSERT INTO case_clock (comment_id, clock, state, started_at, due_at, stopped_at, on_time)
        SELECT comment.id, 'answer',
            CASE last.kind WHEN 'stopped' THEN 'stopped' WHEN 'paused' THEN 'paused' ELSE 'running' END,
            comment.received_at, comment.due_at,
            CASE WHEN last.kind = 'stopped' THEN last.at END,
            CASE WHEN last.kind = 'stopped' THEN last.at <= comment.due_at END
        FROM comment CROSS JOIN LATERAL (
            SELECT kind, at FROM clock_event WHERE comment_id = comment.id ORDER BY id DESC LIMIT 1
        ) AS last
    """)


def downgrade() -> None:
    op.drop_table("case_clock")
    op.execute("DELETE FROM deadline_profile WHERE body <> '*' OR unit <> 'day'")
    op.drop_constraint(op.f("ck_deadline_profile_unit_known"), "deadline_profile")
    op.drop_constraint(op.f("ck_deadline_profile_length_positive"), "deadline_profile")
    op.drop_constraint(op.f("pk_deadline_profile"), "deadline_profile")
    op.create_primary_key(op.f("pk_deadline_profile"), "deadline_profile", ["step", "kind"])
    op.drop_column("deadline_profile", "body")
    op.drop_column("deadline_profile", "unit")
    op.alter_column("deadline_profile", "step", existing_type=sa.String(), comment=STEP_BEFORE, existing_comment=STEP)
    op.alter_column(
        "deadline_profile",
        "length",
        new_column_name="working_days",
        existing_type=sa.Integer(),
        comment=PROFILE_LENGTH_BEFORE,
        existing_comment=PROFILE_LENGTH,
    )
    op.create_check_constraint(
        op.f("ck_deadline_profile_working_days_positive"), "deadline_profile", "working_days > 0"
    )
    op.execute("DELETE FROM clock_event WHERE clock <> 'answer'")
    for name in ("length_has_unit", "clock_known", "unit_known", "length_positive"):
        op.drop_constraint(op.f(f"ck_clock_event_{name}"), "clock_event")
    for name in ("officer_id", "profile", "previous_due_at", "unit"):
        op.drop_column("clock_event", name)
    op.alter_column(
        "clock_event",
        "due_at",
        existing_type=sa.DateTime(timezone=True),
        comment=EVENT_DUE_BEFORE,
        existing_comment=EVENT_DUE,
    )
    op.alter_column(
        "clock_event",
        "length",
        new_column_name="working_days",
        existing_type=sa.Integer(),
        comment=EVENT_LENGTH_BEFORE,
        existing_comment=EVENT_LENGTH,
    )
    op.create_check_constraint(
        op.f("ck_clock_event_working_days_positive"), "clock_event", "working_days IS NULL OR working_days > 0"
    )
