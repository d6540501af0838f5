"""Tables as CSV that a spreadsheet opens rightly: UTF-8 with its mark, and no cell that it would run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from flask import Response, stream_with_context

_MARK = "\ufeff"
_PIECE = 200  # rows that are sent at once
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: object) -> object:
    """The cell, with an apostrophe before text that a spreadsheet would take for a formula; numbers stay numbers."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The whole table as text."""
    target = io.StringIO()
    target.write(_MARK)
    writer = csv.writer(target)
    writer.writerow([harmless(cell) for cell in header])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return target.getvalue()


def csv_stream(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The same as `csv_file`, sent while the rows are read: however many there are, few are held at a time."""
    response = Response(stream_with_context(_pieces(header, rows)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _pieces(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield csv_text(header, ())
    remaining = iter(rows)
    while piece := list(islice(remaining, _PIECE)):
        yield csv_text((), piece).removeprefix(f"{_MARK}\r\n")


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """An answer that is saved as `name`.csv; `name` is ours, plain letters and dashes."""
    response = Response(csv_text(header, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
