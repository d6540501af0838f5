"""`python -m classifier corpus check`: refuses what docs/labelling.md forbids, line by line and text against text."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from classifier.bodies import load_bodies
from classifier.corpus_lines import SCREENS, Finding, Line, faults, read
from classifier.corpus_summary import summary
from classifier.dataset import CORPUS, VALID_SCREEN, groups
from classifier.twins import ALIKE, Twins, twins

HELD_OUT = Path(__file__).parent / "held_out"
COPY = 0.9
LEAST_OF_A_BODY = 100
LEAST_OF_A_SCREEN = 60


def run(corpus: Path = CORPUS, held_out: Path = HELD_OUT) -> int:
    """Print what is wrong and the summary; 1 when anything is wrong, else 0."""
    lines, findings = check(corpus, held_out)
    print("\n".join([*map(str, findings), *summary(lines)]))
    print(f"{len(lines)} lines, {len(findings)} findings")
    return 1 if findings else 0


def check(corpus: Path, held_out: Path) -> tuple[list[Line], list[Finding]]:
    """The lines that can be read, and everything that is wrong with them or with the rest."""
    entries = [*read(corpus), *read(held_out, is_held_out=True)]
    lines = [entry for entry in entries if isinstance(entry, Line)]
    findings = [entry for entry in entries if isinstance(entry, Finding)]
    findings += [Finding(line.place, fault) for line in lines for fault in faults(line)]
    findings += [*_same_ids(lines), *_near(lines), *_scarce(lines, corpus)]
    return [line for line in lines if not line.is_held_out], findings


def _same_ids(lines: Sequence[Line]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for line in lines:
        place = first.setdefault(line.comment.id, line.place)
        if place != line.place:
            yield Finding(line.place, f"the id {line.comment.id!r} is used at {place}")


def _near(lines: Sequence[Line]) -> Iterator[Finding]:
    """Texts too much alike; two labels may share a text but for one fact, if no fold parts the two."""
    numbers = groups([line.comment for line in lines])
    for pair in twins([line.comment.text for line in lines], ALIKE):
        one, other = lines[pair.first], lines[pair.second]
        is_parted = numbers[pair.first] != numbers[pair.second]
        if fault := _nearness(one, other, pair, is_parted=is_parted):
            yield Finding(other.place, f"{pair.share:.2f} alike with {one.place}: {fault}")


def _nearness(one: Line, other: Line, pair: Twins, *, is_parted: bool) -> str:
    if one.is_held_out != other.is_held_out:
        return "a held-out text must be new"
    if one.label == other.label:
        return "a near-duplicate with the same label"
    if pair.share > COPY:
        return "the same text with two labels"
    return "a fold may part the two" if is_parted else ""


def _scarce(lines: Sequence[Line], corpus: Path) -> Iterator[Finding]:
    found = Counter((line.screen, line.label) for line in lines if not line.is_held_out)
    for body in load_bodies():
        if (number := found[VALID_SCREEN, body]) < LEAST_OF_A_BODY:
            yield Finding(corpus.name, f"{number} texts for {body}, not {LEAST_OF_A_BODY}")
    for screen in sorted(SCREENS):
        if (number := found[screen, screen]) < LEAST_OF_A_SCREEN:
            yield Finding(corpus.name, f"{number} texts for {screen}, not {LEAST_OF_A_SCREEN}")
