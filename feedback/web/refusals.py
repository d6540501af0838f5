"""The lawful reasons for a refusal, as administrators see them."""

from __future__ import annotations

from types import MappingProxyType

from flask import render_template
from werkzeug.wrappers import Response

from feedback.domain.permissions import Permission
from feedback.services import refusing
from feedback.web.admin import blueprint
from feedback.web.exports import csv_file
from feedback.web.permissions import permission

CERTAINTY_NAMES = MappingProxyType(
    {
        "read": "Đã đối chiếu nguồn",
        "presumed": "Chưa đối chiếu nguyên văn",
        "ours": "Quy ước của hệ thống",
    }
)
_HEADER = ("Mã", "Lý do", "Câu gửi người dân", "Nơi gửi tiếp", "Căn cứ", "Mức chắc chắn", "Đang dùng")


@blueprint.get("/ly-do-tu-choi")
@permission(Permission.MANAGE_BODIES)
def refusals_page() -> str:
    """Every reason, those no longer in use too."""
    return render_template(
        "admin/refusals.html", reasons=refusing.reasons(active=False), certainty_names=CERTAINTY_NAMES
    )


@blueprint.get("/ly-do-tu-choi.csv")
@permission(Permission.MANAGE_BODIES)
def refusals_file() -> Response:
    """The same as a file."""
    rows = (
        (
            one.code,
            one.name,
            one.sentence,
            one.referral,
            one.source,
            CERTAINTY_NAMES[one.certainty],
            "Có" if one.active else "Không",
        )
        for one in refusing.reasons(active=False)
    )
    return csv_file("ly-do-tu-choi", _HEADER, rows)
