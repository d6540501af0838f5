"""The ladder: who is told of what, as one table."""

from __future__ import annotations

import re

from feedback.domain.permissions import Role
from feedback.domain.reminding import STUCK, WATCHES, heading, kind_of, kinds


def test_a_late_answer_climbs_from_the_handler_to_the_intake_desk() -> None:
    assert WATCHES["answer"].ladder == (Role.HANDLER, Role.COORDINATOR, Role.LEADER, Role.INTAKE)


def test_every_ladder_ends_at_the_intake_desk_so_that_somebody_hears_of_it() -> None:
    assert {watch.ladder[-1] for watch in WATCHES.values()} == {Role.INTAKE}


def test_every_kind_has_its_clock_and_its_heading_and_the_form_that_the_database_asks_for() -> None:
    for kind in kinds():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)?(_[0-9])?", kind)
        if kind != STUCK:
            assert kind.partition("_")[0] in WATCHES
            assert heading(kind)[0].isupper()
    assert len(kinds()) == len(set(kinds()))


def test_the_rungs_of_a_ladder_have_one_heading() -> None:
    assert heading(kind_of("answer", "late", 1)) == heading(kind_of("answer", "late", 4)) == "Đã quá hạn trả lời"
