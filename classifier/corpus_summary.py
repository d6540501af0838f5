"""What the corpus consists of, as a table: texts, hands, voices, registers and lengths of each class."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

from classifier.corpus_lines import Line
from classifier.dataset import writer

HEADINGS = ("class", "texts", "voices", "registers", "words: least", "median", "most")


def summary(lines: Sequence[Line]) -> Iterator[str]:
    """The table by class, then how many texts each hand wrote and each register has."""
    by_label: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_label[line.label].append(line)
    hands = sorted({writer(line.comment) for line in lines})
    rows = [(*HEADINGS, *hands), *(_row(label, by_label[label], hands) for label in sorted(by_label))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(
            cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in _cells(row, widths)
        )
    yield _tally("hands", (writer(line.comment) for line in lines))
    yield _tally("registers", (line.register for line in lines))
    yield _tally("kinds", (line.kind for line in lines))


def _cells(row: Sequence[str], widths: Sequence[int]) -> Iterator[tuple[int, tuple[str, int]]]:
    return enumerate(zip(row, widths, strict=True))


def _row(label: str, lines: Sequence[Line], hands: Sequence[str]) -> tuple[str, ...]:
    lengths = [len(line.comment.text.split()) for line in lines]
    wrote = Counter(writer(line.comment) for line in lines)
    figures = (
        len(lines),
        len({line.comment.author for line in lines}),
        len({line.register for line in lines}),
        min(lengths),
        int(median(lengths)),
        max(lengths),
        *(wrote[hand] for hand in hands),
    )
    return (label, *map(str, figures))


def _tally(name: str, values: Iterator[str]) -> str:
    return f"{name}: " + ", ".join(f"{value} {number}" for value, number in Counter(values).most_common())
