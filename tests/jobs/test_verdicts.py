"""What the classifier says becomes a verdict in plain values, and its doubts reasons of the desk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from classifier.explain import Evidence
from classifier.router import Candidate, Prediction
from classifier.urgency import Cue
from feedback.domain.routing import DESK_REASON_NAMES, DeskReason
from feedback.jobs.verdicts import verdict_of

SAID = Prediction(
    body="BCA",
    confidence=0.97,
    decision="auto",
    candidates=(Candidate("BCA", 0.97), Candidate("NHNN", 0.02)),
    screen="hop_le",
    screen_confidence=0.99,
    province="HN",
    evidence=(Evidence(0, 4, 0.8),),
    model="test-1",
    kind="phan_anh",
    field="AN",
    urgency=(Cue("mat_tien", 5, 9),),
    coordinating=(Candidate("NHNN", 0.4),),
    place=None,
    desk_reason="",
    question="",
)


def test_everything_that_is_said_is_carried_over() -> None:
    verdict = verdict_of(SAID, 0.9)
    assert (verdict.class_code, verdict.confidence, verdict.sure) == ("BCA", 0.97, True)
    assert (verdict.screen, verdict.screen_confidence) == ("hop_le", 0.99)
    assert (verdict.kind, verdict.field, verdict.question) == ("phan_anh", "AN", None)
    assert verdict.urgency == [{"cue": "mat_tien", "start": 5, "end": 9}]
    assert verdict.coordinating == [{"body": "NHNN", "confidence": 0.4}]
    assert verdict.evidence == [{"start": 0, "end": 4, "weight": 0.8}]
    assert [one["body"] for one in verdict.candidates] == ["BCA", "NHNN"]
    assert (verdict.province, verdict.model_version, verdict.desk_reason) == ("HN", "test-1", None)


@pytest.mark.parametrize(
    ("reason", "sure", "doubt"),
    [
        ("unsure", False, DeskReason.UNSURE),
        ("close", False, DeskReason.CLOSE),
        ("screen", False, DeskReason.DOUBTFUL),
        ("empty", False, DeskReason.EMPTY),
        # The form may name the place that the text does not; routing asks for it itself.
        ("place", True, DeskReason.UNSURE),
    ],
)
def test_each_doubt_of_the_model_is_a_reason_of_the_desk(reason: str, sure: bool, doubt: DeskReason) -> None:
    verdict = verdict_of(replace(SAID, desk_reason=reason, question="Ở đâu?"), 0.9)
    assert (verdict.sure, verdict.doubt, verdict.question) == (sure, doubt, "Ở đâu?")


def test_below_the_floor_nothing_is_sure_whatever_the_model_says() -> None:
    verdict = verdict_of(SAID, 0.98)
    assert (verdict.sure, verdict.doubt) == (False, DeskReason.UNSURE)


def test_every_reason_of_the_desk_has_a_name() -> None:
    assert set(DESK_REASON_NAMES) == set(DeskReason)
