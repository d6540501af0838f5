"""Letters as PDF: for officials on the page of a case, for the citizen who holds the receipt."""

from __future__ import annotations

from flask import Response as Answer
from flask import request
from werkzeug.wrappers import Response

from feedback.domain.errors import NotFound
from feedback.domain.letter import CODE, Letter
from feedback.domain.permissions import Permission
from feedback.services import letters
from feedback.web.account import me
from feedback.web.acting import attempt, reason
from feedback.web.desk import blueprint, now_utc
from feedback.web.permissions import permission


@blueprint.get("/ban-lam-viec/<reference>/thu.pdf")
@permission(Permission.SEE_CASES)
def letter(reference: str) -> Response:
    """A letter of the case, the last unless `thu` names one; nobody's name is on it."""
    found = letters.for_official(officer=me(), reference=reference, code=code(request.args.get("thu", "")))
    return pdf_file(found)


@blueprint.post("/ban-lam-viec/<reference>/thu.pdf")
@permission(Permission.UNSEAL)
def addressed_letter(reference: str) -> Response:
    """The same with the sender's name and address: unsealed for a reason, and written down."""
    found: list[Letter] = []
    refused = attempt(
        reference,
        "thu",
        lambda officer, version: found.append(
            letters.addressed(
                officer=officer,
                reference=reference,
                version=version,
                code=code(request.form.get("thu", "")),
                reason=reason("letter_reason"),
                at=now_utc(),
            )
        ),
    )
    return refused or pdf_file(found[0])


def code(written: str) -> str:
    """A letter's code as it was sent, empty for the last; raise NotFound for what is none."""
    if written and not CODE.match(written):
        raise NotFound
    return written


def pdf_file(found: Letter) -> Response:
    """The letter as a file that is saved under its number."""
    from feedback import pdf  # the fonts' library is read when the first letter is asked for

    name = f"thu-{found.number.replace('/', '-')}.pdf"
    answer = Answer(pdf.letter(found), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
