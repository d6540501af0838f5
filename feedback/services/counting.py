"""How many comments there are in each state, from counts that the database keeps: never by counting them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Integer, Select, String, and_, bindparam, func, select, text, true, union_all

from feedback.db import session
from feedback.models import CommentChange, CommentCount
from feedback.models.comment_count import EVERYWHERE, OF_A_PROVINCE


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose comments are counted: of one body, of one province, or with neither of all."""

    body_id: int | None = None
    province: str | None = None
    confidential_too: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """How many comments of one state there are, apart by whether they wait because of the screening."""

    status: str
    screened: bool
    number: int


def lines(*, reach: Reach) -> list[Line]:
    """How many there are now, by state; what is none is left out."""
    asked = _asked(reach.body_id is not None, reach.province is not None, reach.confidential_too)
    rows = session().execute(asked, {"body": reach.body_id, "place": reach.province})
    return [Line(status, screened, int(number)) for status, screened, number in rows]


def by_body() -> Mapping[tuple[int, str], int]:
    """How many there are by body (0: none owes the answer yet) and state."""
    return {(body_id, status): int(number) for body_id, status, number in session().execute(_by_body())}


@cache
def _by_body() -> Select[int, str, int]:
    kept = select(CommentCount.body_id, CommentCount.status, CommentCount.number).where(
        CommentCount.province == EVERYWHERE
    )
    since = select(CommentChange.body_id, CommentChange.status, CommentChange.number)
    both = union_all(kept, since).subquery()
    total = func.sum(both.c.number)
    return select(both.c.body_id, both.c.status, total).group_by(both.c.body_id, both.c.status).having(total != 0)


def fold() -> int:
    """Add what changed to the counts; return how many changes there were. One process does it, another goes past."""
    if not session().scalar(text("SELECT pg_try_advisory_xact_lock(hashtext('comment_count'))")):
        return 0
    folded: int = session().scalars(_FOLD).one()
    return folded


@cache  # to build it costs more than to ask it
def _asked(of_a_body: bool, of_a_province: bool, confidential_too: bool) -> Select[str, bool, int]:
    """Counts and changes by state, for the `body` and the `place` that are given with it."""
    body, place = bindparam("body", type_=Integer()), bindparam("place", type_=String())
    kept: ColumnElement[bool] = CommentCount.province == EVERYWHERE
    since: ColumnElement[bool] = true()
    if of_a_province:
        kept = and_(CommentCount.body_id == OF_A_PROVINCE, CommentCount.province == place)
        since = CommentChange.province == place
    elif of_a_body:
        kept, since = and_(kept, CommentCount.body_id == body), CommentChange.body_id == body
    both = union_all(
        *(
            select(table.status, table.screened, table.number).where(
                chosen, true() if confidential_too else table.confidential.is_(False)
            )
            for table, chosen in ((CommentCount, kept), (CommentChange, since))
        )
    ).subquery()
    total = func.sum(both.c.number)
    return select(both.c.status, both.c.screened, total).group_by(both.c.status, both.c.screened).having(total != 0)


# One statement, so that whoever reads meanwhile sees each change once: among the changes, or in the counts.
_FOLD = text("""
WITH gone AS (
    DELETE FROM comment_change RETURNING body_id, province, status, screened, confidential, number
), summed AS (
    SELECT CASE WHEN grouping(body_id) = 0 THEN body_id ELSE -1 END AS body_id,
        CASE WHEN grouping(province) = 0 THEN province ELSE '*' END AS province,
        status, screened, confidential, sum(number) AS number
    FROM gone
    GROUP BY GROUPING SETS ((body_id, status, screened, confidential), (province, status, screened, confidential))
    HAVING sum(number) <> 0
), added AS (
    INSERT INTO comment_count (body_id, province, status, screened, confidential, number)
    SELECT body_id, province, status, screened, confidential, number FROM summed
    ON CONFLICT (body_id, province, status, screened, confidential)
    DO UPDATE SET number = comment_count.number + excluded.number
)
SELECT count(*) FROM gone
""")
