"""Who is not to be written to: one click of a reader, and the list that administrators keep."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.errors import InvalidInput, NotFound
from feedback.domain.permissions import Permission
from feedback.domain.telling import CHANNEL_NAMES
from feedback.services import contacts
from feedback.web import limits
from feedback.web.account import me
from feedback.web.csrf import keeps_form
from feedback.web.errors import status_of
from feedback.web.exports import csv_file
from feedback.web.forms import FormState
from feedback.web.permissions import permission, public

blueprint = Blueprint("contacts", __name__)

REASON_NAMES = {
    "unsubscribed": "Người nhận chọn ngừng nhận",
    "bounced": "Thư bị trả lại nhiều lần",
    "asked": "Người nhận đề nghị",
}
_PREFIX = re.compile(r"[0-9a-f]{0,64}\Z")
_MARK = re.compile(r"[0-9a-f]{64}\Z")
_ADDRESS = {"email": re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\Z"), "sms": re.compile(r"\+?[0-9][0-9 .-]{7,18}\Z")}
_MOST = 100_000  # rows of a file


@blueprint.get("/thoi-nhan-thu/<token>")
@public
def ask(token: str) -> Response:
    """One button; looking changes nothing, for mail scanners follow links."""
    return _page(token, done=False)


@blueprint.post("/thoi-nhan-thu/<token>")
@public
@keeps_form
def unsubscribe(token: str) -> Response:
    """No more mail. The token is the right to it: a mail program posts here with no form of ours (RFC 8058)."""
    limits.spend(limits.LOOKUPS, "unsubscribe")
    return _page(token, done=True)


def _page(token: str, *, done: bool) -> Response:
    secret = current_app.config["LANG_NGHE"].secret_key
    try:
        if done:
            with transaction():
                contacts.unsubscribe(token=token, secret=secret, at=datetime.now(UTC))
        else:
            contacts.read_token(token=token, secret=secret)
    except NotFound as error:
        page = render_template("public/unsubscribe.html", token="", refused=error.sentence)
        return make_response(page, status_of(error))
    return make_response(render_template("public/unsubscribe.html", token=token, done=done))


@blueprint.get("/quan-tri/ngung-lien-he")
@permission(Permission.SEE_OPERATIONS)
def list_page() -> Response:
    """The addresses that are not written to, by their marks."""
    return _list(FormState())


@blueprint.get("/quan-tri/ngung-lien-he.csv")
@permission(Permission.SEE_OPERATIONS)
def list_file() -> Response:
    """The same as a file."""
    rows = contacts.page(prefix=_prefix(), limit=_MOST).rows
    return csv_file(
        "ngung-lien-he",
        ("Mã băm", "Kênh", "Lý do", "Từ lúc", "Số lần trả lại"),
        (
            (
                row.mark,
                CHANNEL_NAMES[row.channel],
                REASON_NAMES[row.reason or "asked"],
                row.refused_at.isoformat() if row.refused_at else "",
                row.bounces,
            )
            for row in rows
        ),
    )


@blueprint.post("/quan-tri/ngung-lien-he")
@permission(Permission.SEE_OPERATIONS)
def add() -> Response:
    """Write to an address no more; the address itself is not kept."""
    channel, address = request.form.get("channel", ""), request.form.get("address", "").strip()
    secret = current_app.config["LANG_NGHE"].secret_key
    try:
        if channel not in _ADDRESS or not _ADDRESS[channel].match(address):
            raise InvalidInput({"address": ["Xin nhập địa chỉ thư điện tử hoặc số điện thoại, đúng với kênh đã chọn."]})
        with transaction():
            mark = contacts.add(
                channel=channel, address=address, secret=secret, officer_id=me().id, at=datetime.now(UTC)
            )
    except InvalidInput as error:
        return _list(FormState({"channel": channel, "address": address}, error.fields), status_of(error))
    flash(f"Đã ngừng liên hệ địa chỉ có mã băm {mark[:12]}.")
    return redirect(url_for("contacts.list_page"), 303)


@blueprint.post("/quan-tri/ngung-lien-he/bo")
@permission(Permission.SEE_OPERATIONS)
def release() -> Response:
    """Write to an address again."""
    mark = request.form.get("mark", "")
    if not _MARK.match(mark):
        raise NotFound
    with transaction():
        contacts.release(mark=mark, officer_id=me().id, at=datetime.now(UTC))
    flash(f"Đã cho phép liên hệ lại địa chỉ có mã băm {mark[:12]}.")
    return redirect(url_for("contacts.list_page"), 303)


def _list(form: FormState, status: int = 200) -> Response:
    prefix = _prefix()
    page = render_template(
        "admin/contacts.html",
        page=contacts.page(prefix=prefix, after=request.args.get("sau")),
        prefix=prefix,
        form=form,
        channels=[{"value": name, "text": CHANNEL_NAMES[name].capitalize()} for name in _ADDRESS],
        channel_names=CHANNEL_NAMES,
        reasons=REASON_NAMES,
    )
    return make_response(page, status)


def _prefix() -> str:
    typed = request.args.get("ma", "").strip().lower()
    return typed if _PREFIX.match(typed) else ""
