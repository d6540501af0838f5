"""The page of a campaign: its members, as a list and a file; one put in or taken out; the whole handed to a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.bulk import deeds_for
from feedback.domain.errors import DomainError, InvalidInput, NotFound
from feedback.domain.permissions import Permission
from feedback.models import Comment
from feedback.services import campaign_members
from feedback.services.campaign_members import Member
from feedback.web.account import me
from feedback.web.bulk import OF_A_CAMPAIGN
from feedback.web.desk import blueprint, now_utc
from feedback.web.errors import status_of
from feedback.web.exports import csv_file
from feedback.web.formats import moment
from feedback.web.forms import FormState
from feedback.web.permissions import permission

EXPORTED = 10_000  # rows of one file
_PAGE = "/ban-lam-viec/dot/<int:campaign_id>"
_HEADER = ("Số ý kiến", "Tiêu đề", "Trạng thái", "Cơ quan", "Tiếp nhận lúc", "Hạn trả lời", "Đang giữ hồ sơ")


@blueprint.get(_PAGE)
@permission(Permission.SEE_CASES)
def campaign_page(campaign_id: int) -> Response:
    """The members within reach, and what may be done to them together."""
    return _page(campaign_id, FormState())


@blueprint.get(f"{_PAGE}.csv")
@permission(Permission.SEE_CASES)
def campaign_file(campaign_id: int) -> Response:
    """The members as a file, up to EXPORTED rows."""
    rows = campaign_members.everything(officer=me(), campaign_id=campaign_id, limit=EXPORTED)
    return csv_file("dot-y-kien-giong-nhau", _HEADER, map(_cells, rows))


@blueprint.post(_PAGE)
@permission(Permission.ARRANGE)
def change_campaign(campaign_id: int) -> Response:
    """One case joins, or leaves, for a reason."""
    change, said = _CHANGES.get(request.form.get("change", ""), (None, ""))
    if change is None:
        raise NotFound
    typed = {name: request.form.get(name, "") for name in ("reference", "reason")}
    try:
        with transaction():
            case = change(officer=me(), campaign_id=campaign_id, at=now_utc(), **typed)
            reference = case.reference
    except NotFound:
        raise
    except DomainError as error:
        fields = error.fields if isinstance(error, InvalidInput) else {"reference": [error.sentence]}
        return _page(campaign_id, FormState({**typed, "change": request.form["change"]}, fields), status_of(error))
    flash(said.format(reference))
    try:
        campaign_members.page(officer=me(), campaign_id=campaign_id, limit=1)
    except NotFound:  # the last one left
        return redirect(url_for("desk.case", reference=reference), 303)
    return redirect(url_for("desk.campaign_page", campaign_id=campaign_id), 303)


def _page(campaign_id: int, form: FormState, status: int = 200) -> Response:
    page = campaign_members.page(officer=me(), campaign_id=campaign_id, after=request.args.get("sau"))
    deeds = deeds_for(me().permissions)
    rendered = render_template(
        "desk/campaign.html",
        page=page,
        campaign=page.campaign,
        form=form,
        deeds=[(code, deeds[code].name) for code in OF_A_CAMPAIGN if code in deeds],
        further="sau" in request.args,
    )
    return make_response(rendered, status)


def _cells(member: Member) -> tuple[object, ...]:
    return (
        member.reference,
        member.title,
        member.status_name,
        member.body_name or "",
        moment(member.received_at),
        moment(member.due_at),
        "Có" if member.held else "Không",
    )


_CHANGES: Mapping[str, tuple[Callable[..., Comment], str]] = MappingProxyType(
    {
        "them": (campaign_members.put_in, "Đã xếp {} vào đợt."),
        "bot": (campaign_members.take_out, "Đã lấy {} ra khỏi đợt."),
    }
)
