"""The first tables: comments, who sent them, who owes the answer, and what was done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# The year is that of the filing in Viet Nam; the number never repeats, and grows past six digits when it must.
NEXT_REFERENCE = """
CREATE FUNCTION next_reference() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT 'PA-' || to_char(now() AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY') || '-'
        || lpad(number::text, greatest(6, length(number::text)), '0')
    FROM (SELECT nextval('comment_number') AS number) AS drawn
$$
"""

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: rows are only ever added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$
"""

# A NOTIFY makes its transaction take a lock that all commits share, which would undo group commit under load. So the
# dispatcher is woken only when nothing older waits: while something does, it is awake already.
WAKE_DISPATCHER = """
CREATE FUNCTION wake_dispatcher() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM fresh) AND NOT EXISTS (
        SELECT FROM outbox
        WHERE state = 'pending' AND available_at <= now() AND topic = (SELECT topic FROM fresh LIMIT 1)
          AND id < (SELECT min(id) FROM fresh)
    ) THEN
        PERFORM pg_notify('outbox', '');
    END IF;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.execute("CREATE SEQUENCE comment_number")
    op.execute(NEXT_REFERENCE)
    op.create_table(
        "province",
        sa.Column("code", sa.String(), nullable=False, comment="Code"),
        sa.Column("name", sa.String(), nullable=False, comment="Name in Vietnamese"),
        sa.Column("kind", sa.String(), nullable=False, comment="thành phố or tỉnh"),
        sa.Column(
            "merged_from",
            postgresql.ARRAY(sa.TEXT()),
            server_default="{}",
            nullable=False,
            comment="Names of the former provinces that it holds besides its own",
        ),
        sa.CheckConstraint("kind IN ('thành phố', 'tỉnh')", name=op.f("ck_province_kind_known")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_province")),
        sa.UniqueConstraint("name", name=op.f("uq_province_name")),
        comment="34 tỉnh, thành phố từ ngày 01/7/2025 và tên cũ",
    )
    op.create_table(
        "body",
        sa.Column("id", sa.Integer(), nullable=False, comment="Identifier"),
        sa.Column(
            "code", sa.String(), nullable=False, comment="Code: the class, and the place after a colon if bound to one"
        ),
        sa.Column("class_code", sa.String(), nullable=False, comment="Routing class, one of the 30"),
        sa.Column("name", sa.String(), nullable=False, comment="Full name in Vietnamese"),
        sa.Column("short_name", sa.String(), nullable=False, comment="Short name for tables"),
        sa.Column("level", sa.String(), nullable=False, comment="party_central, party_local, ministry or local"),
        sa.Column("province", sa.String(), nullable=True, comment="Its province, for a body of one place"),
        sa.Column("parent_id", sa.Integer(), nullable=True, comment="The body above it, for a commune"),
        sa.Column("mandate", sa.String(), nullable=False, comment="What it is charged with, in Vietnamese"),
        sa.Column(
            "active",
            sa.Boolean(),
            server_default="true",
            nullable=False,
            comment="False once merged or abolished; never deleted",
        ),
        sa.CheckConstraint("code ~ '^[A-Z][A-Z_]*(:[A-Z0-9_]+)*$'", name=op.f("ck_body_code_form")),
        sa.CheckConstraint(
            "level IN ('party_central', 'party_local', 'ministry', 'local')", name=op.f("ck_body_level_known")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["body.id"], name=op.f("fk_body_parent_id_body")),
        sa.ForeignKeyConstraint(["province"], ["province.code"], name=op.f("fk_body_province_province")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body")),
        sa.UniqueConstraint("code", name=op.f("uq_body_code")),
        comment="Cơ quan có thể chịu trách nhiệm trả lời",
    )
    op.create_index("ix_body_class_province", "body", ["class_code", "province"], unique=False)

    op.create_table(
        "calendar_override",
        sa.Column("date", sa.Date(), nullable=False, comment="The day, in Viet Nam"),
        sa.Column("is_working", sa.Boolean(), nullable=False, comment="Whether it counts as a working day"),
        sa.Column("name", sa.String(), nullable=False, comment="What the day is, in Vietnamese"),
        sa.Column("document", sa.String(), nullable=False, comment="Law or document that says so"),
        sa.PrimaryKeyConstraint("date", name=op.f("pk_calendar_override")),
        comment="Ngày nghỉ lễ, ngày nghỉ bù, ngày làm bù, kèm văn bản quy định",
    )
    op.create_table(
        "cron_run",
        sa.Column("name", sa.String(), nullable=False, comment="The timed job"),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False, comment="The time that it was due"),
        sa.Column("state", sa.String(), nullable=False, comment="started, done, failed or skipped"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="When it was begun"),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True, comment="When it ended"),
        sa.Column("note", sa.String(), nullable=True, comment="Figures of the run, or the kind of its failure"),
        sa.CheckConstraint("state IN ('started', 'done', 'failed', 'skipped')", name=op.f("ck_cron_run_state_known")),
        sa.PrimaryKeyConstraint("name", "slot", name=op.f("pk_cron_run")),
        comment="Các lần chạy của công việc định kỳ",
    )
    op.create_table(
        "deadline_profile",
        sa.Column(
            "step", sa.String(), nullable=False, comment="classify, supplement, accept, answer, extend, check, publish"
        ),
        sa.Column("kind", sa.String(), nullable=False, comment="Kind of comment, or * for every kind"),
        sa.Column("working_days", sa.Integer(), nullable=False, comment="Length in working days"),
        sa.Column("source", sa.String(), nullable=False, comment="Legal source, or that it is our own default"),
        sa.Column("certainty", sa.String(), nullable=False, comment="read (seen in a source), presumed, or ours"),
        sa.CheckConstraint(
            "certainty IN ('read', 'presumed', 'ours')", name=op.f("ck_deadline_profile_certainty_known")
        ),
        sa.CheckConstraint("working_days > 0", name=op.f("ck_deadline_profile_working_days_positive")),
        sa.PrimaryKeyConstraint("step", "kind", name=op.f("pk_deadline_profile")),
        comment="Thời hạn của từng bước, kèm căn cứ và mức độ chắc chắn",
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False, comment="The duty: clock, dispatcher, …"),
        sa.Column("holder", sa.String(), nullable=False, comment="Which process holds it"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="Until when, by the database's clock"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
        comment="Nhiệm vụ chỉ một tiến trình được giữ",
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Uuid(), nullable=False, comment="Identifier, time-ordered (UUID version 7)"),
        sa.Column(
            "reference",
            sa.String(),
            server_default=sa.text("next_reference()"),
            nullable=False,
            comment="Public number, as PA-2026-000123",
        ),
        sa.Column("key_hash", sa.String(), nullable=False, comment="argon2id hash of the receipt's secret key"),
        sa.Column(
            "idempotency_hash",
            sa.String(),
            nullable=False,
            comment="SHA-256 of the form's token, so that the same form posted twice is one comment",
        ),
        sa.Column(
            "content_digest",
            sa.String(),
            nullable=False,
            comment="SHA-256 of what was filed, to tell a repeat from a clash",
        ),
        sa.Column("title", sa.String(), nullable=False, comment="Title, NFC"),
        sa.Column("text", sa.String(), nullable=False, comment="What the citizen wrote, NFC"),
        sa.Column(
            "folded", sa.String(), nullable=False, comment="Title and text in lower case without accents, for search"
        ),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('simple', folded)", persisted=True),
            nullable=False,
            comment="Search vector of `folded`, stored because recomputing it for each candidate takes seconds",
        ),
        sa.Column("kind", sa.String(), nullable=False, comment="hoi, phan_anh, kien_nghi or sang_kien"),
        sa.Column("field", sa.String(), nullable=True, comment="Field that the sender chose, a code of the list of 16"),
        sa.Column(
            "province",
            sa.String(),
            nullable=True,
            comment="Province: the sender's choice, else what the text names",
        ),
        sa.Column("channel", sa.String(), nullable=False, comment="By which way it came in"),
        sa.Column(
            "sender_kind",
            sa.String(),
            nullable=False,
            comment="Whether a citizen, a business, an organisation or nobody named",
        ),
        sa.Column(
            "source_language",
            sa.String(),
            server_default="vi",
            nullable=False,
            comment="Language of the text, ISO 639-1",
        ),
        sa.Column(
            "status",
            sa.String(),
            server_default="submitted",
            nullable=False,
            comment="State, one of the table of moves",
        ),
        sa.Column("desk_reason", sa.String(), nullable=True, comment="Why it waits on the triage desk, when it does"),
        sa.Column("body_id", sa.Integer(), nullable=True, comment="The public body that owes the answer now"),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When the answer is due; derived from the clock's ledger",
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, comment="When it was filed"),
        sa.Column(
            "replied_at", sa.DateTime(timezone=True), nullable=True, comment="When the approved answer was first sent"
        ),
        sa.Column(
            "closed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was closed, refused, redirected or merged",
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it last moved"),
        sa.Column(
            "version",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="Grows with each change: two officials cannot overwrite each other",
        ),
        sa.Column(
            "audit_sequence",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="Number of events in its audit chain",
        ),
        sa.Column("audit_hash", sa.String(), nullable=False, comment="Hash of the last event of its audit chain"),
        sa.CheckConstraint("(status = 'closed') <= (closed_at IS NOT NULL)", name=op.f("ck_comment_closed_has_time")),
        sa.CheckConstraint(
            "channel IN ('web', 'api', 'dien_thoai', 'buu_chinh', 'truc_tiep', 'thu_dien_tu', 'mau')",
            name=op.f("ck_comment_channel_known"),
        ),
        sa.CheckConstraint("kind IN ('hoi', 'phan_anh', 'kien_nghi', 'sang_kien')", name=op.f("ck_comment_kind_known")),
        sa.CheckConstraint("reference ~ '^PA-[0-9]{4}-[0-9]{6,}$'", name=op.f("ck_comment_reference_form")),
        sa.CheckConstraint(
            "sender_kind IN ('ca_nhan', 'doanh_nghiep', 'to_chuc', 'an_danh')",
            name=op.f("ck_comment_sender_kind_known"),
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'received', 'sorting', 'awaiting_supplement', 'refused', 'redirected', 'merged', 'assigned', 'returned', 'in_progress', 'extended', 'answered', 'checking', 'replied', 'rated', 'reopened', 'closed')",
            name=op.f("ck_comment_status_known"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('assigned','in_progress','extended','answered','checking','replied','rated') OR body_id IS NOT NULL",
            name=op.f("ck_comment_body_where_owed"),
        ),
        sa.CheckConstraint("char_length(text) BETWEEN 1 AND 20000", name=op.f("ck_comment_text_length")),
        sa.CheckConstraint("char_length(title) BETWEEN 1 AND 300", name=op.f("ck_comment_title_length")),
        sa.CheckConstraint("text IS NFC NORMALIZED AND title IS NFC NORMALIZED", name=op.f("ck_comment_text_is_nfc")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_comment_body_id_body")),
        sa.ForeignKeyConstraint(["province"], ["province.code"], name=op.f("fk_comment_province_province")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("idempotency_hash", name=op.f("uq_comment_idempotency_hash")),
        sa.UniqueConstraint("reference", name=op.f("uq_comment_reference")),
        comment="Ý kiến của người dân, doanh nghiệp: nội dung, trạng thái, cơ quan đang giải quyết, hạn trả lời",
    )
    op.create_index(
        "ix_comment_checking",
        "comment",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'checking'"),
    )
    op.create_index(
        "ix_comment_desk",
        "comment",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('returned', 'sorting')"),
    )
    op.create_index(
        "ix_comment_queue",
        "comment",
        ["body_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status NOT IN ('closed', 'merged', 'rated', 'redirected', 'refused', 'replied')"),
    )
    op.create_index("ix_comment_received", "comment", ["received_at", "id"], unique=False)
    op.create_index("ix_comment_search", "comment", ["search"], unique=False, postgresql_using="gin")

    op.create_table(
        "officer",
        sa.Column("id", sa.Integer(), nullable=False, comment="Identifier"),
        sa.Column("email", sa.String(), nullable=False, comment="Official e-mail address, the name to sign in with"),
        sa.Column("display_name", sa.String(), nullable=False, comment="How colleagues see this account"),
        sa.Column("password", sa.String(), nullable=False, comment="argon2id hash of the password"),
        sa.Column("body_id", sa.Integer(), nullable=True, comment="The body that the officer works for"),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False, comment="May sign in"),
        sa.Column(
            "demo",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="Demonstration account: no TOTP on loopback",
        ),
        sa.Column("fs_uniquifier", sa.String(), nullable=False, comment="Changes to end every session of the account"),
        sa.Column(
            "tf_primary_method", sa.String(), nullable=True, comment="Second factor in use, `authenticator` when set up"
        ),
        sa.Column("tf_totp_secret", sa.LargeBinary(), nullable=True, comment="TOTP secret, encrypted"),
        sa.Column(
            "tf_last_counter",
            sa.Integer(),
            nullable=True,
            comment="Last TOTP time step accepted: a code opens only once",
        ),
        sa.Column("mf_recovery_codes", postgresql.JSONB(), nullable=True, comment="Hashes of unused recovery codes"),
        sa.Column(
            "failed_attempts", sa.Integer(), server_default="0", nullable=False, comment="Failed sign-ins in a row"
        ),
        sa.Column(
            "locked_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="No sign-in before this time, after failed ones",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the account was opened"),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_officer_email_lower")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_officer_body_id_body")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
        sa.UniqueConstraint("email", name=op.f("uq_officer_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_officer_fs_uniquifier")),
        comment="Tài khoản của cán bộ",
    )
    op.create_table(
        "audit_event",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Identifier, in order of writing"
        ),
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The case"),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="Place in the chain of this case, from 1"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it happened"),
        sa.Column("actor", sa.String(), nullable=False, comment="citizen, officer, machine or system"),
        sa.Column("officer_id", sa.Integer(), nullable=True, comment="The officer, if one did it"),
        sa.Column("action", sa.String(), nullable=False, comment="What was done"),
        sa.Column(
            "data",
            postgresql.JSONB(),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Ids, codes and digests; never a citizen's words",
        ),
        sa.Column(
            "previous_hash", sa.String(), nullable=False, comment="Hash of the event before, zeros for the first"
        ),
        sa.Column("hash", sa.String(), nullable=False, comment="SHA-256 over this event and previous_hash"),
        sa.CheckConstraint(
            "actor IN ('citizen', 'officer', 'machine', 'system')", name=op.f("ck_audit_event_actor_known")
        ),
        sa.CheckConstraint(
            "hash ~ '^[0-9a-f]{64}$' AND previous_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_audit_event_hash_form")
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_audit_event_comment_id_comment")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_audit_event_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("comment_id", "sequence", name=op.f("uq_audit_event_comment_id_sequence")),
        comment="Nhật ký chỉ được ghi thêm, mỗi ý kiến một chuỗi băm",
    )
    op.create_index("ix_audit_event_at", "audit_event", ["at"], unique=False)

    op.create_table(
        "clock_event",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Identifier, in order of time"
        ),
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The case"),
        sa.Column("clock", sa.String(), nullable=False, comment="Which clock: answer, …"),
        sa.Column(
            "kind",
            sa.String(),
            nullable=False,
            comment="started, paused, resumed, handed_over, extended, recomputed or stopped",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it happened"),
        sa.Column("working_days", sa.Integer(), nullable=True, comment="Length given, in working days"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True, comment="Due date that follows from it"),
        sa.Column(
            "cause",
            sa.String(),
            nullable=False,
            comment="Why: the profile, the officer's reason, the calendar's document",
        ),
        sa.CheckConstraint(
            "kind IN ('started', 'paused', 'resumed', 'handed_over', 'extended', 'recomputed', 'stopped')",
            name=op.f("ck_clock_event_kind_known"),
        ),
        sa.CheckConstraint(
            "working_days IS NULL OR working_days > 0", name=op.f("ck_clock_event_working_days_positive")
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_clock_event_comment_id_comment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_event")),
        comment="Sổ ghi của đồng hồ thời hạn",
    )
    op.create_index("ix_clock_event_comment", "clock_event", ["comment_id", "id"], unique=False)

    op.create_table(
        "notification",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Identifier, in order of time"
        ),
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The comment that it is about"),
        sa.Column("event", sa.String(), nullable=False, comment="What happened: assigned, replied, …"),
        sa.Column("occasion", sa.Integer(), nullable=False, comment="Number of the audit event that it tells of"),
        sa.Column("channel", sa.String(), server_default="email", nullable=False, comment="By which way it is sent"),
        sa.Column(
            "state", sa.String(), server_default="pending", nullable=False, comment="pending, sent, not_wanted or dead"
        ),
        sa.Column("message_id", sa.String(), nullable=False, comment="Message-ID header, the same at every attempt"),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False, comment="How many times it was tried"),
        sa.Column("last_error", sa.String(), nullable=True, comment="Kind of the last failure; never an address"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was promised"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True, comment="When the mail server took it"),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_notification_sent_has_time")),
        sa.CheckConstraint("channel IN ('email')", name=op.f("ck_notification_channel_known")),
        sa.CheckConstraint(
            "state IN ('pending', 'sent', 'not_wanted', 'dead')", name=op.f("ck_notification_state_known")
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_notification_comment_id_comment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint(
            "comment_id", "event", "occasion", "channel", name=op.f("uq_notification_comment_id_event_occasion_channel")
        ),
        sa.UniqueConstraint("message_id", name=op.f("uq_notification_message_id")),
        comment="Thông báo gửi người dân",
    )
    op.create_index(
        "ix_notification_pending",
        "notification",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )

    op.create_table(
        "officer_role",
        sa.Column("officer_id", sa.Integer(), nullable=False, comment="The account"),
        sa.Column("role", sa.String(), nullable=False, comment="The role, one of the table of grants"),
        sa.CheckConstraint(
            "role IN ('intake', 'coordinator', 'handler', 'checker', 'leader', 'analyst', 'auditor', 'administrator')",
            name=op.f("ck_officer_role_role_known"),
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_officer_role_officer_id_officer")),
        sa.PrimaryKeyConstraint("officer_id", "role", name=op.f("pk_officer_role")),
        comment="Vai trò của từng tài khoản",
    )
    op.create_table(
        "officer_session",
        sa.Column("id_hash", sa.String(), nullable=False, comment="SHA-256 of the session identifier"),
        sa.Column("officer_id", sa.Integer(), nullable=True, comment="Who is signed in, if anybody"),
        sa.Column(
            "data", postgresql.JSONB(), nullable=False, comment="What the session holds; never identities of citizens"
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When it began; it ends 12 hours later whatever happens",
        ),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), nullable=False, comment="Last request; it ends after 30 idle minutes"
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_officer_session_officer_id_officer")),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_officer_session")),
        comment="Phiên làm việc của cán bộ",
    )
    op.create_index("ix_officer_session_officer", "officer_session", ["officer_id"], unique=False)

    op.create_table(
        "response",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Identifier, in order of time"
        ),
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The comment that it answers"),
        sa.Column("body_id", sa.Integer(), nullable=False, comment="The body that answers"),
        sa.Column("text", sa.String(), nullable=False, comment="The answer, NFC"),
        sa.Column("state", sa.String(), nullable=False, comment="draft, submitted, sent_back or sent"),
        sa.Column("author_id", sa.Integer(), nullable=False, comment="Who wrote it"),
        sa.Column("checker_id", sa.Integer(), nullable=True, comment="Who checked it"),
        sa.Column("check_note", sa.String(), nullable=True, comment="What the checker asked to mend"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the draft was begun"),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True, comment="When it was put to the checker"),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True, comment="When it was approved or sent back"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True, comment="When it was sent to the citizen"),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_response_sent_has_time")),
        sa.CheckConstraint("state <> 'sent' OR checker_id IS NOT NULL", name=op.f("ck_response_sent_was_checked")),
        sa.CheckConstraint(
            "state <> 'sent_back' OR check_note IS NOT NULL", name=op.f("ck_response_sent_back_has_note")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'sent_back', 'sent')", name=op.f("ck_response_state_known")
        ),
        sa.CheckConstraint("char_length(text) BETWEEN 1 AND 20000", name=op.f("ck_response_text_length")),
        sa.CheckConstraint("checker_id <> author_id", name=op.f("ck_response_four_eyes")),
        sa.CheckConstraint("text IS NFC NORMALIZED", name=op.f("ck_response_text_is_nfc")),
        sa.ForeignKeyConstraint(["author_id"], ["officer.id"], name=op.f("fk_response_author_id_officer")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_response_body_id_body")),
        sa.ForeignKeyConstraint(["checker_id"], ["officer.id"], name=op.f("fk_response_checker_id_officer")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_response_comment_id_comment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        comment="Trả lời của cơ quan: từ dự thảo đến khi gửi",
    )
    op.create_index("ix_response_comment", "response", ["comment_id", "id"], unique=False)
    op.create_index(
        "uq_response_open",
        "response",
        ["comment_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'submitted')"),
    )

    op.create_table(
        "routing_decision",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Identifier, in order of time"
        ),
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The comment"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it was decided"),
        sa.Column("made_by", sa.String(), nullable=False, comment="machine or officer"),
        sa.Column("officer_id", sa.Integer(), nullable=True, comment="The officer who decided"),
        sa.Column(
            "outcome", sa.String(), nullable=False, comment="auto, desk (the machine abstained), accepted or overridden"
        ),
        sa.Column("class_code", sa.String(), nullable=True, comment="Routing class on top, or of the body chosen"),
        sa.Column("body_id", sa.Integer(), nullable=True, comment="The body chosen; empty for the desk"),
        sa.Column("confidence", sa.Double(), nullable=True, comment="Calibrated probability of the first candidate"),
        sa.Column(
            "candidates",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="Ranked candidates: class and probability",
        ),
        sa.Column(
            "evidence",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="Spans of the text that spoke for the first candidate, with weights",
        ),
        sa.Column("screen", sa.String(), nullable=True, comment="Screening label"),
        sa.Column(
            "model_version", sa.String(), nullable=True, comment="Version of the model; empty when an officer decided"
        ),
        sa.Column(
            "reason", sa.String(), nullable=True, comment="Why, in the officer's words; obligatory for an override"
        ),
        sa.CheckConstraint(
            "(made_by = 'officer') = (officer_id IS NOT NULL)", name=op.f("ck_routing_decision_officer_named")
        ),
        sa.CheckConstraint("made_by IN ('machine', 'officer')", name=op.f("ck_routing_decision_made_by_known")),
        sa.CheckConstraint(
            "outcome <> 'overridden' OR reason IS NOT NULL", name=op.f("ck_routing_decision_override_has_reason")
        ),
        sa.CheckConstraint(
            "outcome = 'desk' OR body_id IS NOT NULL", name=op.f("ck_routing_decision_body_unless_desk")
        ),
        sa.CheckConstraint(
            "outcome IN ('auto', 'desk', 'accepted', 'overridden')", name=op.f("ck_routing_decision_outcome_known")
        ),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_routing_decision_confidence_is_probability")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_routing_decision_body_id_body")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_routing_decision_comment_id_comment")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_routing_decision_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_decision")),
        sa.UniqueConstraint("comment_id", "model_version", name=op.f("uq_routing_decision_comment_id_model_version")),
        comment="Quyết định chuyển ý kiến đến cơ quan: của máy hoặc của cán bộ",
    )
    op.create_index("ix_routing_decision_at", "routing_decision", ["at", "comment_id"], unique=False)

    op.create_table(
        "sender",
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The comment that this person filed"),
        sa.Column("name", sa.LargeBinary(), nullable=True, comment="Full name, encrypted"),
        sa.Column(
            "organisation", sa.LargeBinary(), nullable=True, comment="Name of the business or organisation, encrypted"
        ),
        sa.Column("tax_code", sa.LargeBinary(), nullable=True, comment="Tax code of the business, encrypted"),
        sa.Column("email", sa.LargeBinary(), nullable=True, comment="E-mail address, encrypted"),
        sa.Column("phone", sa.LargeBinary(), nullable=True, comment="Telephone number, encrypted"),
        sa.Column("address", sa.LargeBinary(), nullable=True, comment="Postal address, encrypted"),
        sa.Column(
            "consent_process", sa.Boolean(), nullable=False, comment="Agreed that the data be processed to answer"
        ),
        sa.Column(
            "consent_contact",
            sa.Boolean(),
            nullable=False,
            comment="Agreed to be told of progress by e-mail or telephone",
        ),
        sa.Column(
            "consent_publish",
            sa.Boolean(),
            nullable=False,
            comment="Agreed that the content, personal data removed, be published",
        ),
        sa.Column(
            "consent_publish_name", sa.Boolean(), nullable=False, comment="Agreed that the name be published with it"
        ),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=False, comment="When these answers were given"),
        sa.CheckConstraint(
            "NOT consent_publish_name OR consent_publish", name=op.f("ck_sender_name_only_with_content")
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_sender_comment_id_comment")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_sender")),
        comment="Danh tính và liên hệ của người gửi, mã hóa, tách khỏi nội dung",
    )
    op.create_table(
        "outbox",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Identifier, in order of writing"
        ),
        sa.Column("topic", sa.String(), nullable=False, comment="Which job does it: classify or notify"),
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The comment that it concerns"),
        sa.Column("notification_id", sa.Integer(), nullable=True, comment="The message to send, for topic notify"),
        sa.Column("state", sa.String(), server_default="pending", nullable=False, comment="pending, done or dead"),
        sa.Column(
            "attempts", sa.Integer(), server_default="0", nullable=False, comment="How many times a worker took it"
        ),
        sa.Column(
            "available_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Not before this time; a claim moves it ahead as a lease",
        ),
        sa.Column("last_error", sa.String(), nullable=True, comment="Kind of the last failure; never content"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was promised"),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True, comment="When it was done, or given up"),
        sa.CheckConstraint("(state = 'pending') = (finished_at IS NULL)", name=op.f("ck_outbox_finished_has_time")),
        sa.CheckConstraint("state IN ('pending', 'done', 'dead')", name=op.f("ck_outbox_state_known")),
        sa.CheckConstraint("topic IN ('classify', 'notify')", name=op.f("ck_outbox_topic_known")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_attempts_counted")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_outbox_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notification.id"], name=op.f("fk_outbox_notification_id_notification")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        comment="Việc đã hứa làm, ghi cùng giao dịch với sự kiện sinh ra nó",
    )
    op.create_index("ix_outbox_dead", "outbox", ["id"], unique=False, postgresql_where=sa.text("state = 'dead'"))
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["topic", "available_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )

    op.create_table(
        "case_note",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Identifier, in order of time"
        ),
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The case"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it was written"),
        sa.Column("author", sa.String(), nullable=False, comment="citizen or officer"),
        sa.Column("officer_id", sa.Integer(), nullable=True, comment="The officer, if one wrote it"),
        sa.Column("action", sa.String(), nullable=False, comment="The move that it goes with"),
        sa.Column("text", sa.String(), nullable=False, comment="The words, NFC"),
        sa.CheckConstraint("(author = 'officer') = (officer_id IS NOT NULL)", name=op.f("ck_case_note_officer_named")),
        sa.CheckConstraint("author IN ('citizen', 'officer')", name=op.f("ck_case_note_author_known")),
        sa.CheckConstraint(
            "char_length(text) BETWEEN 1 AND 5000 AND text IS NFC NORMALIZED", name=op.f("ck_case_note_text_form")
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_case_note_comment_id_comment")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_case_note_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
        comment="Lý do, nội dung bổ sung kèm theo một bước xử lý",
    )
    op.create_index("ix_case_note_comment", "case_note", ["comment_id", "id"], unique=False)
    op.execute(REFUSE_CHANGE)
    op.execute(
        "CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(WAKE_DISPATCHER)
    op.execute(
        "CREATE TRIGGER outbox_wake AFTER INSERT ON outbox REFERENCING NEW TABLE AS fresh"
        " FOR EACH STATEMENT EXECUTE FUNCTION wake_dispatcher()"
    )


def downgrade() -> None:
    op.drop_table("case_note")
    op.drop_table("outbox")
    op.drop_table("sender")
    op.drop_table("routing_decision")
    op.drop_table("response")
    op.drop_table("officer_session")
    op.drop_table("officer_role")
    op.drop_table("notification")
    op.drop_table("clock_event")
    op.drop_table("audit_event")
    op.drop_table("officer")
    op.drop_table("comment")
    op.drop_table("lease")
    op.drop_table("deadline_profile")
    op.drop_table("cron_run")
    op.drop_table("calendar_override")
    op.drop_table("body")
    op.drop_table("province")
    op.execute("DROP FUNCTION wake_dispatcher()")
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("DROP FUNCTION next_reference()")
    op.execute("DROP SEQUENCE comment_number")
