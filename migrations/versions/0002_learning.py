"""What officials' decisions teach: labels, the audit, trained models, their trainings, and what was done to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("admin_event", "label")


def upgrade() -> None:
    op.create_table(
        "admin_event",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Identifier, in order of writing"
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it happened"),
        sa.Column(
            "officer_id",
            sa.Integer(),
            nullable=True,
            comment="Who did it; empty when the service did it by its own rule",
        ),
        sa.Column("action", sa.String(), nullable=False, comment="What was done"),
        sa.Column(
            "data",
            postgresql.JSONB(),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Ids, codes and figures; never anybody's words",
        ),
        sa.CheckConstraint("action ~ '^[a-z_]+$'", name=op.f("ck_admin_event_action_form")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_admin_event_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_event")),
        comment="Nhật ký quản trị, chỉ được ghi thêm",
    )
    op.create_index("ix_admin_event_at", "admin_event", ["at", "id"], unique=False)

    op.create_table(
        "label",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Identifier, in order of time"
        ),
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The comment"),
        sa.Column("class_code", sa.String(), nullable=True, comment="Routing class, one of the 30; empty unless valid"),
        sa.Column(
            "screen",
            sa.String(),
            server_default="hop_le",
            nullable=False,
            comment="What the official says that the comment is",
        ),
        sa.Column("officer_id", sa.Integer(), nullable=False, comment="Who said so; never the machine"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it was said"),
        sa.Column(
            "reason", sa.String(), nullable=True, comment="Why, in the officer's words; obligatory for an override"
        ),
        sa.Column("origin", sa.String(), nullable=False, comment="override, accepted, audit or labelling"),
        sa.Column(
            "weight",
            sa.Double(),
            nullable=False,
            comment="Decisions that it stands for: 1, or 20 from an audit of 5 percent",
        ),
        sa.Column(
            "decision_id",
            sa.Integer(),
            nullable=True,
            comment="The machine's decision that it judges, if there was one",
        ),
        sa.CheckConstraint("(screen = 'hop_le') = (class_code IS NOT NULL)", name=op.f("ck_label_class_where_valid")),
        sa.CheckConstraint("class_code ~ '^[A-Z][A-Z_]*$'", name=op.f("ck_label_class_code_form")),
        sa.CheckConstraint("origin <> 'override' OR reason IS NOT NULL", name=op.f("ck_label_override_has_reason")),
        sa.CheckConstraint(
            "origin IN ('override', 'accepted', 'audit', 'labelling')", name=op.f("ck_label_origin_known")
        ),
        sa.CheckConstraint(
            "screen IN ('hop_le', 'khieu_nai', 'to_cao', 'ngoai_pham_vi', 'rac', 'xuc_pham', 'chi_tep_dinh_kem')",
            name=op.f("ck_label_screen_known"),
        ),
        sa.CheckConstraint(
            "weight = CASE origin WHEN 'audit' THEN 20 ELSE 1 END", name=op.f("ck_label_weight_of_origin")
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_label_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["routing_decision.id"], name=op.f("fk_label_decision_id_routing_decision")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_label_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        comment="Nhãn do cán bộ xác định, dùng để huấn luyện bộ phân loại; chỉ được ghi thêm",
    )
    op.create_index("ix_label_at", "label", ["at"], unique=False)
    op.create_index("ix_label_comment", "label", ["comment_id", "id"], unique=False)

    op.create_table(
        "teaching_pick",
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The comment"),
        sa.Column("decision_id", sa.Integer(), nullable=False, comment="The machine's decision"),
        sa.Column("rank", sa.Integer(), nullable=False, comment="Place in the list, from 1"),
        sa.Column(
            "margin", sa.Double(), nullable=False, comment="Probability of the first candidate less that of the second"
        ),
        sa.Column("picked_at", sa.DateTime(timezone=True), nullable=False, comment="When the list was made"),
        sa.Column(
            "hidden", postgresql.JSONB(), nullable=False, comment="Personal data in title and text: start, end, type"
        ),
        sa.CheckConstraint("jsonb_typeof(hidden) = 'array'", name=op.f("ck_teaching_pick_hidden_is_list")),
        sa.CheckConstraint("margin BETWEEN 0 AND 1", name=op.f("ck_teaching_pick_margin_is_share")),
        sa.CheckConstraint("rank > 0", name=op.f("ck_teaching_pick_rank_positive")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_teaching_pick_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["routing_decision.id"], name=op.f("fk_teaching_pick_decision_id_routing_decision")
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_teaching_pick")),
        sa.UniqueConstraint("rank", name=op.f("uq_teaching_pick_rank")),
        comment="Ý kiến mà nhãn của nó giúp bộ phân loại học được nhiều nhất",
    )
    op.create_table(
        "audit_sample",
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="The comment"),
        sa.Column("decision_id", sa.Integer(), nullable=False, comment="The automatic decision"),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False, comment="When it was drawn"),
        sa.Column(
            "chance",
            sa.Double(),
            nullable=False,
            comment="With what probability it was drawn; a label weighs 1 over it",
        ),
        sa.Column(
            "hidden",
            postgresql.JSONB(),
            nullable=True,
            comment="Personal data in title and text: start, end, type; empty until looked for",
        ),
        sa.Column("label_id", sa.Integer(), nullable=True, comment="The label that answers it; empty while it waits"),
        sa.CheckConstraint(
            "hidden IS NULL OR jsonb_typeof(hidden) = 'array'", name=op.f("ck_audit_sample_hidden_is_list")
        ),
        sa.CheckConstraint("chance > 0 AND chance <= 1", name=op.f("ck_audit_sample_chance_is_probability")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_audit_sample_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["routing_decision.id"], name=op.f("fk_audit_sample_decision_id_routing_decision")
        ),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name=op.f("fk_audit_sample_label_id_label")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_audit_sample")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_audit_sample_decision_id")),
        sa.UniqueConstraint("label_id", name=op.f("uq_audit_sample_label_id")),
        comment="Quyết định tự động được chọn ngẫu nhiên để cán bộ kiểm tra",
    )
    op.create_index(
        "ix_audit_sample_waiting",
        "audit_sample",
        ["drawn_at", "comment_id"],
        unique=False,
        postgresql_where=sa.text("label_id IS NULL"),
    )

    op.create_table(
        "model_release",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Identifier, in order of time"
        ),
        sa.Column("version", sa.String(), nullable=False, comment="Name taken from its content"),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False, comment="When it was trained"),
        sa.Column("corpus_rows", sa.Integer(), nullable=False, comment="Texts of the corpus that it learned from"),
        sa.Column("label_rows", sa.Integer(), nullable=False, comment="Officials' labels that it learned from"),
        sa.Column(
            "last_label_id", sa.Integer(), nullable=True, comment="The newest label that there was when it was trained"
        ),
        sa.Column(
            "figures",
            postgresql.JSONB(),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="The comparison card: figures of it and of the champion of its day",
        ),
        sa.Column("state", sa.String(), nullable=False, comment="challenger, champion, retired or refused"),
        sa.Column(
            "reason", sa.String(), nullable=True, comment="Why it was refused, or why it is ready, in Vietnamese"
        ),
        sa.Column("path", sa.String(), nullable=False, comment="Its directory under MODEL_DIR"),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True, comment="When it was last put into use"),
        sa.Column(
            "promoted_by",
            sa.Integer(),
            nullable=True,
            comment="Who put it into use; empty for the nightly job or a deployment",
        ),
        sa.Column(
            "rolled_back_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was taken out of use by a roll-back",
        ),
        sa.Column("rolled_back_by", sa.Integer(), nullable=True, comment="Who rolled it back"),
        sa.CheckConstraint(
            "rolled_back_at IS NULL OR state <> 'champion'", name=op.f("ck_model_release_champion_stands")
        ),
        sa.CheckConstraint(
            "state <> 'champion' OR promoted_at IS NOT NULL", name=op.f("ck_model_release_champion_has_time")
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR reason IS NOT NULL", name=op.f("ck_model_release_refused_has_reason")
        ),
        sa.CheckConstraint(
            "state IN ('challenger', 'champion', 'retired', 'refused')", name=op.f("ck_model_release_state_known")
        ),
        sa.CheckConstraint("version ~ '^[0-9a-f]{12}$'", name=op.f("ck_model_release_version_form")),
        sa.CheckConstraint("corpus_rows >= 0 AND label_rows >= 0", name=op.f("ck_model_release_rows_counted")),
        sa.ForeignKeyConstraint(["last_label_id"], ["label.id"], name=op.f("fk_model_release_last_label_id_label")),
        sa.ForeignKeyConstraint(["promoted_by"], ["officer.id"], name=op.f("fk_model_release_promoted_by_officer")),
        sa.ForeignKeyConstraint(
            ["rolled_back_by"], ["officer.id"], name=op.f("fk_model_release_rolled_back_by_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_release")),
        sa.UniqueConstraint("version", name=op.f("uq_model_release_version")),
        comment="Các bản của bộ phân loại: học từ đâu, kết quả so sánh, đang dùng hay không",
    )
    op.create_index(
        "uq_model_release_challenger",
        "model_release",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state = 'challenger'"),
    )
    op.create_index(
        "uq_model_release_champion",
        "model_release",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state = 'champion'"),
    )

    op.create_table(
        "training_run",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Identifier, in order of time"
        ),
        sa.Column("cause", sa.String(), nullable=False, comment="nightly or button"),
        sa.Column("night", sa.Date(), nullable=True, comment="The day in Viet Nam, for the nightly job"),
        sa.Column("officer_id", sa.Integer(), nullable=True, comment="Who pressed the button"),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False, comment="When it was asked for"),
        sa.Column(
            "state", sa.String(), server_default="waiting", nullable=False, comment="waiting, running, done or failed"
        ),
        sa.Column("progress", sa.Integer(), server_default="0", nullable=False, comment="How far it is, in percent"),
        sa.Column(
            "beat_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Last sign of life of the process that does it",
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True, comment="When it ended"),
        sa.Column(
            "note", sa.String(), nullable=True, comment="What came of it, or the kind of its failure; never content"
        ),
        sa.Column("release_id", sa.Integer(), nullable=True, comment="The model that came of it"),
        sa.CheckConstraint(
            "(cause = 'button') = (officer_id IS NOT NULL)", name=op.f("ck_training_run_button_has_officer")
        ),
        sa.CheckConstraint("(cause = 'nightly') = (night IS NOT NULL)", name=op.f("ck_training_run_nightly_has_night")),
        sa.CheckConstraint(
            "(state IN ('done', 'failed')) = (finished_at IS NOT NULL)", name=op.f("ck_training_run_finished_has_time")
        ),
        sa.CheckConstraint("cause IN ('nightly', 'button')", name=op.f("ck_training_run_cause_known")),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_training_run_state_known")
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_training_run_progress_is_percent")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_training_run_officer_id_officer")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["model_release.id"], name=op.f("fk_training_run_release_id_model_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_run")),
        sa.UniqueConstraint("night", name=op.f("uq_training_run_night")),
        comment="Các lần huấn luyện bộ phân loại",
    )
    op.create_index(
        "uq_training_run_open",
        "training_run",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("training_run")
    op.drop_table("model_release")
    op.drop_table("audit_sample")
    op.drop_table("teaching_pick")
    op.drop_table("label")
    op.drop_table("admin_event")
