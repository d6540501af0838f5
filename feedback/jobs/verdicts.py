"""From what the classifier says, in its own terms, to a verdict in plain values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from classifier.router import Candidate, Prediction
from feedback.domain.routing import DeskReason
from feedback.services.classification import Verdict

# Why the model abstains. A place that the text does not name is not among them: the form may have named it, and
# routing asks for it itself.
DOUBTS: Mapping[str, DeskReason] = MappingProxyType(
    {
        "unsure": DeskReason.UNSURE,
        "close": DeskReason.CLOSE,
        "screen": DeskReason.DOUBTFUL,
        "empty": DeskReason.EMPTY,
    }
)


def verdict_of(prediction: Prediction, threshold: float) -> Verdict:
    """The verdict on one comment; below a confidence of `threshold` (0-1) nothing is sure."""
    reason: str = prediction.desk_reason
    if reason not in DOUBTS and prediction.confidence < threshold:
        reason = "unsure"
    return Verdict(
        class_code=prediction.body,
        confidence=prediction.confidence,
        sure=reason not in DOUBTS,
        candidates=[_ranked(candidate) for candidate in prediction.candidates],
        evidence=[{"start": e.start, "end": e.end, "weight": e.weight} for e in prediction.evidence],
        screen=prediction.screen,
        screen_confidence=prediction.screen_confidence,
        kind=prediction.kind,
        field=prediction.field,
        urgency=[{"cue": c.cue, "start": c.start, "end": c.end} for c in prediction.urgency],
        coordinating=[_ranked(candidate) for candidate in prediction.coordinating],
        question=prediction.question or None,
        province=prediction.province,
        model_version=prediction.model,
        doubt=DOUBTS.get(reason, DeskReason.UNSURE),
    )


def _ranked(candidate: Candidate) -> dict[str, object]:
    return {"body": candidate.body, "confidence": candidate.confidence}
