"""What screening says, confidential comments, and how comments that are alike find each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LABELS = "'hop_le', 'khieu_nai', 'to_cao', 'ngoai_pham_vi', 'rac', 'xuc_pham', 'chi_tep_dinh_kem'"
# Checks that change: table, name, what it says now, what it said before.
CHANGED = (
    ("outbox", "topic_known", "topic IN ('classify', 'notify', 'compare')", "topic IN ('classify', 'notify')"),
    (
        "routing_decision",
        "outcome_known",
        "outcome IN ('auto', 'desk', 'accepted', 'overridden', 'screen_confirmed', 'screen_overruled')",
        "outcome IN ('auto', 'desk', 'accepted', 'overridden')",
    ),
    (
        "routing_decision",
        "override_has_reason",
        "outcome NOT IN ('overridden', 'screen_overruled') OR reason IS NOT NULL",
        "outcome <> 'overridden' OR reason IS NOT NULL",
    ),
    (
        "routing_decision",
        "body_unless_desk",
        "outcome IN ('desk', 'screen_confirmed', 'screen_overruled') OR body_id IS NOT NULL",
        "outcome = 'desk' OR body_id IS NOT NULL",
    ),
)
# Comments of text columns that change: table, column, now, before.
REWORDED = (
    (
        "outbox",
        "topic",
        "Which job does it: classify, notify or compare",
        "Which job does it: classify or notify",
    ),
    (
        "routing_decision",
        "outcome",
        "auto, desk (the machine abstained), accepted, overridden, screen_confirmed or screen_overruled",
        "auto, desk (the machine abstained), accepted or overridden",
    ),
    ("routing_decision", "screen", "Screening label, of whoever decided", "Screening label"),
)


def upgrade() -> None:
    op.add_column(
        "comment",
        sa.Column(
            "screen",
            sa.String(),
            nullable=True,
            comment="Screening label that holds: the machine's until an official says otherwise; empty before",
        ),
    )
    op.add_column(
        "comment",
        sa.Column(
            "confidential",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="Whether only officials charged with such letters may read it",
        ),
    )
    op.add_column(
        "comment",
        sa.Column(
            "personal",
            postgresql.JSONB(),
            nullable=True,
            comment="Where personal data stands: start, end, type, counted in title, line break and text; empty before",
        ),
    )
    op.create_check_constraint(op.f("ck_comment_screen_known"), "comment", f"screen IN ({LABELS})")
    op.create_check_constraint(
        op.f("ck_comment_stopped_is_kept"),
        "comment",
        "screen NOT IN ('khieu_nai', 'to_cao') OR confidential AND body_id IS NULL",
    )
    op.create_index(
        "ix_comment_screening",
        "comment",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'sorting' AND desk_reason = 'screened'"),
    )
    _widen_decisions()
    for table, name, now, _ in CHANGED:
        _change(table, name, now)
    for table, column, now, before in REWORDED:
        op.alter_column(table, column, existing_type=sa.String(), comment=now, existing_comment=before)
    _create_likeness()


def _widen_decisions() -> None:
    for column in (
        sa.Column("screen_confidence", sa.Double(), nullable=True, comment="Probability of the screening label"),
        sa.Column("kind", sa.String(), nullable=True, comment="Kind that the machine read in the text"),
        sa.Column("field", sa.String(), nullable=True, comment="Field that the machine read in the text"),
        sa.Column(
            "urgency",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="Cues of urgency: cue, start and end in the text that was read",
        ),
        sa.Column(
            "coordinating",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="Classes proposed to help the first: class and probability",
        ),
        sa.Column(
            "question",
            sa.String(),
            nullable=True,
            comment="The one question whose answer would decide, in Vietnamese",
        ),
    ):
        op.add_column("routing_decision", column)
    op.create_check_constraint(
        op.f("ck_routing_decision_screen_confidence_is_probability"),
        "routing_decision",
        "screen_confidence BETWEEN 0 AND 1",
    )
    op.create_check_constraint(
        op.f("ck_routing_decision_screening_has_label"),
        "routing_decision",
        "outcome NOT LIKE 'screen%' OR screen IS NOT NULL",
    )


def _create_likeness() -> None:
    op.create_table(
        "likeness",
        sa.Column("key", sa.BigInteger(), nullable=False, comment="The key, which names its sort as well"),
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The comment"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_likeness_comment_id_comment")),
        sa.PrimaryKeyConstraint("key", "comment_id", name=op.f("pk_likeness")),
        comment="Khóa tìm ý kiến giống nhau",
    )
    op.create_table(
        "resemblance",
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The later comment"),
        sa.Column("other_id", sa.Uuid(), nullable=False, comment="The one it is like"),
        sa.Column("score", sa.Double(), nullable=False, comment="Probability that both report the same matter"),
        sa.Column(
            "sure", sa.Boolean(), nullable=False, comment="Whether it is sure enough to be shown as the same matter"
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When they were compared"),
        sa.CheckConstraint("comment_id <> other_id", name=op.f("ck_resemblance_two_comments")),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_resemblance_score_is_probability")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_resemblance_comment_id_comment")),
        sa.ForeignKeyConstraint(["other_id"], ["comment.id"], name=op.f("fk_resemblance_other_id_comment")),
        sa.PrimaryKeyConstraint("comment_id", "other_id", name=op.f("pk_resemblance")),
        comment="Các ý kiến giống nhau",
    )
    op.create_index("ix_resemblance_other", "resemblance", ["other_id"], unique=False)


def downgrade() -> None:
    """Going back forgets what screening said; decisions that only it knows are forgotten with it."""
    op.drop_table("resemblance")
    op.drop_table("likeness")
    op.execute("DELETE FROM routing_decision WHERE outcome LIKE 'screen%'")
    op.execute("DELETE FROM outbox WHERE topic = 'compare'")
    for table, column, now, before in REWORDED:
        op.alter_column(table, column, existing_type=sa.String(), comment=before, existing_comment=now)
    for table, name, _, before in CHANGED:
        _change(table, name, before)
    op.drop_constraint(op.f("ck_routing_decision_screening_has_label"), "routing_decision")
    op.drop_constraint(op.f("ck_routing_decision_screen_confidence_is_probability"), "routing_decision")
    for column in ("question", "coordinating", "urgency", "field", "kind", "screen_confidence"):
        op.drop_column("routing_decision", column)
    op.drop_index("ix_comment_screening", "comment")
    op.drop_constraint(op.f("ck_comment_stopped_is_kept"), "comment")
    op.drop_constraint(op.f("ck_comment_screen_known"), "comment")
    for column in ("personal", "confidential", "screen"):
        op.drop_column("comment", column)


def _change(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
