"""Saved views, who is told of them, routing rules, and the golden table that a rule is tried on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NOTICE = "uq_officer_notice_comment_id_kind_occasion_officer_id"
_KINDS = "'hoi', 'phan_anh', 'kien_nghi', 'sang_kien'"
_CHANNELS = "'web', 'api', 'dien_thoai', 'buu_chinh', 'truc_tiep', 'thu_dien_tu', 'mau'"
_SENDERS = "'ca_nhan', 'doanh_nghiep', 'to_chuc', 'an_danh'"


def upgrade() -> None:
    _create_views()
    _create_golden_table()
    op.add_column(
        "routing_decision",
        sa.Column("rule_id", sa.Integer(), comment="The routing rule that chose the body, if one did"),
    )
    op.create_foreign_key(
        op.f("fk_routing_decision_rule_id_saved_view"), "routing_decision", "saved_view", ["rule_id"], ["id"]
    )
    op.add_column(
        "officer_notice", sa.Column("view_id", sa.Integer(), comment="The saved view that found it, if one did")
    )
    op.create_foreign_key(
        op.f("fk_officer_notice_view_id_saved_view"), "officer_notice", "saved_view", ["view_id"], ["id"]
    )
    op.drop_constraint(op.f(_NOTICE), "officer_notice")
    op.create_unique_constraint(
        op.f(f"{_NOTICE}_view_id"),
        "officer_notice",
        ["comment_id", "kind", "occasion", "officer_id", "view_id"],
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    op.execute("DELETE FROM officer_notice WHERE view_id IS NOT NULL")
    op.drop_constraint(op.f(f"{_NOTICE}_view_id"), "officer_notice")
    op.drop_column("officer_notice", "view_id")
    op.create_unique_constraint(
        op.f(_NOTICE),
        "officer_notice",
        ["comment_id", "kind", "occasion", "officer_id"],
        postgresql_nulls_not_distinct=True,
    )
    op.drop_column("routing_decision", "rule_id")
    for table in ("golden_case", "view_subscription", "saved_view"):
        op.drop_table(table)


def _create_views() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False, comment="Identifier, in order of time"),
        sa.Column("owner_id", sa.Integer(), nullable=False, comment="Who saved it"),
        sa.Column("name", sa.String(), nullable=False, comment="Its name, NFC"),
        sa.Column("query", sa.String(), nullable=False, comment="The filters as the query of a link, in its one order"),
        sa.Column(
            "shared",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="Whether colleagues find it in their list",
        ),
        sa.Column(
            "body_id", sa.Integer(), comment="For a routing rule: the body to which new comments that it finds are sent"
        ),
        sa.Column("priority", sa.Integer(), comment="For a routing rule: its place, the lowest first"),
        sa.Column(
            "active",
            sa.Boolean(),
            server_default="true",
            nullable=False,
            comment="False once removed: past decisions name it",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was saved"),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it last changed"),
        sa.CheckConstraint(
            "char_length(name) BETWEEN 2 AND 80 AND name IS NFC NORMALIZED", name=op.f("ck_saved_view_name_form")
        ),
        sa.CheckConstraint("char_length(query) <= 8000", name=op.f("ck_saved_view_query_length")),
        sa.CheckConstraint("(body_id IS NULL) = (priority IS NULL)", name=op.f("ck_saved_view_rule_has_place")),
        sa.CheckConstraint("priority BETWEEN 1 AND 999", name=op.f("ck_saved_view_priority_known")),
        sa.CheckConstraint("body_id IS NULL OR shared", name=op.f("ck_saved_view_rule_is_shared")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_saved_view_body_id_body")),
        sa.ForeignKeyConstraint(["owner_id"], ["officer.id"], name=op.f("fk_saved_view_owner_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_saved_view_owner_id_name")),
        comment="Chế độ xem: bộ lọc có tên; có thể là quy tắc chuyển và có người theo dõi",
    )
    op.create_index(
        "ix_saved_view_rule", "saved_view", ["priority", "id"], postgresql_where=sa.text("body_id IS NOT NULL")
    )
    op.create_table(
        "view_subscription",
        sa.Column("view_id", sa.Integer(), nullable=False, comment="The view"),
        sa.Column("officer_id", sa.Integer(), nullable=False, comment="Who is told"),
        sa.Column(
            "mode", sa.String(), nullable=False, comment="each, daily, weekly, or threshold: once it finds so many"
        ),
        sa.Column("threshold", sa.Integer(), comment="From how many cases on"),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Cases received later are still to be told of",
        ),
        sa.Column(
            "above",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="Whether the threshold was passed and told, and not yet left again",
        ),
        sa.CheckConstraint(
            "mode IN ('each', 'daily', 'weekly', 'threshold')", name=op.f("ck_view_subscription_mode_known")
        ),
        sa.CheckConstraint(
            "(mode = 'threshold') = (threshold IS NOT NULL)",
            name=op.f("ck_view_subscription_threshold_where_asked"),
        ),
        sa.CheckConstraint("threshold BETWEEN 1 AND 1000", name=op.f("ck_view_subscription_threshold_bounded")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_view_subscription_officer_id_officer")),
        sa.ForeignKeyConstraint(["view_id"], ["saved_view.id"], name=op.f("fk_view_subscription_view_id_saved_view")),
        sa.PrimaryKeyConstraint("view_id", "officer_id", name=op.f("pk_view_subscription")),
        comment="Cán bộ theo dõi một chế độ xem",
    )
    op.create_index("ix_view_subscription_officer", "view_subscription", ["officer_id"])


def _create_golden_table() -> None:
    op.create_table(
        "golden_case",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False, comment="Identifier"),
        sa.Column("title", sa.String(), nullable=False, comment="Title, written by us"),
        sa.Column("text", sa.String(), nullable=False, comment="Text, written by us"),
        sa.Column("kind", sa.String(), server_default="phan_anh", nullable=False, comment="Kind"),
        sa.Column("field", sa.String(), comment="Field, if the sender chose one"),
        sa.Column("province", sa.String(), comment="Province, if there is one"),
        sa.Column("channel", sa.String(), server_default="web", nullable=False, comment="Channel"),
        sa.Column("sender_kind", sa.String(), server_default="ca_nhan", nullable=False, comment="Sort of sender"),
        sa.Column("body_id", sa.Integer(), nullable=False, comment="The body that it must reach"),
        sa.Column("officer_id", sa.Integer(), comment="Who added it; empty for ours"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was added"),
        sa.CheckConstraint(
            "char_length(title) BETWEEN 1 AND 300 AND title IS NFC NORMALIZED", name=op.f("ck_golden_case_title_form")
        ),
        sa.CheckConstraint(
            "char_length(text) BETWEEN 1 AND 5000 AND text IS NFC NORMALIZED", name=op.f("ck_golden_case_text_form")
        ),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_golden_case_kind_known")),
        sa.CheckConstraint(f"channel IN ({_CHANNELS})", name=op.f("ck_golden_case_channel_known")),
        sa.CheckConstraint(f"sender_kind IN ({_SENDERS})", name=op.f("ck_golden_case_sender_kind_known")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_golden_case_body_id_body")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_golden_case_officer_id_officer")),
        sa.ForeignKeyConstraint(["province"], ["province.code"], name=op.f("fk_golden_case_province_province")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_golden_case")),
        sa.UniqueConstraint("title", name=op.f("uq_golden_case_title")),
        comment="Bảng chuẩn: ý kiến mẫu và cơ quan phải nhận",
    )
