"""The learning loop replayed: 357 corrections of one hand, retrained every 25, in random order and in taught order.

Four starts: a model that read 60 or 500 texts of other hands, as when a service opens; and one that read all texts of
all other hands, for matters at a boundary of two bodies and for everyday letters. Accuracy is measured on a frozen part
of the hand's texts, by other personas than those that come in. Nothing is chosen by the frozen part.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupShuffleSplit

from bench.ground import RESULTS
from classifier import model, teaching, train
from classifier.dataset import groups, load_corpus, load_lexicon, load_mandates, writer
from classifier.model import Recipe, Temperatures
from classifier.promotion import mcnemar
from feedback.config import PROJECT_ROOT

CORRECTIONS = 357
STEP = 25
FROZEN_SHARE = 0.3
SEEDS = (1,)
COLOURS = ("#5b6b73", "#0b4a57", "#b87a00", "#8a1c4a")
PICTURE = PROJECT_ROOT / "docs" / "learning-curve.svg"
Rows = NDArray[np.intp]
Choose = Callable[[Rows, NDArray[np.float64], int], Rows]


@dataclass(frozen=True)
class Scenario:
    """What is replayed: whose texts come in, and with how many of the others' the model starts (None: all)."""

    name: str
    hand: str
    start: int | None


SCENARIOS = (
    Scenario("everyday letters, 60 others known", "w1", 60),
    Scenario("everyday letters, 500 others known", "w1", 500),
    Scenario("boundary matters, all others known", "w4", None),
    Scenario("everyday letters, all others known", "w1", None),
)


@dataclass(frozen=True)
class Stage:
    """The texts, cut up once, and their parts: what is known at the start, what comes in, what is tested by."""

    material: train.Material
    start: Rows
    pool: Rows
    frozen: Rows
    heats: Temperatures


@dataclass(frozen=True)
class Point:
    """The model after so many corrections."""

    corrections: int
    accuracy: float
    right: NDArray[np.bool_]


def main() -> None:
    """Replay the scenarios named on the command line, else all; print, and write figures and picture."""
    comments = load_corpus()
    material = train.prepare(comments, [*load_mandates(), *load_lexicon()])
    numbers = groups(comments)
    wanted = sys.argv[1:] or [scenario.name for scenario in SCENARIOS]
    for scenario in SCENARIOS:
        if scenario.name in wanted:
            began = time.perf_counter()
            told = _play(_stage(material, numbers, scenario), scenario)
            keep([told | {"seconds": round(time.perf_counter() - began)}])


def keep(told: Sequence[Mapping[str, Any]]) -> None:
    """Write these scenarios beside those that were replayed before, and draw all of them."""
    path = RESULTS / "learning.json"
    kept = (
        {one["name"]: one for one in json.loads(path.read_text(encoding="utf-8"))["scenarios"]} if path.exists() else {}
    )
    kept |= {one["name"]: one for one in told}
    ordered = [kept[scenario.name] for scenario in SCENARIOS if scenario.name in kept]
    RESULTS.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"scenarios": ordered}, indent=1) + "\n", encoding="utf-8")
    PICTURE.write_text(picture(ordered), encoding="utf-8")
    print(json.dumps({"scenarios": told}, indent=1), flush=True)


def _play(stage: Stage, scenario: Scenario) -> dict[str, Any]:
    print(f"{scenario.name}: {len(stage.start)} {len(stage.pool)} {len(stage.frozen)}", flush=True)
    random = [list(_replay(stage, _random(seed), f"random {seed}")) for seed in SEEDS]
    taught = list(_replay(stage, _taught(stage), "taught"))
    counts = [point.corrections for point in taught]
    return {
        "name": scenario.name,
        "hand": scenario.hand,
        "texts": {"start": len(stage.start), "pool": len(stage.pool), "frozen": len(stage.frozen)},
        "corrections": counts,
        "random": [[round(point.accuracy, 4) for point in run] for run in random],
        "random_mean": [round(float(np.mean([run[n].accuracy for run in random])), 4) for n in range(len(counts))],
        "taught": [round(point.accuracy, 4) for point in taught],
        "gain_random": [_gain(run) for run in random],
        "gain_taught": _gain(taught),
    }


def _gain(run: Sequence[Point]) -> dict[str, float]:
    """How the last model differs from the first on the same texts, with McNemar's exact test."""
    first, last = run[0].right, run[-1].right
    gained, lost = int((~first & last).sum()), int((first & ~last).sum())
    return {"gained": gained, "lost": lost, "p": round(mcnemar(gained, lost), 4)}


def _stage(material: train.Material, numbers: Rows, scenario: Scenario) -> Stage:
    mine = np.array([writer(comment) == scenario.hand for comment in material.comments])
    own = np.flatnonzero(mine)
    splitter = GroupShuffleSplit(1, test_size=FROZEN_SHARE, random_state=Recipe().seed)
    pool, frozen = (own[part] for part in next(splitter.split(own, groups=numbers[own])))
    start = np.flatnonzero(~mine & ~np.isin(numbers, numbers[own]))
    if scenario.start is not None:
        start = np.sort(np.random.default_rng(Recipe().seed).choice(start, scenario.start, replace=False))
    return Stage(material, start, pool, frozen, _heats(material, start))


def _heats(material: train.Material, start: Rows) -> Temperatures:
    """Temperatures from a fifth of the starting texts, by a model that did not read them."""
    held = start[np.arange(len(start)) % 5 == 0]
    fitted, _ = train.fit_on(material, np.setdiff1d(start, held).tolist(), Recipe())
    scores = model.raw_scores(fitted, [material.plain[row] for row in held.tolist()])
    return model.fit_temperatures(*scores, material.truth[held], Recipe().svc_share)


def _replay(stage: Stage, choose: Choose, name: str) -> Iterator[Point]:
    """Accuracy before any correction and after each STEP of them."""
    learned: Rows = np.array([], dtype=np.intp)
    while True:
        fitted, _ = train.fit_on(stage.material, [*stage.start.tolist(), *learned.tolist()], Recipe())
        right = _right(stage, _chances(stage, fitted, stage.frozen))
        print(f"{name}: {len(learned)} corrections, {right.mean():.4f}", flush=True)
        yield Point(len(learned), float(right.mean()), right)
        if len(learned) == CORRECTIONS:
            return
        left = np.setdiff1d(stage.pool, learned)
        wanted = min(STEP, CORRECTIONS - len(learned))
        learned = np.concatenate([learned, choose(left, _chances(stage, fitted, left), wanted)])


def _chances(stage: Stage, fitted: model.Fitted, rows: Rows) -> NDArray[np.float64]:
    scores = model.raw_scores(fitted, [stage.material.plain[row] for row in rows.tolist()])
    return model.blend(*scores, stage.heats, Recipe().svc_share)


def _right(stage: Stage, chances: NDArray[np.float64]) -> NDArray[np.bool_]:
    names = train.labels()
    said = [names[best] for best in chances.argmax(axis=1).tolist()]
    return np.array(
        [body in stage.material.comments[row].accepted for body, row in zip(said, stage.frozen.tolist(), strict=True)]
    )


def _random(seed: int) -> Choose:
    generator = np.random.default_rng(seed)
    return lambda left, _chances, wanted: generator.choice(left, wanted, replace=False)


def _taught(stage: Stage) -> Choose:
    """As the service does it: of the 400 narrowest margins, those unlike each other."""

    def choose(left: Rows, chances: NDArray[np.float64], wanted: int) -> Rows:
        ordered = np.sort(chances, axis=1)
        margins = ordered[:, -1] - ordered[:, -2]
        near = np.argsort(margins, kind="stable")[:400]
        texts = [stage.material.comments[row].text for row in left[near].tolist()]
        return left[near][teaching.order(texts, margins[near].tolist(), wanted)]

    return choose


def picture(told: Sequence[Mapping[str, Any]]) -> str:
    """The curves as SVG: accuracy on the frozen texts over the number of corrections."""
    values = [value for one in told for order in ("random_mean", "taught") for value in one[order]]
    low, high = float(np.floor(50 * min(values)) / 50), float(np.ceil(50 * max(values)) / 50)
    counts = told[0]["corrections"]
    ticks = "".join(
        f'<text x="52" y="{_y(value, low, high) + 4:.0f}" text-anchor="end">{value:.2f}</text>'
        f'<path d="M60 {_y(value, low, high):.1f}H620" stroke="#d5dde0"/>'
        for value in np.arange(low, high + 0.001, 0.02)
    )
    marks = "".join(f'<text x="{_x(count):.0f}" y="308" text-anchor="middle">{count}</text>' for count in counts[::2])
    lines = "".join(
        f'<path d="{_line(counts, one[order], low, high)}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
        for one, colour in zip(told, COLOURS, strict=False)
        for order, dash in (("random_mean", ""), ("taught", ' stroke-dasharray="7 4"'))
    )
    names = "".join(
        f'<path d="M60 {y - 4}H84" stroke="{colour}" stroke-width="3"/><text x="92" y="{y}">{one["name"]}</text>'
        for one, colour, y in zip(told, COLOURS, (350, 368, 386, 404), strict=False)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 415" role="img"'
        ' font-family="sans-serif" font-size="12">'
        "<title>Accuracy on frozen texts after each 25 corrections, in random and in taught order</title>"
        f'<rect width="640" height="415" fill="#fff"/>{ticks}{marks}{lines}{names}'
        '<text x="340" y="328" text-anchor="middle">corrections (solid: random order, dashed: taught order)</text>'
        "</svg>\n"
    )


def _line(counts: Sequence[int], values: Sequence[float], low: float, high: float) -> str:
    places = [f"{_x(count):.1f} {_y(value, low, high):.1f}" for count, value in zip(counts, values, strict=True)]
    return "M" + " L".join(places)


def _x(count: int) -> float:
    return 60 + 560 * count / CORRECTIONS


def _y(value: float, low: float, high: float) -> float:
    return float(290 - 270 * (value - low) / (high - low))


if __name__ == "__main__":
    main()
