"""Read the maildir of returned mail: delivery reports (RFC 3464) are written down, whatever else comes is set aside."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from pathlib import Path

from feedback.db import transaction
from feedback.logs import Log
from feedback.services import bounces

LARGEST = 1_000_000  # bytes; a report is a few thousand
log = Log(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """What a delivery report says of one message."""

    message_id: str
    status: str
    failed: bool
    delivered: bool


def read(directory: Path, *, secret: str, at: datetime) -> dict[str, int]:
    """Read what is new, each in a transaction of its own, and put it with what was read; the figures."""
    figures = {"bounced": 0, "delivered": 0, "set_aside": 0}
    box = mailbox.Maildir(directory, create=True)
    for key in sorted(box.keys()):
        if box.get_message(key).get_subdir() != "new":
            continue
        figures[_take(box, key, secret, at)] += 1
        kept = box.get_message(key)
        kept.set_subdir("cur")
        kept.add_flag("S")
        box[key] = kept
    return figures


def _take(box: mailbox.Maildir, key: str, secret: str, at: datetime) -> str:
    if len(box.get_bytes(key)) > LARGEST:
        return "set_aside"
    outcome = "set_aside"
    for report in reports(box.get_message(key)):
        if not (report.failed or report.delivered):
            continue  # delayed: the other server still tries
        with transaction():
            ours = bounces.mark(
                message_id=report.message_id, status=report.status, delivered=report.delivered, secret=secret, at=at
            )
        if ours:
            outcome = "delivered" if report.delivered else "bounced"
            log.info("mail_report", status=report.status, outcome=outcome)
    return outcome


def reports(message: Message) -> Iterator[Report]:
    """What a message reports, if it is a report on mail: one for each recipient."""
    original = next((part for part in message.walk() if part.get_content_type() == "message/rfc822"), None)
    headers = next((part for part in message.walk() if part.get_content_type() == "text/rfc822-headers"), None)
    message_id = _original_id(original, headers)
    if message_id is None:
        return
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        # The parser makes a message of each group of fields: first of the report, then of each recipient.
        for group in part.get_payload() if part.is_multipart() else ():
            if not isinstance(group, Message) or "Action" not in group:
                continue
            action, status = str(group["Action"]).strip().lower(), _status(group)
            hard = action == "failed" and status.startswith("5.")
            yield Report(message_id, status, hard, action in {"delivered", "relayed"} and status.startswith("2."))


def _original_id(original: Message | None, headers: Message | None) -> str | None:
    if original is not None and original.is_multipart():
        inner = original.get_payload(0)
        return str(inner["Message-ID"]).strip() if isinstance(inner, Message) and inner["Message-ID"] else None
    if headers is not None:
        for line in str(headers.get_payload()).splitlines():
            name, _, value = line.partition(":")
            if name.strip().lower() == "message-id":
                return value.strip()
    return None


def _status(group: Message) -> str:
    words = str(group.get("Status", "")).split()
    code = words[0] if words else ""
    return code if len(code) <= 11 and code.replace(".", "").isascii() and code.replace(".", "").isdigit() else "0.0.0"
