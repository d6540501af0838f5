"""The page of a case, and the sender's identity on one answer of it."""

from __future__ import annotations

from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.permissions import Permission
from feedback.services import identity, reading
from feedback.services.identity import Identity
from feedback.web.account import me
from feedback.web.acting import Shown, attempt, page, reason
from feedback.web.desk import blueprint, nobody_reads, now_utc
from feedback.web.permissions import permission


@blueprint.get("/ban-lam-viec/<reference>")
@permission(Permission.SEE_CASES)
def case(reference: str) -> Response:
    """One case; that it was opened is written down, unless only a machine fetches it ahead or asks for its head."""
    if nobody_reads():
        return page(reference, Shown())
    # Before the page is read: a version that comes between is not one that was seen.
    reading.note(officer=me(), reference=reference, at=now_utc())
    shown = page(reference, Shown())
    with transaction():
        return shown


@blueprint.post("/ban-lam-viec/<reference>/danh-tinh")
@permission(Permission.UNSEAL)
def unseal(reference: str) -> Response:
    """Who sent it, on this one answer and on no other."""
    found: list[Identity | None] = []
    refused = attempt(
        reference,
        "danh-tinh",
        lambda officer, version: found.append(
            identity.unseal(
                officer=officer, reference=reference, version=version, reason=reason("unseal_reason"), at=now_utc()
            )
        ),
    )
    return refused or page(reference, Shown(unsealed=True, identity=found[0]))
