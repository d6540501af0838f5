"""What the gateway for text messages says of each: it arrived, or it never will. Signed, small, and not too often."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from flask import Blueprint, current_app, request
from werkzeug.exceptions import BadRequest, Forbidden, NotFound

from feedback import webhook
from feedback.db import transaction
from feedback.logs import Log
from feedback.services import bounces
from feedback.web import limits
from feedback.web.csrf import keeps_form
from feedback.web.permissions import public

blueprint = Blueprint("text_reports", __name__)
log = Log(__name__)

LARGEST = 4096  # bytes
REPORTS = "600 per minute"
_SIGNATURE = "webhook-signature"
_ID = re.compile(r"[!-~]{1,200}\Z")
_CODE = re.compile(r"[a-z0-9_]{1,40}\Z")
_STATES = {"delivered": True, "failed": False}


@blueprint.post("/tin-nhan/bao-cao")
@public
@keeps_form
def report() -> tuple[str, int]:
    """One report on one message. It carries no form of ours: its signature is the right to it.

    A message that is none of ours, or that was reported before, is answered like any other: the gateway need not try
    again, and nobody learns which numbers are ours.
    """
    limits.spend(REPORTS, "text_report")
    request.max_content_length = LARGEST
    body, config = request.get_data(), current_app.config["LANG_NGHE"]
    if _SIGNATURE not in request.headers:
        raise BadRequest
    if not config.sms_report_secret:
        raise NotFound
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not webhook.is_signed(key=config.sms_report_secret, headers=headers, at=datetime.now(UTC), body=body):
        raise Forbidden
    identifier, delivered, code = _read(body)
    with transaction():
        ours = bounces.mark(
            message_id=f"<{identifier.strip('<>')}>",
            status=code,
            delivered=delivered,
            secret=config.secret_key,
            at=datetime.now(UTC),
            channel="sms",
        )
    log.info("text_report", status=code, outcome=("delivered" if delivered else "bounced") if ours else "set_aside")
    return "", 204


def _read(body: bytes) -> tuple[str, bool, str]:
    """The message, whether it arrived, and the gateway's code; raise BadRequest for anything else."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest from None
    given = said if isinstance(said, dict) else {}
    identifier, state, code = (
        given.get(name, usual) for name, usual in (("id", ""), ("state", ""), ("code", "failed"))
    )
    if not (isinstance(identifier, str) and isinstance(state, str) and isinstance(code, str)):
        raise BadRequest
    if not _ID.match(identifier) or state not in _STATES or not _CODE.match(code):
        raise BadRequest
    return identifier, _STATES[state], code
