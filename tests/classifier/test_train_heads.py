"""Complaints are weighed until enough of them are caught; figures come from judges that had not seen the text."""

import numpy as np

from classifier.judge import COLUMNS, KINDS, SCREENS
from classifier.text import analyse
from classifier.train_heads import COSTS, VALID_COST, Seen, _costs, fit_judges

SIZE = 60


def chances(rows: list[dict[int, float]]) -> np.ndarray:
    """Probabilities of the named classes, the rest spread over the others."""
    found = np.full((len(rows), len(SCREENS)), 0.001)
    for number, row in enumerate(rows):
        for label, chance in row.items():
            found[number, label] = chance
    return found


def test_the_least_cost_that_catches_complaints_is_taken() -> None:
    truth = np.array([1, 2])
    assert _costs(chances([{0: 0.3, 1: 0.7}, {0: 0.2, 2: 0.8}]), truth)[:3] == (VALID_COST, 1.0, 1.0)
    assert _costs(chances([{0: 0.8, 1: 0.2}, {0: 0.2, 2: 0.8}]), truth)[:3] == (VALID_COST, 3.0, 3.0)
    assert _costs(chances([{0: 0.99, 1: 0.001}]), np.array([1]))[1] == COSTS[-1]


def test_without_complaints_nothing_is_weighed() -> None:
    assert _costs(chances([{0: 0.9}]), np.array([0]))[1] == COSTS[0]


def seen(screens: np.ndarray) -> Seen:
    """A view whose first column of the screen says whether to stop a text, and whose last columns tell its kind."""
    valid = int((screens == 0).sum())
    kinds = np.arange(valid) % len(KINDS)
    scores = np.zeros((len(screens), 60 + COLUMNS))
    scores[np.arange(len(screens)), 60 + screens] = 1
    scores[np.arange(valid), 60 + COLUMNS - len(KINDS) + kinds] = 1
    tokens = [analyse("Xin hỏi việc này?")] * len(screens)
    return Seen(scores, scores, tokens, tokens, screens, kinds, np.arange(len(screens)) % 3)


def test_what_the_columns_tell_is_learnt_and_measured() -> None:
    screens = np.concatenate([np.zeros(SIZE, dtype=int), np.repeat(np.arange(1, len(SCREENS)), 12)])
    judges = fit_judges({"by_group": seen(screens)})
    screen, kind = (judges.figures["by_group"][name] for name in ("screen", "kind"))
    assert (screen["macro_f1"], screen["complaints_recall"], screen["valid_stopped"]) == (1.0, 1.0, 0.0)
    assert screen["complaints_kept_from_automatic"] == 1.0
    assert kind["accuracy"] == 1.0
    assert 0 < judges.screening.sure_valid < 1


def test_nothing_to_stop_is_no_error() -> None:
    judges = fit_judges({"by_group": seen(np.zeros(SIZE, dtype=int))})
    assert judges.figures["by_group"]["screen"]["complaints_recall"] == 0.0
    assert judges.screening.costs[1] == COSTS[0]
