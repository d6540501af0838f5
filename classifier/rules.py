"""From probabilities to a decision: automatic, or the desk and why; which further bodies should take part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Reason = Literal["", "unsure", "close", "place", "screen", "empty"]
NEVER = 1.01


@dataclass(frozen=True)
class Rules:
    """Everything that training fits about deciding; all are probabilities (0–1).

    `threshold` holds for every body, `raised` for those whose precision fell short of it; a second body at `close`
    or above keeps a comment on the desk; one at `coordinating` or above is asked to take part.
    """

    threshold: float
    raised: Mapping[str, float] = field(default_factory=dict)
    close: float = NEVER
    coordinating: float = NEVER

    def threshold_of(self, body: str) -> float:
        """From which confidence a comment goes to `body` by itself."""
        return max(self.threshold, self.raised.get(body, 0.0))

    def reason(self, ranked: Sequence[tuple[str, float]]) -> Reason:
        """Why the two best of `ranked` (body, probability) do not suffice; "" when they do.

        Close are two bodies that together hold what one would need to be chosen alone, or a rival at `close`.
        """
        (body, first), (_, second) = ranked[:2]
        needed = self.threshold_of(body)
        if first >= needed:
            return "close" if second >= self.close else ""
        return "close" if first + second >= needed and second >= self.coordinating else "unsure"

    def further(self, ranked: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
        """The bodies after the first of `ranked` that should take part."""
        return [(body, chance) for body, chance in ranked[1:] if chance >= self.coordinating]
