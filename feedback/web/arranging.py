"""Arranging a case from its page: asking for more, refusing, giving more time, merging, splitting, other bodies."""

from __future__ import annotations

from datetime import date, datetime

from flask import request
from werkzeug.wrappers import Response

from feedback.domain.permissions import Permission
from feedback.services import coordinating, extending, merging, refusing, splitting, supplementing, triage
from feedback.web.acting import do, reason
from feedback.web.desk import blueprint, now_utc
from feedback.web.permissions import permission


@blueprint.post("/ban-lam-viec/<reference>/bo-sung")
@permission(Permission.TRIAGE)
def ask_supplement(reference: str) -> Response:
    """The triage desk asks the sender for what is missing."""
    return _ask(reference)


@blueprint.post("/ban-lam-viec/<reference>/co-quan/bo-sung")
@permission(Permission.ANSWER)
def body_asks_supplement(reference: str) -> Response:
    """The body that has the case asks."""
    return _ask(reference)


def _ask(reference: str) -> Response:
    words = request.form.get("ask_words", "")
    return do(
        reference,
        "bo-sung",
        lambda officer, version: supplementing.ask(
            officer=officer, reference=reference, version=version, at=now_utc(), reason=words
        ),
        f"Đã đề nghị người gửi bổ sung nội dung của {reference}. Thời hạn trả lời được tạm dừng.",
    )


@blueprint.post("/ban-lam-viec/<reference>/nhan-bo-sung")
@permission(Permission.TRIAGE)
def add_supplement(reference: str) -> Response:
    """What the sender supplied by another way than the tracking page."""
    words = request.form.get("added_words", "")
    return do(
        reference,
        "nhan-bo-sung",
        lambda officer, version: supplementing.add(
            officer=officer, reference=reference, version=version, at=now_utc(), reason=words
        ),
        f"Đã ghi nhận nội dung bổ sung của {reference}.",
    )


@blueprint.post("/ban-lam-viec/<reference>/tu-choi")
@permission(Permission.SCREEN)
def refuse(reference: str) -> Response:
    """The case is not taken on, for a reason of the table."""
    code, words = request.form.get("refusal", ""), request.form.get("refuse_words", "")
    return do(
        reference,
        "tu-choi",
        lambda officer, version: refusing.refuse(
            officer=officer, reference=reference, version=version, at=now_utc(), code=code, reason=words
        ),
        f"Đã từ chối tiếp nhận {reference} và thông báo cho người gửi.",
        onwards=True,
    )


@blueprint.post("/ban-lam-viec/<reference>/gia-han")
@permission(Permission.EXTEND)
def extend(reference: str) -> Response:
    """The answer is given until a later day."""
    until = read_day(request.form.get("until", ""))
    return do(
        reference,
        "gia-han",
        lambda officer, version: extending.extend(
            officer=officer,
            reference=reference,
            version=version,
            at=now_utc(),
            reason=reason("extend_reason"),
            until=until,
        ),
        f"Đã gia hạn trả lời {reference} và thông báo cho người gửi.",
    )


@blueprint.post("/ban-lam-viec/<reference>/gop")
@permission(Permission.ARRANGE)
def merge(reference: str) -> Response:
    """The case follows another on the same matter."""
    lead = request.form.get("lead", "")
    return do(
        reference,
        "gop",
        lambda officer, version: merging.merge(
            officer=officer,
            reference=reference,
            version=version,
            at=now_utc(),
            lead=lead,
            reason=reason("merge_reason"),
        ),
        f"Đã gộp {reference} vào ý kiến cùng nội dung. Người gửi vẫn được thông báo và nhận câu trả lời.",
    )


@blueprint.post("/ban-lam-viec/<reference>/dieu-chuyen")
@permission(Permission.TRIAGE)
def transfer(reference: str) -> Response:
    """Another body is to have the case."""
    code = request.form.get("new_body", "")
    return do(
        reference,
        "dieu-chuyen",
        lambda officer, version: triage.transfer(
            officer=officer,
            reference=reference,
            version=version,
            at=now_utc(),
            body_code=code,
            reason=reason("transfer_reason"),
        ),
        f"Đã chuyển {reference} sang cơ quan khác và thông báo cho người gửi.",
    )


@blueprint.post("/ban-lam-viec/<reference>/phoi-hop")
@permission(Permission.ARRANGE)
def set_helpers(reference: str) -> Response:
    """Which bodies help with the case from now on."""
    codes = [code for code in request.form.getlist("helpers") if code]
    return do(
        reference,
        "phoi-hop",
        lambda officer, version: coordinating.set_helpers(
            officer=officer,
            reference=reference,
            version=version,
            at=now_utc(),
            body_codes=codes,
            reason=reason("coordinate_reason"),
        ),
        f"Đã cập nhật cơ quan phối hợp giải quyết {reference}.",
    )


@blueprint.post("/ban-lam-viec/<reference>/gop-y")
@permission(Permission.ANSWER)
def contribute(reference: str) -> Response:
    """A body that helps leaves a word for the one that leads."""
    words = request.form.get("contribution", "")
    return do(
        reference,
        "gop-y",
        lambda officer, version: coordinating.contribute(
            officer=officer, reference=reference, version=version, at=now_utc(), reason=words
        ),
        f"Đã gửi góp ý cho cơ quan chủ trì {reference}.",
    )


@blueprint.post("/ban-lam-viec/<reference>/tach")
@permission(Permission.ARRANGE)
def split(reference: str) -> Response:
    """The second matter of the case becomes a comment of its own."""
    title, part = request.form.get("split_title", ""), request.form.get("split_part", "")
    return do(
        reference,
        "tach",
        lambda officer, version: splitting.split(
            officer=officer,
            reference=reference,
            version=version,
            at=now_utc(),
            title=title,
            part=part,
            reason=reason("split_reason"),
        ),
        f"Đã tách một việc của {reference} để giải quyết riêng và thông báo trên trang tra cứu của người gửi.",
    )


def read_day(typed: str) -> date | None:
    """A day as browsers send it, or as people write it; None for anything else."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            found = datetime.strptime(typed.strip(), form).date()  # noqa: DTZ007 -- a day, not a moment
        except ValueError:
            continue
        return found if 2000 <= found.year <= 2200 else None
    return None
