"""What an answer says came of a matter, and which facts that makes true."""

from __future__ import annotations

from datetime import date

import pytest

from feedback.domain.answer import FACT_NAMES, FACTS_OF, OUTCOME_HINTS, OUTCOME_NAMES, Fact, Outcome, checked_outcome
from feedback.domain.errors import InvalidInput

TODAY = date(2026, 3, 10)


def test_every_outcome_and_every_fact_has_its_words() -> None:
    assert set(OUTCOME_NAMES) == set(OUTCOME_HINTS) == set(FACTS_OF) == set(Outcome)
    assert set(FACT_NAMES) == set(Fact)


@pytest.mark.parametrize(
    ("outcome", "facts"),
    [
        ("resolved", {"answered", "resolved"}),
        ("explained", {"answered"}),
        ("planned", {"answered"}),
        ("not_possible", {"answered"}),
        ("forwarded", {"forwarded"}),
    ],
)
def test_only_what_is_said_to_be_resolved_counts_as_resolved_and_passing_on_is_no_answer(
    outcome: str, facts: set[str]
) -> None:
    assert FACTS_OF[outcome] == facts
    assert Fact.CONFIRMED not in facts


@pytest.mark.parametrize(
    ("outcome", "planned_on", "field"),
    [
        ("", None, "outcome"),
        ("done", None, "outcome"),
        ("planned", None, "planned_on"),
        ("planned", date(2026, 3, 9), "planned_on"),
    ],
)
def test_an_answer_says_an_outcome_and_by_when_if_it_is_planned(
    outcome: str, planned_on: date | None, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_outcome(outcome, planned_on, today=TODAY)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(("outcome", "planned_on"), [("planned", TODAY), ("resolved", None), ("explained", TODAY)])
def test_an_outcome_that_says_enough_is_taken(outcome: str, planned_on: date | None) -> None:
    assert checked_outcome(outcome, planned_on, today=TODAY) == outcome
