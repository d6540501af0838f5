"""All that officials do to a case: holds, merging, splitting, bodies that help, tags, assignees; four facts apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATUSES_BEFORE = [
    "submitted",
    "received",
    "sorting",
    "awaiting_supplement",
    "refused",
    "redirected",
    "merged",
    "assigned",
    "returned",
    "in_progress",
    "extended",
    "answered",
    "checking",
    "replied",
    "rated",
    "reopened",
    "closed",
]
_STATUSES = [*_STATUSES_BEFORE[:13], "approved", *_STATUSES_BEFORE[13:]]
_OWED_BEFORE = "'assigned','in_progress','extended','answered','checking','replied','rated'"
_OWED = "'assigned','in_progress','extended','answered','checking','approved','replied','rated'"
_OUTCOMES = "'resolved', 'explained', 'planned', 'not_possible', 'forwarded'"
_SETTLED = "'closed', 'merged', 'rated', 'redirected', 'refused', 'replied'"
_INDEXES = (
    ("ix_comment_approved", ["due_at", "id"], "status = 'approved'"),
    ("ix_comment_assignee", ["assignee_id", "due_at", "id"], f"assignee_id IS NOT NULL AND status NOT IN ({_SETTLED})"),
    ("ix_comment_merged_into", ["merged_into_id"], "merged_into_id IS NOT NULL"),
    ("ix_comment_split_from", ["split_from_id"], "split_from_id IS NOT NULL"),
)
_TIMES = (
    ("forwarded_at", "When a body first had it; not an answer"),
    ("resolved_at", "When the answering body said that the matter itself is resolved"),
    ("confirmed_at", "When the citizen confirmed that it is resolved"),
    ("published_at", "When content and answer were published, redacted"),
)
_LINKS = (
    ("assignee_id", sa.Integer(), "officer", "The officer charged with it within the body"),
    ("merged_into_id", sa.Uuid(), "comment", "The comment with the same matter whose answer is its answer"),
    ("split_from_id", sa.Uuid(), "comment", "The comment that it was split from"),
)


def upgrade() -> None:
    _create_tables()
    op.add_column(
        "body",
        sa.Column(
            "blind",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="Whether its officials never see who sent a comment",
        ),
    )
    _widen_comment()
    op.add_column(
        "response",
        sa.Column(
            "outcome",
            sa.String(),
            comment="What the body says came of it: resolved, explained, planned, not_possible or forwarded",
        ),
    )
    op.add_column(
        "response",
        sa.Column("checklist", postgresql.JSONB(), comment="What the checker found of each point of the quality gate"),
    )
    op.create_check_constraint(op.f("ck_response_outcome_known"), "response", f"outcome IN ({_OUTCOMES})")
    _answers(
        "'draft', 'submitted', 'approved', 'sent_back', 'sent'",
        "'approved', 'sent'",
        "'draft', 'submitted', 'approved'",
    )
    op.alter_column(
        "response",
        "state",
        existing_type=sa.String(),
        comment="draft, submitted, approved, sent_back or sent",
        existing_comment="draft, submitted, sent_back or sent",
    )
    # What is known of the past: the first decision that named a body, and the word of the citizen.
    op.execute(
        "UPDATE comment SET forwarded_at = first.at FROM (SELECT comment_id, min(at) AS at FROM routing_decision"
        " WHERE body_id IS NOT NULL GROUP BY comment_id) AS first WHERE first.comment_id = comment.id"
    )
    op.execute(
        "UPDATE comment SET confirmed_at = word.at FROM (SELECT comment_id, min(at) AS at FROM audit_event"
        " WHERE action = 'rate' GROUP BY comment_id) AS word"
        " WHERE word.comment_id = comment.id AND comment.status IN ('rated', 'closed')"
    )
    op.execute(
        "UPDATE comment SET hops = given.times FROM (SELECT comment_id, count(*) AS times FROM audit_event"
        " WHERE action = 'return' GROUP BY comment_id) AS given WHERE given.comment_id = comment.id"
    )


def downgrade() -> None:
    # Refused while an answer waits to be sent: the older tables know no such state.
    op.alter_column(
        "response",
        "state",
        existing_type=sa.String(),
        comment="draft, submitted, sent_back or sent",
        existing_comment="draft, submitted, approved, sent_back or sent",
    )
    _answers("'draft', 'submitted', 'sent_back', 'sent'", "'sent'", "'draft', 'submitted'")
    op.drop_column("response", "checklist")
    op.drop_column("response", "outcome")
    for name, *_ in _INDEXES:
        op.drop_index(name, "comment")
    for name in ("merged_has_lead", "not_its_own", "kept_is_not_published"):
        op.drop_constraint(op.f(f"ck_comment_{name}"), "comment")
    _statuses(_STATUSES_BEFORE, _OWED_BEFORE)
    for name in ("held", "hops", *(name for name, *_ in _LINKS), *(name for name, _ in _TIMES)):
        op.drop_column("comment", name)
    op.drop_column("body", "blind")
    for table in ("case_tag", "case_read", "case_body"):
        op.drop_table(table)


def _widen_comment() -> None:
    op.add_column(
        "comment",
        sa.Column(
            "held",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="Whether it is held as it is: no official, job or rule may change it",
        ),
    )
    op.add_column(
        "comment",
        sa.Column(
            "hops",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="How often it was given back or handed to another body",
        ),
    )
    for name, comment in _TIMES:
        op.add_column("comment", sa.Column(name, sa.DateTime(timezone=True), comment=comment))
    for name, kind, table, comment in _LINKS:
        op.add_column("comment", sa.Column(name, kind, comment=comment))
        op.create_foreign_key(op.f(f"fk_comment_{name}_{table}"), "comment", table, [name], ["id"])
    _statuses(_STATUSES, _OWED)
    for name, rule in (
        ("merged_has_lead", "(status = 'merged') = (merged_into_id IS NOT NULL)"),
        ("not_its_own", "merged_into_id <> id AND split_from_id <> id"),
        ("kept_is_not_published", "published_at IS NULL OR NOT confidential"),
    ):
        op.create_check_constraint(op.f(f"ck_comment_{name}"), "comment", rule)
    for name, columns, where in _INDEXES:
        op.create_index(name, "comment", columns, postgresql_where=sa.text(where))


def _statuses(known: list[str], owed: str) -> None:
    listed = ", ".join(f"'{status}'" for status in known)
    for name, rule in (
        ("status_known", f"status IN ({listed})"),
        ("body_where_owed", f"status NOT IN ({owed}) OR body_id IS NOT NULL"),
    ):
        op.drop_constraint(op.f(f"ck_comment_{name}"), "comment")
        op.create_check_constraint(op.f(f"ck_comment_{name}"), "comment", rule)


def _answers(states: str, checked: str, unfinished: str) -> None:
    op.drop_constraint(op.f("ck_response_state_known"), "response")
    op.create_check_constraint(op.f("ck_response_state_known"), "response", f"state IN ({states})")
    op.drop_constraint(op.f("ck_response_sent_was_checked"), "response")
    op.create_check_constraint(
        op.f("ck_response_sent_was_checked"), "response", f"state NOT IN ({checked}) OR checker_id IS NOT NULL"
    )
    op.drop_index("uq_response_open", "response")
    op.create_index(
        "uq_response_open",
        "response",
        ["comment_id"],
        unique=True,
        postgresql_where=sa.text(f"state IN ({unfinished})"),
    )


def _create_tables() -> None:
    op.create_table(
        "case_body",
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The case"),
        sa.Column("body_id", sa.Integer(), nullable=False, comment="The body that helps"),
        sa.Column("officer_id", sa.Integer(), nullable=False, comment="Who asked it to"),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False, comment="When"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_case_body_body_id_body")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_case_body_comment_id_comment")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_case_body_officer_id_officer")),
        sa.PrimaryKeyConstraint("comment_id", "body_id", name=op.f("pk_case_body")),
        comment="Cơ quan phối hợp giải quyết",
    )
    op.create_index("ix_case_body_body", "case_body", ["body_id", "comment_id"])
    op.create_table(
        "case_read",
        sa.Column("officer_id", sa.Integer(), nullable=False, comment="The officer"),
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The case"),
        sa.Column("version", sa.Integer(), nullable=False, comment="The version that was shown"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_case_read_comment_id_comment")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_case_read_officer_id_officer")),
        sa.PrimaryKeyConstraint("officer_id", "comment_id", name=op.f("pk_case_read")),
        comment="Cán bộ nào đã mở đọc ý kiến nào",
    )
    op.create_table(
        "case_tag",
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The case"),
        sa.Column("tag", sa.String(), nullable=False, comment="The tag, lower case, NFC"),
        sa.Column("officer_id", sa.Integer(), nullable=False, comment="Who tagged it"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When"),
        sa.CheckConstraint("char_length(tag) BETWEEN 2 AND 40", name=op.f("ck_case_tag_tag_length")),
        sa.CheckConstraint("tag = lower(tag) AND tag IS NFC NORMALIZED", name=op.f("ck_case_tag_tag_form")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_case_tag_comment_id_comment")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_case_tag_officer_id_officer")),
        sa.PrimaryKeyConstraint("comment_id", "tag", name=op.f("pk_case_tag")),
        comment="Thẻ do cán bộ gắn để gom ý kiến",
    )
    op.create_index("ix_case_tag_tag", "case_tag", ["tag", "comment_id"])
