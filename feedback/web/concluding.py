"""The end of a case, and its being held: closing, opening again, holding as it is, releasing."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Response

from feedback.domain.permissions import Permission
from feedback.models import Officer
from feedback.services import concluding, holding
from feedback.web.acting import do, reason
from feedback.web.desk import blueprint, now_utc
from feedback.web.permissions import permission


@blueprint.post("/ban-lam-viec/<reference>/dong")
@permission(Permission.CLOSE)
def close(reference: str) -> Response:
    """The case is closed."""
    act = _acting(concluding.close, reference, "close_reason")
    return do(reference, "dong", act, f"Đã đóng {reference}.")


@blueprint.post("/ban-lam-viec/<reference>/mo-lai")
@permission(Permission.REOPEN)
def reopen(reference: str) -> Response:
    """The case is opened again."""
    act = _acting(concluding.reopen, reference, "reopen_reason")
    return do(reference, "mo-lai", act, f"Đã mở lại {reference} và báo cho người gửi.")


@blueprint.post("/ban-lam-viec/<reference>/giu")
@permission(Permission.HOLD)
def hold(reference: str) -> Response:
    """The case is held as it is."""
    act = _acting(holding.hold, reference, "hold_reason")
    return do(reference, "giu", act, f"Đã giữ nguyên hồ sơ {reference}.")


@blueprint.post("/ban-lam-viec/<reference>/go-giu")
@permission(Permission.HOLD)
def release(reference: str) -> Response:
    """The case goes on."""
    act = _acting(holding.release, reference, "hold_reason")
    return do(reference, "go-giu", act, f"Đã gỡ lệnh giữ hồ sơ {reference}.")


def _acting(act: Callable[..., object], reference: str, field: str) -> Callable[[Officer, int], object]:
    def acting(officer: Officer, version: int) -> object:
        return act(officer=officer, reference=reference, version=version, reason=reason(field), at=now_utc())

    return acting
