"""The loaded router: texts in, for each the body, how sure, and whether an official must look first."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from classifier import places
from classifier.artefact import Artefact, load
from classifier.bodies import load_bodies
from classifier.confidence import Floats
from classifier.explain import Evidence, evidence
from classifier.fields import field_of
from classifier.judge import VALID, kind_features, screen_features
from classifier.question import question
from classifier.rules import Reason
from classifier.scorer import Reading
from classifier.text import Tokens, analyse, spans, warm
from classifier.urgency import Cue, cues_of

CANDIDATES = 5
Decision = Literal["auto", "desk"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that may owe the answer, with its calibrated probability (0–1)."""

    body: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Screen:
    """The screening class of a text, and its probability (0–1) among the seven."""

    screen: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happened: a province's code ("" when only a commune is named), the commune as written, and by which
    sort of name the province was found."""

    province: str
    commune: str
    how: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the router says of one text; offsets of `evidence` and `urgency` count in the NFC form of the text.

    `desk_reason` and `question` are "" when the decision is automatic.
    """

    body: str
    confidence: float
    decision: Decision
    candidates: tuple[Candidate, ...]
    screen: str
    province: str
    evidence: tuple[Evidence, ...]
    model: str
    kind: str
    field: str
    urgency: tuple[Cue, ...]
    coordinating: tuple[Candidate, ...]
    place: Place | None
    desk_reason: Reason
    question: str
    screen_confidence: float

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
        """The confidence (0–1) below which no decision is automatic."""
        return self._artefact.rules.threshold

    def screen(self, texts: Sequence[str]) -> list[Screen]:
        """The screening class of each text, in order."""
        tokens = [analyse(text) for text in texts]
        scores = self._artefact.scorer.scores([self._artefact.scorer.read(text) for text in tokens])
        return [found for found, _ in self._screens(scores, tokens)]

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction a text, in order; no text makes it fail."""
        scorer = self._artefact.scorer
        tokens = [analyse(text) for text in texts]
        readings = [scorer.read(text) for text in tokens]
        scores = scorer.scores(readings)
        screens = self._screens(scores, tokens)
        kinds = scorer.kind.chances(kind_features(scores, tokens)).argmax(axis=1).tolist()
        chances = scorer.route(scores).tolist()
        return [self._predict(*case) for case in zip(texts, tokens, readings, chances, screens, kinds, strict=True)]

    def _screens(self, scores: Floats, tokens: Sequence[Tokens]) -> list[tuple[Screen, bool]]:
        """Each text's screening class, and whether it is surely a valid comment."""
        screening = self._artefact.scorer.screening
        chances = screening.judge.chances(screen_features(scores, tokens))
        best = (chances * np.array(screening.costs)).argmax(axis=1).tolist()
        names = screening.judge.labels
        return [
            (Screen(names[label], row[label]), names[label] == VALID and row[0] >= screening.sure_valid)
            for label, row in zip(best, chances.tolist(), strict=True)
        ]

    def _predict(
        self, text: str, tokens: Tokens, reading: Reading, chances: list[float], screen: tuple[Screen, bool], kind: int
    ) -> Prediction:
        scorer, rules = self._artefact.scorer, self._artefact.rules
        order = sorted(range(len(chances)), key=lambda label: -chances[label])[:CANDIDATES]
        ranked = [(scorer.labels[label], chances[label]) for label in order]
        (body, confidence), (rival, _) = ranked[:2]
        place, where = places.find(text), spans(text)
        reason = self._reason(tokens, ranked, place.province, is_valid=screen[1])
        return Prediction(
            body=body,
            confidence=confidence,
            decision="desk" if reason else "auto",
            candidates=tuple(Candidate(*each) for each in ranked),
            screen=screen[0].screen,
            province=place.province,
            evidence=tuple(evidence(scorer, tokens, reading, where, order[0])),
            model=self.version,
            kind=scorer.kind.labels[kind],
            field=field_of(tokens, body),
            urgency=cues_of(tokens, where),
            coordinating=tuple(Candidate(*each) for each in rules.further(ranked)),
            place=Place(place.province, place.commune, place.how) if place.province or place.commune else None,
            desk_reason=reason,
            question=question(reason, screen[0].screen, body, rival),
            screen_confidence=screen[0].confidence,
        )

    def _reason(self, tokens: Tokens, ranked: Sequence[tuple[str, float]], province: str, *, is_valid: bool) -> Reason:
        """Why an official must look, the weightiest reason first; a place is asked for only when all else is sure."""
        if not tokens.syllables:
            return "empty"
        if not is_valid:
            return "screen"
        unsure = self._artefact.rules.reason(ranked)
        if unsure:
            return unsure
        return "place" if load_bodies()[ranked[0][0]].needs_place and not province else ""
