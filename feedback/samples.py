"""The sample comments that a first start files, through the same schema and service as the form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from feedback.db import session, transaction
from feedback.domain.routing import DESK_REASON_NAMES, DeskReason
from feedback.domain.status import STATUS_NAMES, Status
from feedback.domain.vocabulary import Channel
from feedback.models import Body, Comment, RoutingDecision
from feedback.schemas.filing import FilingSchema
from feedback.services import intake
from feedback.services.intake import Filing, Receipt

FILE = Path(__file__).parent / "data" / "samples.jsonl"
_NAMED_CONSENTS = ["xu_ly", "lien_he", "cong_khai"]


@dataclass(frozen=True, slots=True)
class SampleStatus:
    """How one sample stands: `decision` is auto, desk or pending."""

    reference: str
    title: str
    status: str
    body: str | None
    confidence: float | None
    decision: str
    reason: str | None


def file_samples(*, secret: str, at: datetime) -> list[Receipt]:
    """File every sample, each in its own transaction; filing again finds those of before."""
    receipts = []
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines(), start=1):
        filing = _filing(json.loads(line))
        with transaction():
            receipts.append(intake.submit(filing=filing, token=f"sample-{number}-{secret}", secret=secret, at=at))
    return receipts


def statuses() -> list[SampleStatus]:
    """How the samples stand, in the order of filing."""
    rows = session().execute(
        select(Comment, Body.short_name, RoutingDecision)
        .outerjoin(Body, Body.id == Comment.body_id)
        .outerjoin(RoutingDecision, (RoutingDecision.comment_id == Comment.id) & (RoutingDecision.made_by == "machine"))
        .where(Comment.channel == Channel.SAMPLE)
        .order_by(Comment.reference)
    )
    return [_status(comment, body_name, decision) for comment, body_name, decision in rows]


def _filing(values: Mapping[str, object]) -> Filing:
    given = {name: value for name, value in values.items() if value is not None}
    if "name" in given:
        given["consents"] = _NAMED_CONSENTS
    return Filing(**FilingSchema().load(given), channel=Channel.SAMPLE)


def _status(comment: Comment, body_name: str | None, decision: RoutingDecision | None) -> SampleStatus:
    reason = DESK_REASON_NAMES[DeskReason(comment.desk_reason)] if comment.desk_reason else None
    return SampleStatus(
        reference=comment.reference,
        title=comment.title,
        status=STATUS_NAMES[Status(comment.status)],
        body=body_name,
        confidence=decision.confidence if decision else None,
        decision=decision.outcome if decision else "pending",
        reason=reason,
    )
