"""What the table of attachments refuses, each by the constraint that says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.db import db
from tests import factories

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("attachment", {"ordinal": 0}, "ck_attachment_ordinal_counts"),
    ("attachment", {"source": "mail"}, "ck_attachment_source_known"),
    ("attachment", {"media_type": "image/svg+xml"}, "ck_attachment_media_type_known"),
    ("attachment", {"size": 0}, "ck_attachment_size_bounded"),
    ("attachment", {"sha256": "A" * 64}, "ck_attachment_hashes_are_hashes"),
    ("attachment", {"content": None}, "ck_attachment_there_or_erased"),
]


@pytest.mark.parametrize(("table", "values", "constraint"), REFUSED)
def test_a_row_that_must_not_be_is_refused_by_its_constraint(
    session: Session, now: datetime, table: str, values: dict[str, Any], constraint: str
) -> None:
    good = {
        "comment_id": factories.submit(now).comment_id,
        "ordinal": 1,
        "source": "filing",
        "media_type": "image/jpeg",
        "size": 10,
        "received_sha256": "0" * 64,
        "sha256": "a" * 64,
        "content": b"sealed",
        "created_at": now,
    }
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        session.execute(db.metadata.tables[table].insert().values(**good | values))
    assert caught.value.orig.diag.constraint_name == constraint  # type: ignore[union-attr]
