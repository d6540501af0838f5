"""Published cases for everybody: a list, a page for each, a file."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from feedback.domain.answer import OUTCOME_NAMES
from feedback.domain.vocabulary import KIND_NAMES, Kind
from feedback.services import published
from feedback.services.publishing import Shown
from feedback.web.exports import csv_file
from feedback.web.formats import moment
from feedback.web.permissions import public

blueprint = Blueprint("published", __name__)

_HEADER = (
    "Số ý kiến",
    "Loại",
    "Tiêu đề",
    "Nội dung",
    "Cơ quan trả lời",
    "Kết quả",
    "Câu trả lời",
    "Số người cùng phản ánh",
    "Gửi lúc",
    "Trả lời lúc",
    "Công khai lúc",
)


@blueprint.get("/cong-khai")
@public
def all_of_them() -> str:
    """The newest, twenty a page."""
    after = request.args.get("sau")
    return render_template("public/published.html", page=published.page(after=after), first=after is None)


@blueprint.get("/cong-khai.csv")
@public
def file() -> Response:
    """The newest thousand as a file."""
    return csv_file("y-kien-da-cong-khai", _HEADER, map(_row, published.rows()))


@blueprint.get("/cong-khai/<reference>")
@public
def one(reference: str) -> str:
    """One case with its answer."""
    found = published.one(reference=reference)
    return render_template("public/published_case.html", case=found, outcome_names=OUTCOME_NAMES)


def _row(case: Shown) -> tuple[object, ...]:
    return (
        case.reference,
        KIND_NAMES[Kind(case.kind)],
        case.title,
        case.text,
        case.body_name,
        OUTCOME_NAMES.get(case.outcome or "", ""),
        case.answer,
        case.voices,
        moment(case.received_at),
        moment(case.replied_at),
        moment(case.published_at) if case.published_at else "",
    )
