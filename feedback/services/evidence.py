"""A text with the pieces marked that spoke for the machine's first candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.models import Comment, RoutingDecision


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text; `weight` above 0 marks evidence, from 0 to 1 of the strongest."""

    text: str
    weight: float


def marked(*, comment: Comment, decision: RoutingDecision | None) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Title and text of a comment, each in pieces."""
    # The model read title and text with one line break between; its offsets are moved back to each.
    shift = len(comment.title) + 1
    pieces = [
        (int(str(piece["start"])), int(str(piece["end"])), float(str(piece["weight"])))
        for piece in (decision.evidence if decision else [])
    ]
    strongest = max((weight for *_, weight in pieces), default=0.0)
    scaled = [(start, end, weight / strongest) for start, end, weight in pieces if weight > 0]
    in_text = [(start - shift, end - shift, weight) for start, end, weight in scaled if start >= shift]
    in_title = [(start, end, weight) for start, end, weight in scaled if end < shift]
    return _spans(comment.title, in_title), _spans(comment.text, in_text)


def _spans(text: str, pieces: Sequence[tuple[int, int, float]]) -> tuple[Span, ...]:
    spans, place = [], 0
    for start, end, weight in sorted(pieces):
        if not place <= start < end <= len(text):
            continue
        spans += [Span(text[place:start], 0.0), Span(text[start:end], weight)]
        place = end
    spans.append(Span(text[place:], 0.0))
    return tuple(span for span in spans if span.text)
