"""Counts that are kept, and indexes by which every list of the desk is read in its order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Changes are added, never updated: two officials who move cases of one body do not wait for each other.
FUNCTION = """
CREATE FUNCTION count_comments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO comment_change (body_id, province, status, screened, confidential, number)
        SELECT coalesce(body_id, 0), coalesce(province, ''), status, desk_reason IS NOT DISTINCT FROM 'screened',
            confidential, count(*)
        FROM fresh GROUP BY 1, 2, 3, 4, 5;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO comment_change (body_id, province, status, screened, confidential, number)
        SELECT coalesce(body_id, 0), coalesce(province, ''), status, desk_reason IS NOT DISTINCT FROM 'screened',
            confidential, -count(*)
        FROM stale GROUP BY 1, 2, 3, 4, 5;
    ELSE
        INSERT INTO comment_change (body_id, province, status, screened, confidential, number)
        SELECT coalesce(body_id, 0), coalesce(province, ''), status, desk_reason IS NOT DISTINCT FROM 'screened',
            confidential, sum(number)
        FROM (
            SELECT body_id, province, status, desk_reason, confidential, 1 AS number FROM fresh
            UNION ALL
            SELECT body_id, province, status, desk_reason, confidential, -1 FROM stale
        ) AS change
        GROUP BY 1, 2, 3, 4, 5 HAVING sum(number) <> 0;
    END IF;
    RETURN NULL;
END
$$
"""
COUNT_ALL = """
INSERT INTO comment_change (body_id, province, status, screened, confidential, number)
SELECT coalesce(body_id, 0), coalesce(province, ''), status, desk_reason IS NOT DISTINCT FROM 'screened',
    confidential, count(*)
FROM comment GROUP BY 1, 2, 3, 4, 5
"""
TRIGGERS = (
    ("count_inserted", "INSERT", "REFERENCING NEW TABLE AS fresh"),
    ("count_updated", "UPDATE", "REFERENCING NEW TABLE AS fresh OLD TABLE AS stale"),
    ("count_deleted", "DELETE", "REFERENCING OLD TABLE AS stale"),
)

SETTLED = "status NOT IN ('closed', 'merged', 'rated', 'redirected', 'refused', 'replied')"
INDEXES = (
    ("ix_comment_open", ["due_at", "id"], SETTLED),
    ("ix_comment_province", ["province", "due_at", "id"], f"province IS NOT NULL AND {SETTLED}"),
    ("ix_comment_newest_of_body", ["body_id", "received_at", "id"], "body_id IS NOT NULL"),
    ("ix_comment_newest_of_province", ["province", "received_at", "id"], "province IS NOT NULL"),
)


def upgrade() -> None:
    op.create_table(
        "comment_change",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False, comment="Identifier"),
        sa.Column("body_id", sa.Integer(), nullable=False, comment="The body that owes the answer, 0 for none"),
        sa.Column("province", sa.String(), nullable=False, comment="The province, empty for none"),
        sa.Column("status", sa.String(), nullable=False, comment="The state"),
        sa.Column("screened", sa.Boolean(), nullable=False, comment="Whether it waits because of the screening"),
        sa.Column(
            "confidential",
            sa.Boolean(),
            nullable=False,
            comment="Whether only officials charged with such letters may read it",
        ),
        sa.Column("number", sa.Integer(), nullable=False, comment="How many more, or when negative how many fewer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_change")),
        comment="Thay đổi của số đếm ý kiến, chưa cộng dồn",
    )
    op.create_table(
        "comment_count",
        sa.Column(
            "body_id",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="The body, 0 for none; -1 in a count by province",
        ),
        sa.Column(
            "province", sa.String(), nullable=False, comment="The province, empty for none; * in a count by body"
        ),
        sa.Column("status", sa.String(), nullable=False, comment="The state"),
        sa.Column("screened", sa.Boolean(), nullable=False, comment="Whether they wait because of the screening"),
        sa.Column("confidential", sa.Boolean(), nullable=False, comment="Whether they are kept from most officials"),
        sa.Column("number", sa.Integer(), nullable=False, comment="How many"),
        sa.CheckConstraint("(province = '*') = (body_id <> -1)", name=op.f("ck_comment_count_one_way")),
        sa.PrimaryKeyConstraint(
            "body_id", "province", "status", "screened", "confidential", name=op.f("pk_comment_count")
        ),
        comment="Số đếm ý kiến theo cơ quan và theo tỉnh, cập nhật bởi cơ sở dữ liệu",
    )
    op.execute(FUNCTION)
    for name, event, tables in TRIGGERS:
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON comment {tables} FOR EACH STATEMENT"
            " EXECUTE FUNCTION count_comments()"
        )
    op.execute(COUNT_ALL)
    for name, columns, where in INDEXES:
        op.create_index(name, "comment", columns, unique=False, postgresql_where=sa.text(where))


def downgrade() -> None:
    for name, *_ in INDEXES:
        op.drop_index(name, "comment")
    for name, *_ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON comment")
    op.execute("DROP FUNCTION count_comments()")
    op.drop_table("comment_count")
    op.drop_table("comment_change")
