"""Boosted trees as plain arrays: what tells two matters apart hangs on several differences at once."""

from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Trees:
    """Complete binary trees of one depth, each level left to right: `feature` and `cut` (trees, 2^depth - 1) of the
    inner nodes, `gain` (trees, 2^depth) of the leaves, in log-odds; `start` is added to their sum.
    """

    feature: Numbers
    cut: Floats
    gain: Floats
    start: float

    def score(self, row: Floats) -> float:
        """The probability (0-1) for one row of features."""
        trees = np.arange(len(self.feature))
        node = np.zeros(len(self.feature), dtype=np.int64)
        inner = self.feature.shape[1]
        while node.size and node[0] < inner:
            node = 2 * node + 1 + (row[self.feature[trees, node]] > self.cut[trees, node])
        return 1 / (1 + exp(-self.start - float(self.gain[trees, node - inner].sum())))

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "feature": self.feature.tolist(),
            "cut": [[float(f"{cut:.7g}") for cut in cuts] for cuts in self.cut.tolist()],
            "gain": [[round(gain, 6) for gain in gains] for gains in self.gain.tolist()],
            "start": self.start,
        }

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Trees":
        """What `to_dict` gave; KeyError or ValueError when it is not that."""
        feature, cut, gain = np.array(kept["feature"]), np.array(kept["cut"]), np.array(kept["gain"])
        if not len(feature) == len(cut) == len(gain) or gain.shape[1] != cut.shape[1] + 1:
            raise ValueError("trees of different sizes")
        return cls(feature.astype(np.int64), cut.astype(np.float64), gain.astype(np.float64), float(kept["start"]))
