"""The loaded router: texts in, for each the body, how sure, and whether an official must look first."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from classifier import places
from classifier.artefact import Artefact, load
from classifier.bodies import load_bodies
from classifier.explain import Evidence, evidence
from classifier.scorer import Reading
from classifier.text import Tokens, analyse, spans, warm

CANDIDATES = 5
Decision = Literal["auto", "desk"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that may owe the answer, with its calibrated probability (0–1)."""

    body: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the router says of one text; `evidence` offsets count in the NFC form of the text."""

    body: str
    confidence: float
    decision: Decision
    candidates: tuple[Candidate, ...]
    screen: str
    province: str
    evidence: tuple[Evidence, ...]
    model: str

    def to_dict(self) -> dict[str, object]:
        """The prediction as plain values that JSON can hold."""
        return asdict(self)


class Router:
    """Routes texts with one verified model; safe to share between threads."""

    def __init__(self, artefact: Artefact) -> None:
        """Take a loaded `artefact` and warm the segmenter."""
        warm()
        self._artefact = artefact

    @classmethod
    def load(cls, directory: Path) -> "Router":
        """The router of the model in `directory`; ArtefactError when there is none that can be trusted."""
        return cls(load(directory))

    @property
    def version(self) -> str:
        """The name of the model, taken from its content."""
        return self._artefact.version

    @property
    def threshold(self) -> float:
        """The confidence (0–1) from which a decision is automatic, place and text permitting."""
        return self._artefact.threshold

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction a text, in order; no text makes it fail."""
        tokens = [analyse(text) for text in texts]
        readings = [self._artefact.scorer.read(text) for text in tokens]
        rows = self._artefact.scorer.probabilities(readings).tolist()
        return [self._predict(*case) for case in zip(texts, tokens, readings, rows, strict=True)]

    def _predict(self, text: str, tokens: Tokens, reading: Reading, chances: list[float]) -> Prediction:
        scorer = self._artefact.scorer
        order = sorted(range(len(chances)), key=lambda label: -chances[label])
        best = order[0]
        body, confidence = scorer.labels[best], chances[best]
        province = places.find(text).province
        return Prediction(
            body=body,
            confidence=confidence,
            decision=self._decide(body, confidence, province, tokens),
            candidates=tuple(Candidate(scorer.labels[i], chances[i]) for i in order[:CANDIDATES]),
            screen="hop_le",
            province=province,
            evidence=tuple(evidence(scorer, tokens, reading, spans(text), best)),
            model=self.version,
        )

    def _decide(self, body: str, confidence: float, province: str, tokens: Tokens) -> Decision:
        placed = bool(province) or not load_bodies()[body].needs_place
        sure = confidence >= self._artefact.threshold
        return "auto" if tokens.syllables and placed and sure else "desk"
