"""Arranging a case on its page: who is charged with it, and its tags."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import Permission
from feedback.models import Officer
from feedback.services import assigning, tagging
from feedback.web.acting import do, reason
from feedback.web.desk import blueprint, now_utc
from feedback.web.numbers import LARGEST
from feedback.web.permissions import permission

NOBODY = "khong"


@blueprint.post("/ban-lam-viec/<reference>/phan-cong")
@permission(Permission.ARRANGE)
def assign(reference: str) -> Response:
    """Charge somebody with the case, or nobody."""

    def act(officer: Officer, version: int) -> None:
        assigning.assign(
            officer=officer,
            reference=reference,
            version=version,
            assignee_id=chosen_assignee(request.form.get("assignee", "")),
            reason=reason("assign_reason"),
            at=now_utc(),
        )

    return do(reference, "phan-cong", act, f"Đã phân công {reference}.")


def chosen_assignee(value: str) -> int | None:
    """The account that was chosen; None for nobody; raise InvalidInput when it is neither."""
    if value == NOBODY:
        return None
    if not (value.isascii() and value.isdigit() and int(value[:12]) <= LARGEST):
        raise InvalidInput({"assignee": ["Xin chọn cán bộ."]})
    return int(value[:12])


@blueprint.post("/ban-lam-viec/<reference>/the")
@permission(Permission.TAG)
def tag(reference: str) -> Response:
    """Put a tag on the case."""
    return do(
        reference,
        "the",
        lambda officer, version: tagging.tag(
            officer=officer, reference=reference, version=version, tag=request.form.get("tag", ""), at=now_utc()
        ),
        f"Đã gắn thẻ cho {reference}.",
    )


@blueprint.post("/ban-lam-viec/<reference>/bo-the")
@permission(Permission.TAG)
def untag(reference: str) -> Response:
    """Take a tag off the case."""
    return do(
        reference,
        "the",
        lambda officer, version: tagging.untag(
            officer=officer, reference=reference, version=version, tag=request.form.get("tag", ""), at=now_utc()
        ),
        f"Đã gỡ thẻ khỏi {reference}.",
    )
