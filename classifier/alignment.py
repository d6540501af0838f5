"""Two comments laid side by side, token by token: what agrees, what was put in another's place, what was added."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from classifier.concepts import SIGN
from classifier.matter import Matter

_PLACE_CUES = frozenset(
    [
        *("xa", "phuong", "tinh", "huyen", "quan", "thon", "ban", "ap", "khu", "tran", "pho", "duong", "vung", "dao"),
        *("cang", "bay", "deo", "vien", "truong", "chua", "o", "tai", "den", "len", "xuong", "ve"),
    ]
)
_LONGEST_NAME = 4

Step = tuple[str, int, int, int, int]


class Alignment:
    """The steps that turn one comment's tokens into the other's."""

    def __init__(self, one: Matter, other: Matter) -> None:
        """Align the tokens of both."""
        self._one, self._other = one, other
        self._steps: Sequence[Step] = SequenceMatcher(None, one.tokens, other.tokens, autojunk=False).get_opcodes()

    def agreed(self) -> float:
        """The share (0-1) of what both say that stands in the same order in both, weighed by how telling it is."""
        equal = sum(self._one.weigh(self._one.tokens[a:b]) for step, a, b, _, _ in self._steps if step == "equal")
        return 2 * equal / max(self._one.weigh(self._one.tokens) + self._other.weigh(self._other.tokens), 1e-9)

    def differences(self) -> dict[str, float]:
        """By kind: the weightiest swap, whether names or numbers changed, how many tokens, the weightiest addition."""
        swaps = [self._new(step) for step in self._steps if step[0] == "replace"]
        weights = [min(self._one.weigh(mine), self._one.weigh(theirs)) for mine, theirs in swaps]
        return {
            "swapped": min(max(weights, default=0.0), 12) / 6,
            "name_swap": float(any(map(self._is_name_swap, self._steps))),
            "number_swap": float(any(_are_numbers(mine) and _are_numbers(theirs) for mine, theirs in swaps)),
            "swaps": min(sum(map(_exchanged, swaps)), 6) / 3,
            "added": min(max(map(self._addition, self._steps), default=0.0), 15) / 7,
        }

    def _new(self, step: Step) -> tuple[list[str], list[str]]:
        """The tokens on either side of a step that the other comment does not have anywhere."""
        _, a, b, c, d = step
        mine = [token for token in self._one.tokens[a:b] if token not in self._other.token_weights]
        theirs = [token for token in self._other.tokens[c:d] if token not in self._one.token_weights]
        return mine, theirs

    def _addition(self, step: Step) -> float:
        if step[0] not in {"insert", "delete"}:
            return 0.0
        mine, theirs = self._new(step)
        return self._one.weigh([*mine, *theirs])

    def _is_name_swap(self, step: Step) -> bool:
        """Whether other proper names, or other words after "xã", "tỉnh", "ở" ..., stand in the same place."""
        kind, a, b, c, d = step
        if kind != "replace":
            return False
        mine, theirs = map(_syllables, self._new(step))
        if not (mine and theirs):
            return False
        announced = a > 0 and self._one.tokens[a - 1] in _PLACE_CUES and max(b - a, d - c) <= _LONGEST_NAME
        return announced or (_is_named(self._one, mine) and _is_named(self._other, theirs))


def _is_named(matter: Matter, tokens: Sequence[str]) -> bool:
    return any(token in matter.named for token in tokens)


def _syllables(tokens: Sequence[str]) -> list[str]:
    return [token for token in tokens if not token.startswith(SIGN)]


def _are_numbers(tokens: Sequence[str]) -> bool:
    return bool(_syllables(tokens)) and all(token.isdigit() for token in _syllables(tokens))


def _exchanged(swap: tuple[list[str], list[str]]) -> int:
    mine, theirs = swap
    if _are_numbers(mine) and _are_numbers(theirs):
        return 0
    return min(len(_syllables(mine)), len(_syllables(theirs))) or int(bool(mine and theirs))
