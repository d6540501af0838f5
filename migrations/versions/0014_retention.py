"""How long data is kept: schedule, batches that two officers review, and certificates of what was erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ERASED = "What of it is gone by the rules of retention: identity or text; empty while all is there"


def upgrade() -> None:
    op.add_column("comment", sa.Column("erased", sa.String(), nullable=True, comment=ERASED))
    op.create_check_constraint(op.f("ck_comment_erased_known"), "comment", "erased IN ('identity', 'text')")
    _create_schedule()
    _create_batch()
    _create_item()
    _create_certificate()
    # The words of a label go with the words that it judges; nothing else of it ever changes.
    op.execute("""
        CREATE FUNCTION refuse_change_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason' AND EXISTS (
                SELECT FROM comment WHERE comment.id = OLD.comment_id AND comment.erased IS NOT NULL
            ) THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION '% of % is refused: rows are only ever added', TG_OP, TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END
        $$
    """)
    _label_trigger("refuse_change_but_erasure")


def _label_trigger(function: str) -> None:
    op.execute("DROP TRIGGER label_append_only ON label")
    op.execute(
        f"CREATE TRIGGER label_append_only BEFORE UPDATE OR DELETE ON label FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


def _create_schedule() -> None:
    op.create_table(
        "retention_schedule",
        sa.Column("erases", sa.String(), nullable=False, comment="identity, text, or request (the sender's own)"),
        sa.Column("months", sa.Integer(), nullable=True, comment="Months after the case has ended; empty for requests"),
        sa.Column(
            "quiet_days",
            sa.Integer(),
            nullable=True,
            comment="Days since the sender's last message before which nothing is erased; empty for requests",
        ),
        sa.Column(
            "working_days",
            sa.Integer(),
            nullable=True,
            comment="Working days in which a request is to be decided; empty for terms",
        ),
        sa.Column("source", sa.String(), nullable=False, comment="Legal source, or that it is our own default"),
        sa.Column("certainty", sa.String(), nullable=False, comment="read (seen in a source), presumed, or ours"),
        sa.CheckConstraint(
            "erases IN ('identity', 'text', 'request')", name=op.f("ck_retention_schedule_erases_known")
        ),
        sa.CheckConstraint(
            "certainty IN ('read', 'presumed', 'ours')", name=op.f("ck_retention_schedule_certainty_known")
        ),
        sa.CheckConstraint(
            "CASE WHEN erases = 'request' THEN working_days > 0 AND months IS NULL AND quiet_days IS NULL"
            " ELSE months > 0 AND quiet_days > 0 AND working_days IS NULL END",
            name=op.f("ck_retention_schedule_term_of_its_sort"),
        ),
        sa.PrimaryKeyConstraint("erases", name=op.f("pk_retention_schedule")),
        comment="Thời hạn lưu trữ từng loại dữ liệu, kèm căn cứ và mức độ chắc chắn",
    )


def _create_batch() -> None:
    table = "disposal_batch"
    checks = {
        "status_known": "status IN ('ready', 'verified', 'approved', 'rejected', 'done')",
        "four_eyes": "second_reviewer_id <> first_reviewer_id",
        "verified_has_time": "(first_reviewer_id IS NULL) = (verified_at IS NULL)",
        "approved_has_time": "(second_reviewer_id IS NULL) = (approved_at IS NULL)",
        "verified_has_reviewer": "status <> 'verified' OR first_reviewer_id IS NOT NULL",
        "approved_by_two": "status NOT IN ('approved', 'done')"
        " OR first_reviewer_id IS NOT NULL AND second_reviewer_id IS NOT NULL",
        "rejected_has_reason": "(status = 'rejected')"
        " = (rejected_by_id IS NOT NULL AND rejected_at IS NOT NULL AND reason IS NOT NULL)",
        "done_has_time": "(status = 'done') = (finished_at IS NOT NULL)",
        "request_has_due_date": "(erases = 'request') = (due_at IS NOT NULL)",
        "reason_is_nfc": "reason IS NFC NORMALIZED",
    }
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False, comment="Identifier, in order of time"),
        sa.Column("erases", sa.String(), nullable=False, comment="By which row of the schedule, hence what is erased"),
        sa.Column(
            "confidential",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="Whether its cases are such as only some officials may read; never mixed",
        ),
        sa.Column(
            "status",
            sa.String(),
            server_default="ready",
            nullable=False,
            comment="ready, verified, approved (being erased), rejected or done",
        ),
        _time("made_at", "When it was put together", nullable=False),
        _time("due_at", "When a sender's request is to be decided"),
        sa.Column(
            "rebuilt_from_id", sa.Integer(), nullable=True, comment="The rejected batch whose other cases it holds"
        ),
        sa.Column("first_reviewer_id", sa.Integer(), nullable=True, comment="Who verified it"),
        _time("verified_at", "When it was verified"),
        sa.Column("second_reviewer_id", sa.Integer(), nullable=True, comment="Who approved it"),
        _time("approved_at", "When it was approved"),
        sa.Column("rejected_by_id", sa.Integer(), nullable=True, comment="Who rejected it"),
        _time("rejected_at", "When it was rejected"),
        sa.Column("reason", sa.String(), nullable=True, comment="Why it was rejected, in the officer's words, NFC"),
        _time("finished_at", "When the last of its cases was erased or spared"),
        *(sa.CheckConstraint(says, name=op.f(f"ck_{table}_{name}")) for name, says in checks.items()),
        _reference(table, "erases", "retention_schedule.erases"),
        _reference(table, "rebuilt_from_id", "disposal_batch.id"),
        *(_reference(table, f"{who}_id", "officer.id") for who in ("first_reviewer", "second_reviewer", "rejected_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        comment="Đợt xóa dữ liệu hết thời hạn lưu trữ, do hai cán bộ xem xét",
    )
    op.create_index(
        "ix_disposal_batch_approved", table, ["id"], unique=False, postgresql_where=sa.text("status = 'approved'")
    )


def _create_item() -> None:
    table = "disposal_item"
    checks = {
        "state_known": "state IN ('kept', 'removed_by_reviewer', 'moved', 'spared', 'done')",
        "removed_has_reason": "(state = 'removed_by_reviewer') = (reason IS NOT NULL AND removed_by_id IS NOT NULL)",
        "ended_has_time": "(state = 'kept') = (ended_at IS NULL)",
        "reason_is_nfc": "reason IS NFC NORMALIZED",
    }
    op.create_table(
        table,
        sa.Column("batch_id", sa.Integer(), nullable=False, comment="The batch"),
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The case"),
        sa.Column(
            "state",
            sa.String(),
            server_default="kept",
            nullable=False,
            comment="kept (in the batch), removed_by_reviewer, moved (to another batch), spared (may not go any more),"
            " done",
        ),
        sa.Column("removed_by_id", sa.Integer(), nullable=True, comment="Who took it out"),
        sa.Column("reason", sa.String(), nullable=True, comment="Why it was taken out, in the officer's words, NFC"),
        _time("ended_at", "When it left the batch, in whichever way"),
        *(sa.CheckConstraint(says, name=op.f(f"ck_{table}_{name}")) for name, says in checks.items()),
        _reference(table, "batch_id", "disposal_batch.id"),
        _reference(table, "comment_id", "comment.id"),
        _reference(table, "removed_by_id", "officer.id"),
        sa.PrimaryKeyConstraint("batch_id", "comment_id", name=op.f(f"pk_{table}")),
        comment="Từng ý kiến trong đợt xóa dữ liệu",
    )
    op.create_index(
        "uq_disposal_item_kept", table, ["comment_id"], unique=True, postgresql_where=sa.text("state = 'kept'")
    )
    op.create_index("ix_disposal_item_comment", table, ["comment_id"], unique=False)


def _create_certificate() -> None:
    table = "disposal_certificate"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False, comment="Identifier, in order of time"),
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The case, of which a stub remains"),
        sa.Column("reference", sa.String(), nullable=False, comment="Its public number"),
        sa.Column("batch_id", sa.Integer(), nullable=False, comment="The batch that it went with"),
        sa.Column(
            "erased", sa.String(), nullable=False, comment="By which row of the schedule: identity, text or request"
        ),
        sa.Column("months", sa.Integer(), nullable=True, comment="The term as it was then; empty for a request"),
        sa.Column("source", sa.String(), nullable=False, comment="The authority as it was then"),
        sa.Column(
            "counts",
            postgresql.JSONB(),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="How many rows of which sort were erased or made anonymous",
        ),
        _time("erased_at", "When it was erased", nullable=False),
        sa.Column("first_reviewer_id", sa.Integer(), nullable=False, comment="Who verified"),
        sa.Column("second_reviewer_id", sa.Integer(), nullable=False, comment="Who approved"),
        sa.CheckConstraint(
            "first_reviewer_id <> second_reviewer_id", name=op.f("ck_disposal_certificate_two_reviewers")
        ),
        _reference(table, "comment_id", "comment.id"),
        _reference(table, "batch_id", "disposal_batch.id"),
        _reference(table, "first_reviewer_id", "officer.id"),
        _reference(table, "second_reviewer_id", "officer.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        comment="Chứng nhận đã xóa dữ liệu; chỉ được ghi thêm",
    )
    op.create_index("ix_disposal_certificate_comment", table, ["comment_id", "id"], unique=False)
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _time(name: str, comment: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, comment=comment)


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}_{target.partition('.')[0]}"))


def downgrade() -> None:
    """Going back forgets the certificates; what was erased stays erased."""
    _label_trigger("refuse_change")
    op.execute("DROP FUNCTION refuse_change_but_erasure()")
    for table in ("disposal_certificate", "disposal_item", "disposal_batch", "retention_schedule"):
        op.drop_table(table)
    op.drop_constraint(op.f("ck_comment_erased_known"), "comment")
    op.drop_column("comment", "erased")
