"""What tests make: filings, comments, officers; each with sensible values that a test may change."""

from __future__ import annotations

import hashlib
import itertools
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import delete, select, update

from feedback.db import session
from feedback.domain import audit, quality
from feedback.domain.permissions import Role
from feedback.domain.vocabulary import Consent, Kind, SenderKind
from feedback.models import (
    Attachment,
    AuditEvent,
    Body,
    CaseClock,
    CaseNote,
    Comment,
    Notification,
    Officer,
    OfficerRole,
    Outbox,
)
from feedback.services import answering, chains, classification, intake, officers, outbox
from feedback.services.classification import Verdict
from feedback.services.intake import Filing, Receipt

SECRET = "the server's secret"
ANSWER = "Trạm phát sóng sẽ được lắp trong quý II năm nay."
EVERY_POINT = tuple(point.code for point in quality.POINTS)
PASSWORD = "mat khau dai cua can bo"
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
    return session().query(Comment).filter_by(reference=reference).populate_existing().one()


def attachment(owner: Comment, content: bytes, *, ordinal: int = 1) -> None:
    """A PDF that came with the filing of a comment, kept with these bytes as they are."""
    session().add(
        Attachment(
            comment_id=owner.id,
            ordinal=ordinal,
            source="filing",
            media_type="application/pdf",
            size=len(content),
            received_sha256="0" * 64,
            sha256="0" * 64,
            content=content,
            created_at=owner.received_at,
        )
    )


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
    claims = outbox.claim(topic="classify", limit=1000, lease=timedelta(seconds=10))
    return classification.apply(verdicts={claim.id: verdict(**changes) for claim in claims}, at=at)


def routed(at: datetime, **changes: Any) -> Comment:
    """A comment in the queue of the ministry of science and technology."""
    receipt = submit(at, **changes)
    classify(at)
    return comment(receipt.reference)


def due(case: Comment, at: datetime) -> Comment:
    """The same case, with no clock but that of the answer, due at that time."""
    case.due_at = at
    session().flush()
    session().execute(delete(CaseClock).where(CaseClock.comment_id == case.id, CaseClock.clock != "answer"))
    session().execute(update(CaseClock).where(CaseClock.comment_id == case.id).values(due_at=at))
    return case


def on_desk(at: datetime, **changes: Any) -> Comment:
    """A comment on the triage desk."""
    receipt = submit(at, **changes)
    classify(at, sure=False, confidence=0.4)
    return comment(receipt.reference)


def officer(at: datetime, role: Role, body_code: str | None = None, **changes: Any) -> Officer:
    """An officer with one role, who signs in with PASSWORD."""
    number = next(_numbers)
    made = Officer(
        email=changes.pop("email", f"can-bo-{number}@langnghe.example"),
        display_name=changes.pop("display_name", f"Cán bộ {number}"),
        password=_hash_of(changes.pop("password", PASSWORD)),
        body_id=session().scalar(select(Body.id).where(Body.code == body_code)),
        fs_uniquifier=f"officer-{number}",
        created_at=at,
        role_rows=[OfficerRole(role=held) for held in changes.pop("roles", [role])],
        **changes,
    )
    session().add(made)
    session().flush()
    session().refresh(made, ["province", "body_blind"])  # as an account that was read has it
    return made


@cache
def _hash_of(password: str) -> str:
    """The hash, computed once a password: it is made to be slow."""
    return officers.PASSWORD_HASHER.hash(password)


def accepted(at: datetime, handler: Officer, **changes: Any) -> Comment:
    """A comment that its body has taken on."""
    case = routed(at, **changes)
    return answering.accept(officer=handler, reference=case.reference, version=case.version, at=at)


def checking(case: Comment, handler: Officer, at: datetime, text: str = ANSWER, outcome: str = "explained") -> Comment:
    """A routed case whose answer waits for the checker."""
    if case.status == "assigned":
        answering.accept(officer=handler, reference=case.reference, version=case.version, at=at)
    return answering.submit(
        officer=handler, reference=case.reference, version=case.version, text=text, outcome=outcome, at=at
    )


def replied(case: Comment, at: datetime, outcome: str = "explained") -> Comment:
    """A routed case, answered by two officers of its body."""
    code = session().scalars(select(Body.code).where(Body.id == case.body_id)).one()
    checking(case, officer(at, Role.HANDLER, code), at, outcome=outcome)
    checker = officer(at, Role.CHECKER, code)
    return approved(case, checker, at)


def approved(case: Comment, checker: Officer, at: datetime, *, send_it: bool = True) -> Comment:
    """A case whose answer a checker finds good in every point, and sends."""
    return answering.approve(
        officer=checker,
        reference=case.reference,
        version=case.version,
        points=EVERY_POINT,
        at=at,
        send_it=send_it,
    )


def events(case: Comment) -> list[AuditEvent]:
    """The audit events of a case, oldest first."""
    rows = select(AuditEvent).where(AuditEvent.comment_id == case.id).order_by(AuditEvent.sequence)
    return list(session().scalars(rows))


def chain(case: Comment) -> list[audit.Event]:
    """The same, as the domain checks them."""
    return [chains.event_of(row=row) for row in events(case)]


def notes(case: Comment) -> list[tuple[str, str, str]]:
    """Author, action and words of the notes of a case, oldest first."""
    rows = session().scalars(select(CaseNote).where(CaseNote.comment_id == case.id).order_by(CaseNote.id))
    return [(row.author, row.action, row.text) for row in rows]


def notifications(case: Comment) -> list[Notification]:
    """The messages about a case, oldest first."""
    rows = select(Notification).where(Notification.comment_id == case.id).order_by(Notification.id)
    return list(session().scalars(rows.execution_options(populate_existing=True)))


def promises(topic: str) -> list[Outbox]:
    """The promises of a topic, oldest first."""
    rows = select(Outbox).where(Outbox.topic == topic).order_by(Outbox.id)
    return list(session().scalars(rows.execution_options(populate_existing=True)))


def body_code(case: Comment) -> str:
    """Code of the body that holds a case."""
    return session().scalars(select(Body.code).where(Body.id == case.body_id)).one()


def digest(words: str) -> str:
    """What an audit event holds in place of words."""
    return hashlib.sha256(words.encode()).hexdigest()


def screened(at: datetime, screen: str = "to_cao", **changes: Any) -> Comment:
    """A comment that the machine screened out, waiting for an official's word."""
    receipt = submit(at, **changes)
    classify(at, screen=screen, screen_confidence=0.9)
    return comment(receipt.reference)
