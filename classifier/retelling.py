"""The same matter told once more: copied, in another order, or with half of what another said."""

import re

from classifier.text import fold


def copied(text: str) -> str:
    """`text` with the courtesies of a letter, or without its accents."""
    return f"Kính gửi quý cơ quan. {text} Trân trọng cảm ơn." if len(text) % 2 else fold(text)


def turned(text: str) -> str:
    """The clauses of `text` from the last to the first: the same told in another order; every other one bare."""
    told = ", ".join(reversed(_clauses(text)))
    return told if len(text) % 2 else fold(told).lower()


def _with_its_end(text: str, told: str) -> str:
    """What the other `told` and then the end of `text`."""
    clauses = _clauses(text)
    return f"{told} {', '.join(clauses[len(clauses) // 2 :])}"


def _with_its_opening(text: str, told: str) -> str:
    """The opening of `text` and what the other `told`, turned round and bare."""
    clauses = _clauses(text)
    return fold(f"{turned(told)}, {', '.join(clauses[: max(len(clauses) // 2, 1)])}").lower()


def _clauses(text: str) -> list[str]:
    return [clause for clause in re.split(r"[.,;:?!]\s+", text.rstrip(".?! ")) if clause]


BLENDS = (_with_its_end, _with_its_opening)
