"""Retention: the schedule, the batches that two officials review case by case, and the certificates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed
from feedback.domain.permissions import Permission
from feedback.domain.retention import (
    CERTAINTY_NAMES,
    ERASING_NAMES,
    IN_REVIEW,
    ITEM_NAMES,
    STATUS_NAMES,
    BatchStatus,
    Erasing,
)
from feedback.models import Officer
from feedback.services import disposal, disposals, retention
from feedback.services.disposals import Batch
from feedback.web.account import me
from feedback.web.errors import status_of
from feedback.web.forms import FormState
from feedback.web.numbers import mark, number_of
from feedback.web.permissions import permission

blueprint = Blueprint("disposal", __name__, url_prefix="/quan-tri")

_REFERENCE = re.compile(r"^PA-[0-9]{4}-[0-9]{6,12}\Z")


@blueprint.get("/luu-tru")
@permission(Permission.REVIEW_DISPOSAL)
def page() -> str:
    """The schedule, and the batches, the newest first."""
    found, following = disposals.batches(officer=me(), after=mark())
    return render_template(
        "admin/retention.html",
        schedules=retention.schedules(),
        certainties=CERTAINTY_NAMES,
        batches=found,
        following=following,
        further="sau" in request.args,
        now=datetime.now(UTC),
        in_review=IN_REVIEW,
    )


@blueprint.get("/luu-tru/chung-nhan")
@permission(Permission.REVIEW_DISPOSAL)
def certificates_page() -> str:
    """The certificates, the newest first."""
    found, following = disposals.certificates(officer=me(), after=mark())
    return render_template(
        "admin/certificates.html", certificates=found, following=following, further="sau" in request.args
    )


@blueprint.get("/luu-tru/dot")
@permission(Permission.REVIEW_DISPOSAL)
def batch_page() -> Response:
    """One batch with its cases."""
    return _batch_page(number_of(request.args.get("so", "")), FormState())


@blueprint.post("/luu-tru/rut")
@permission(Permission.REVIEW_DISPOSAL)
def take_out() -> Response:
    """Take the chosen cases out of the batch."""
    chosen, reason = _chosen(), request.form.get("reason", "")

    def act(officer: Officer, number: int) -> str:
        taken = disposal.take_out(
            officer=officer, batch_id=number, references=chosen, reason=reason, at=datetime.now(UTC)
        )
        return f"Đã rút {taken} ý kiến khỏi đợt {number}."

    return _do(act)


@blueprint.post("/luu-tru/xac-nhan")
@permission(Permission.REVIEW_DISPOSAL)
def verify() -> Response:
    """The first of two: these cases may go."""

    def act(officer: Officer, number: int) -> str:
        disposal.verify(officer=officer, batch_id=number, at=datetime.now(UTC))
        return f"Đã xác nhận đợt {number}; một cán bộ khác cần phê duyệt."

    return _do(act)


@blueprint.post("/luu-tru/phe-duyet")
@permission(Permission.REVIEW_DISPOSAL)
def approve() -> Response:
    """The second of two: they are erased."""

    def act(officer: Officer, number: int) -> str:
        disposal.approve(officer=officer, batch_id=number, at=datetime.now(UTC))
        return f"Đã phê duyệt đợt {number}; dữ liệu được xóa trong vài phút tới."

    return _do(act)


@blueprint.post("/luu-tru/khong-phe-duyet")
@permission(Permission.REVIEW_DISPOSAL)
def reject() -> Response:
    """They stay; with some taken out, the others are put together anew."""
    reason = request.form.get("why", "")

    def act(officer: Officer, number: int) -> str:
        try:
            rebuilt = disposal.reject(officer=officer, batch_id=number, reason=reason, at=datetime.now(UTC))
        except InvalidInput as error:
            raise InvalidInput({"why": error.fields["reason"]}) from error
        again = f" Các ý kiến còn lại được lập thành đợt {rebuilt.id}, chờ xem xét lại." if rebuilt else ""
        return f"Đã ghi nhận không phê duyệt đợt {number}.{again}"

    return _do(act)


def _do(act: Callable[[Officer, int], str]) -> Response:
    number = number_of(request.form.get("batch", ""))
    typed = {"reason": request.form.get("reason", ""), "why": request.form.get("why", "")}
    try:
        with transaction():
            done = act(me(), number)
    except InvalidInput as error:
        return _batch_page(
            number,
            FormState({**typed, "references": _chosen()}, error.fields),
            status_of(error),
        )
    except (InvalidMove, NotAllowed) as error:
        return _batch_page(number, FormState(typed, notice=error.sentence), status_of(error))
    flash(done)
    return redirect(url_for("disposal.batch_page", so=number), 303)


def _chosen() -> list[str]:
    return [reference for reference in request.form.getlist("references") if _REFERENCE.match(reference)]


def _batch_page(number: int, form: FormState, status: int = 200) -> Response:
    found = disposals.batch(officer=me(), batch_id=number)
    after = request.args.get("sau", "")
    items, following = disposals.items(batch_id=number, after=after if _REFERENCE.match(after) else None)
    return make_response(
        render_template(
            "admin/disposal.html",
            batch=found,
            items=items,
            following=following,
            further="sau" in request.args,
            form=form,
            in_review=found.status in IN_REVIEW,
            may_take_out=found.status in IN_REVIEW and found.erases is not Erasing.REQUEST,
            may_verify=found.status is BatchStatus.READY,
            may_approve=found.status is BatchStatus.VERIFIED and not _mine(found),
            verified_by_me=found.status is BatchStatus.VERIFIED and _mine(found),
        ),
        status,
    )


def _mine(found: Batch) -> bool:
    return found.first_reviewer_id == me().id


for _name, _table in (("erasing_name", ERASING_NAMES), ("batch_status", STATUS_NAMES), ("item_state", ITEM_NAMES)):
    blueprint.add_app_template_filter(_table.__getitem__, _name)
