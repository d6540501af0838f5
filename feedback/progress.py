"""What `up` and `check` show: one line a step with its mark and seconds, and tables that fit the terminal."""

import shutil
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

WIDEST = 100
DONE, FAILED, WAITING = "✓", "✗", "•"


class Progress:
    """Prints steps: rewritten in place on a terminal, one line at the start and one at the end elsewhere."""

    def __init__(self) -> None:
        self.terminal = sys.stdout.isatty()
        self._step = ""
        self._started = 0.0
        self._detail = ""
        self._shown = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Show a step while it runs, and how it ended."""
        self._step, self._started, self._detail = name, time.monotonic(), ""
        self._shown = 0
        self._line(WAITING, "…")
        try:
            yield
        except BaseException:
            self._line(FAILED, self._seconds(), last=True)
            self._step = ""
            raise
        self._line(DONE, self._seconds(), last=True)
        self._step = ""

    def detail(self, text: str) -> None:
        """Show how far the present step is."""
        if text != self._detail or self.terminal:
            self._detail = text
            self._line(WAITING, f"{self._seconds()} …")

    def pulse(self) -> None:
        """Show on a terminal that the present step's time passes."""
        passed = int(time.monotonic() - self._started)
        if self.terminal and self._step and passed != self._shown:
            self._shown = passed
            self._line(WAITING, f"{self._seconds()} …")

    def _line(self, mark: str, end: str, last: bool = False) -> None:
        """Print the present step."""
        detail = f": {self._detail}" if self._detail else ""
        text = f"{mark} {self._step}{detail} {end}"
        if self.terminal:
            say(f"\r\x1b[K{text}", end="\n" if last else "")
        else:
            say(text)

    def _seconds(self) -> str:
        """Return the time since the step began."""
        return f"({number(time.monotonic() - self._started)} giây)"


def say(text: str = "", end: str = "\n") -> None:
    """Print at once; a closed terminal is no reason to fail."""
    with suppress(OSError, ValueError):
        print(text, end=end, flush=True)


def number(value: float) -> str:
    """Return a number with one decimal, written the Vietnamese way."""
    return f"{value:.1f}".replace(".", ",")


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], shrink: Sequence[int], width: int | None = None
) -> str:
    """Return a table as text, no wider than the terminal; only the columns in `shrink` are cut, the widest first."""
    width = min(WIDEST, width or shutil.get_terminal_size((WIDEST, 24)).columns)
    cells = [[unicodedata.normalize("NFC", " ".join(cell.split())) for cell in row] for row in (headers, *rows)]
    widths = _fit([max(map(len, column)) for column in zip(*cells, strict=True)], shrink, width)
    lines = [
        "  ".join(_cut(cell, room).ljust(room) for cell, room in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    rule = "─" * min(width, sum(widths) + 2 * (len(widths) - 1))
    return "\n".join((lines[0], rule, *lines[1:]))


def _fit(widths: list[int], shrink: Sequence[int], width: int) -> list[int]:
    """Return the widths with the widest shrinkable column cut, a letter at a time, until all fit or none can shrink."""
    while sum(widths) + 2 * (len(widths) - 1) > width:
        widest = max(shrink, key=lambda column: widths[column])
        if widths[widest] <= 6:
            break
        widths[widest] -= 1
    return widths


def _cut(cell: str, room: int) -> str:
    """Return the cell in at most `room` letters."""
    return cell if len(cell) <= room else cell[: room - 1].rstrip() + "…"
