"""Whether a challenger may take the champion's place: better beyond chance, and no class falls. docs/adr/0013."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from scipy.stats import binomtest

ALPHA = 0.05
LARGEST_FALL = 0.03
ENOUGH = 34  # texts of a class from which one text is less than LARGEST_FALL


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One class on the frozen set: its texts, and how many of them each model sends to an accepted body."""

    body: str
    n: int
    champion: int
    challenger: int

    @property
    def has_fallen(self) -> bool:
        """Whether the class falls: by more than 3 points, or, where one text is more than that, by two texts."""
        lost = self.champion - self.challenger
        return lost / self.n > LARGEST_FALL if self.n >= ENOUGH else lost >= 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """McNemar's exact test over the same texts: those that only the challenger, or only the champion, gets right."""

    n: int
    gained: int
    lost: int
    p: float
    fallen: tuple[str, ...]

    @property
    def is_better(self) -> bool:
        """Whether the challenger is better beyond chance."""
        return self.gained > self.lost and self.p < ALPHA

    @property
    def may_be_promoted(self) -> bool:
        """Whether it may take the champion's place."""
        return self.is_better and not self.fallen

    def to_dict(self) -> dict[str, object]:
        """The comparison as plain values that JSON can hold."""
        return {**asdict(self), "fallen": list(self.fallen), "promotable": self.may_be_promoted}


def compare(bodies: Sequence[str], champion: Sequence[bool], challenger: Sequence[bool]) -> Comparison:
    """Compare two models on the same texts, whose true classes are `bodies`; the others say where each was right."""
    pairs = list(zip(champion, challenger, strict=True))
    gained, lost = pairs.count((False, True)), pairs.count((True, False))
    fallen = tuple(line.body for line in by_class(bodies, champion, challenger) if line.has_fallen)
    return Comparison(len(pairs), gained, lost, mcnemar(gained, lost), fallen)


def mcnemar(gained: int, lost: int) -> float:
    """The chance (two-sided, exact) of parting so unevenly on gained + lost texts by luck alone. McNemar 1947."""
    return float(binomtest(gained, gained + lost, 0.5).pvalue) if gained + lost else 1.0


def by_class(bodies: Sequence[str], champion: Sequence[bool], challenger: Sequence[bool]) -> list[ClassLine]:
    """The lines of all classes that occur, in the order of their codes."""
    count = Counter(bodies)
    first = Counter(body for body, right in zip(bodies, champion, strict=True) if right)
    second = Counter(body for body, right in zip(bodies, challenger, strict=True) if right)
    return [ClassLine(body, count[body], first[body], second[body]) for body in sorted(count)]
