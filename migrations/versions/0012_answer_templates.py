"""Templates of answers: for everybody, for a class of bodies, for one body."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = "kind IN ('hoi', 'phan_anh', 'kien_nghi', 'sang_kien')"
STATES = "state IN ('awaiting_supplement', 'refused', 'redirected', 'merged', 'extended', 'returned')"


def upgrade() -> None:
    op.create_table(
        "answer_template",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False, comment="Identifier"),
        sa.Column(
            "code",
            sa.String(),
            nullable=True,
            comment="Code of a template that came with the service, so that it is not loaded twice",
        ),
        sa.Column("body_id", sa.Integer(), nullable=True, comment="The body that it is of"),
        sa.Column("class_code", sa.String(), nullable=True, comment="The class of bodies that it is for"),
        sa.Column(
            "kind", sa.String(), nullable=True, comment="The kind of comment that it is for; empty for every kind"
        ),
        sa.Column(
            "state", sa.String(), nullable=True, comment="The state into whose form it comes; empty for an answer"
        ),
        sa.Column("name", sa.String(), nullable=False, comment="What officials choose it by"),
        sa.Column(
            "paragraphs",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Label, text and optional of each",
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False, comment="Grows with each change"),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False, comment="False once retired"),
        sa.Column(
            "created_by", sa.Integer(), nullable=True, comment="Who made it; empty when it came with the service"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was made"),
        sa.Column("updated_by", sa.Integer(), nullable=True, comment="Who changed it last"),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was changed last"),
        sa.CheckConstraint(KINDS, name=op.f("ck_answer_template_kind_known")),
        sa.CheckConstraint(STATES, name=op.f("ck_answer_template_state_known")),
        sa.CheckConstraint("body_id IS NULL OR class_code IS NULL", name=op.f("ck_answer_template_one_owner")),
        sa.CheckConstraint(
            "char_length(name) BETWEEN 1 AND 120 AND name IS NFC NORMALIZED", name=op.f("ck_answer_template_name_form")
        ),
        sa.CheckConstraint(
            "jsonb_typeof(paragraphs) = 'array' AND jsonb_array_length(paragraphs) > 0",
            name=op.f("ck_answer_template_has_text"),
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_answer_template_body_id_body")),
        sa.ForeignKeyConstraint(["created_by"], ["officer.id"], name=op.f("fk_answer_template_created_by_officer")),
        sa.ForeignKeyConstraint(["updated_by"], ["officer.id"], name=op.f("fk_answer_template_updated_by_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_template")),
        sa.UniqueConstraint("code", name=op.f("uq_answer_template_code")),
        comment="Mẫu câu trả lời: chung, của một loại cơ quan hoặc của một cơ quan",
    )
    op.create_index("ix_answer_template_body", "answer_template", ["body_id", "id"])


def downgrade() -> None:
    op.drop_table("answer_template")
