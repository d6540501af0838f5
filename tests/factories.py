"""What tests make: filings, comments, officers; each with sensible values that a test may change."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from feedback.db import session
from feedback.domain.permissions import Role
from feedback.domain.vocabulary import Consent, Kind, SenderKind
from feedback.models import Comment, Officer
from feedback.services import classification, intake, officers, outbox
from feedback.services.classification import Verdict
from feedback.services.intake import Filing, Receipt

SECRET = "the server's secret"  # noqa: S105 -- of the tests only
_numbers = itertools.count(1)


def filing(**changes: Any) -> Filing:
    """A filing by a named citizen who agreed to be written to."""
    values: dict[str, Any] = {
        "kind": Kind.REPORT,
        "title": "Sóng điện thoại ở bản quá yếu",
        "text": "Cả bản không gọi được điện thoại, xin lắp thêm trạm phát sóng.",
        "sender_kind": SenderKind.CITIZEN,
        "province": "SONLA",
        "name": "Người Gửi",
        "email": "nguoi.gui@langnghe.example",
        "consents": frozenset({Consent.PROCESS, Consent.CONTACT}),
    }
    return Filing(**{**values, **changes})


def submit(at: datetime, token: str | None = None, **changes: Any) -> Receipt:
    """File a comment through the service."""
    return intake.submit(filing=filing(**changes), token=token or f"token-{next(_numbers)}", secret=SECRET, at=at)


def comment(reference: str) -> Comment:
    """The comment as the database holds it now."""
    found = session().query(Comment).filter_by(reference=reference).populate_existing().one()
    return found


def verdict(**changes: Any) -> Verdict:
    """A sure verdict for the ministry of science and technology."""
    values: dict[str, Any] = {
        "class_code": "BKHCN",
        "confidence": 0.97,
        "sure": True,
        "candidates": [
            {"body": "BKHCN", "confidence": 0.97},
            {"body": "UBND_TINH", "confidence": 0.02},
            {"body": "BCA", "confidence": 0.01},
        ],
        "evidence": [{"start": 0, "end": 4, "weight": 0.8}],
        "model_version": "test-1",
    }
    return Verdict(**{**values, **changes})


def classify(at: datetime, **changes: Any) -> classification.Applied:
    """Take every promise to classify and carry out the same verdict on each."""
    from datetime import timedelta

    claims = outbox.claim(topic="classify", limit=1000, lease=timedelta(seconds=10))
    return classification.apply(verdicts={claim.id: verdict(**changes) for claim in claims}, at=at)


def routed(at: datetime, **changes: Any) -> Comment:
    """A comment in the queue of the ministry of science and technology."""
    receipt = submit(at, **changes)
    classify(at)
    return comment(receipt.reference)


def on_desk(at: datetime, **changes: Any) -> Comment:
    """A comment on the triage desk."""
    receipt = submit(at, **changes)
    classify(at, sure=False, confidence=0.4)
    return comment(receipt.reference)


def officer(at: datetime, role: Role, body_code: str | None = None, **changes: Any) -> Officer:
    """An officer with one role."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "email": f"can-bo-{number}@langnghe.example",
        "display_name": f"Cán bộ {number}",
        "password": "mat khau dai cua can bo",
        "roles": [role],
        "body_code": body_code,
        "at": at,
    }
    return officers.create(**{**values, **changes})
