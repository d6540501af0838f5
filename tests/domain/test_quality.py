"""The quality gate: an answer passes with every point met, and goes back with one missing."""

from __future__ import annotations

import itertools

import pytest

from feedback.domain.errors import InvalidInput
from feedback.domain.quality import POINTS, checklist, missing, require_all, require_some_missing, unmet

CODES = [point.code for point in POINTS]
SOME = [set(chosen) for count in range(len(CODES)) for chosen in itertools.combinations(CODES, count)]


def test_points_have_codes_of_their_own_and_say_how_to_tell() -> None:
    assert len(set(CODES)) == len(POINTS) == 7
    assert all(point.name and point.hint for point in POINTS)


def test_an_answer_with_every_point_met_passes_and_cannot_be_sent_back() -> None:
    require_all(CODES)
    with pytest.raises(InvalidInput) as refused:
        require_some_missing(CODES)
    assert list(refused.value.fields) == ["points"]


def test_with_any_point_missing_an_answer_can_only_be_sent_back() -> None:
    for ticked in SOME:
        require_some_missing(ticked)
        with pytest.raises(InvalidInput) as refused:
            require_all(ticked)
        (sentence,) = refused.value.fields["points"]
        assert sentence.endswith("Câu trả lời chỉ có thể được trả lại để hoàn thiện.")
        assert all(point.name.lower() in sentence for point in missing(ticked))


def test_a_checklist_keeps_what_was_found_of_every_point_and_nothing_else() -> None:
    kept = checklist(["private", "rác"])
    assert kept == {code: code == "private" for code in CODES}
    assert [point.code for point in unmet(kept)] == [code for code in CODES if code != "private"]


def test_an_answer_from_before_the_gate_has_no_unmet_points() -> None:
    assert unmet(None) == unmet({}) == ()
