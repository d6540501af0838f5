"""Opening a file: by an official from the page of a case, by the citizen who holds the receipt."""

from __future__ import annotations

from flask import Response as Answer
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.attachment import MediaType
from feedback.domain.permissions import Permission
from feedback.services import attachments
from feedback.services.attachments import File
from feedback.web.account import me
from feedback.web.desk import blueprint, nobody_reads, now_utc
from feedback.web.permissions import permission

# Nothing in a file may run, ask for anything, or stand within another page.
POLICY = "default-src 'none'; style-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
_ENDINGS = {MediaType.JPEG: "jpg", MediaType.PDF: "pdf"}


@blueprint.get("/ban-lam-viec/<reference>/tep/<int:ordinal>")
@permission(Permission.SEE_CASES)
def attachment(reference: str, ordinal: int) -> Response:
    """A file of the case; that it was opened is written down, and a machine that fetches ahead opens nothing."""
    if nobody_reads():
        return Response(status=204)
    found = attachments.opened(officer=me(), reference=reference, ordinal=ordinal, at=now_utc())
    with transaction():
        return sent(found, reference)


def sent(found: File, reference: str) -> Response:
    """The file as an answer: a picture, which we encoded, is shown; a document is only ever saved."""
    shown = "inline" if found.media_type is MediaType.JPEG else "attachment"
    answer = Answer(found.content, content_type=found.media_type.value)
    name = f"{reference}-tep-{found.number}.{_ENDINGS[found.media_type]}"
    answer.headers["Content-Disposition"] = f'{shown}; filename="{name}"'
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
