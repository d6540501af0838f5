"""An officer's word on a screening: confirmed with a letter to the sender, or overruled; nothing is thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from feedback.db import session
from feedback.domain.errors import InvalidInput, InvalidMove
from feedback.domain.learning import Origin
from feedback.domain.permissions import Permission
from feedback.domain.routing import DeskReason
from feedback.domain.screening import CONFIRMING, SCREENED_OUT, STOPPED, Screen, confidential
from feedback.domain.screening import letter as usual_letter
from feedback.domain.status import ON_TRIAGE_DESK, Actor, Status
from feedback.domain.text import clean
from feedback.models import Comment, Officer, Province, RoutingDecision
from feedback.services import comparing, labels, merging, moving, notifying, publishing, scope, triage

SHORTEST = 20
LONGEST = 5000  # as the database keeps notes


def confirm(*, officer: Officer, reference: str, version: int, label: str, letter: str, at: datetime) -> Comment:
    """Screen a case on the triage desk out for good, and tell the sender why and where to go instead.

    The label may differ from the machine's, which may have found nothing wrong at all. A complaint or a denunciation is
    redirected, what is off topic too, spam and insults are refused, a mere attachment is asked for its content; the
    sender can reopen each, and it comes back to the screening queue. No letter, or the usual one of another label left
    as it was, is the usual letter of the label chosen.

    Raises:
        InvalidInput: no label that screens out; a letter too short to explain anything, or too long.
        InvalidMove, NotAllowed, NotFound, Stale: as their names say.
    """
    comment = scope.lock(officer=officer, permission=Permission.SCREEN, reference=reference, version=version)
    chosen, words = _checked(label, letter, letters(comment=comment))
    comment.desk_reason = DeskReason.SCREENED  # where it waits if the sender reopens it
    if confidential(chosen):
        publishing.take_down(comment=comment)
    comment.screen, comment.confidential = chosen, confidential(chosen)
    event = moving.move(
        comment=comment,
        action=CONFIRMING[chosen],
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        reason=words,
        data={"screen": chosen},
    )
    _decide(comment, officer, chosen, words, at, teaches=True)
    notifying.promise(comment=comment, event="screened", occasion=event.sequence, at=at)
    merging.release(lead=comment, at=at)
    return comment


def overrule(*, officer: Officer, reference: str, version: int, reason: str, at: datetime) -> Comment:
    """Find nothing wrong with a screened-out case: it goes on to be routed, and may be read like any other.

    Raises:
        InvalidInput: no reason.
        InvalidMove: it does not wait for a screening.
        NotAllowed, NotFound, Stale: as their names say.
    """
    comment = scope.lock(officer=officer, permission=Permission.SCREEN, reference=reference, version=version)
    if not waits(comment=comment):
        raise InvalidMove
    words = clean(reason)
    if not words:
        raise InvalidInput({"reason": ["Xin nêu vì sao ý kiến hợp lệ."]})
    digest = moving.note(
        comment=comment, action="screen_overruled", actor=Actor.OFFICER, officer_id=officer.id, text=words, at=at
    )
    moving.record(
        comment=comment,
        action="screen_overruled",
        actor=Actor.OFFICER,
        officer_id=officer.id,
        at=at,
        data={"screen": Screen.VALID, "before": comment.screen, "note": digest},
    )
    comment.screen, comment.confidential, comment.desk_reason = Screen.VALID, False, DeskReason.OVERRULED
    comparing.promise(comment_id=comment.id, at=at)
    _decide(comment, officer, Screen.VALID, words, at, teaches=False)  # its class is the lesson, once it is routed
    return comment


def stop(*, comment: Comment, officer: Officer, label: Screen, at: datetime) -> bool:
    """Lay a case that is being sorted in the screening queue, kept from everybody else, as a complaint or denunciation.

    An official's word from elsewhere than the desk; whoever screens has the last word. False when the label stops
    nothing, or the case is no longer being sorted.
    """
    if label not in STOPPED or comment.status != Status.SORTING:
        return False
    moving.record(
        comment=comment,
        action="stopped",
        actor=Actor.OFFICER,
        officer_id=officer.id,
        at=at,
        data={"screen": label, "before": comment.screen},
    )
    publishing.take_down(comment=comment)
    comment.screen, comment.confidential, comment.desk_reason = label, True, DeskReason.SCREENED
    comment.body_id = comment.assignee_id = None
    return True


def waits(*, comment: Comment) -> bool:
    """Whether the case is in the screening queue."""
    return comment.status == Status.SORTING and comment.desk_reason == DeskReason.SCREENED


def may_be_screened_out(*, comment: Comment) -> bool:
    """Whether an official may still find that it should not be routed."""
    return Status(comment.status) in ON_TRIAGE_DESK


def letters(*, comment: Comment) -> dict[Screen, str]:
    """The usual letter of each label, with the reception office of the case's province."""
    place = place_name(comment=comment)
    return {label: usual_letter(label, place=place) for label in Screen if label in SCREENED_OUT}


def place_name(*, comment: Comment) -> str | None:
    """The case's province with its kind, as "tỉnh Sơn La"."""
    province = session().get(Province, comment.province) if comment.province else None
    return f"{province.kind} {province.name}" if province else None


def _checked(label: str, letter: str, usual: Mapping[Screen, str]) -> tuple[Screen, str]:
    words, wrong = clean(letter), dict[str, list[str]]()
    if label not in SCREENED_OUT:
        wrong["label"] = ["Xin chọn kết quả sàng lọc."]
    elif not words or words in usual.values():
        words = usual[Screen(label)]
    if words and not SHORTEST <= len(words) <= LONGEST:
        wrong["letter"] = [f"Nội dung trả lời người gửi cần có từ {SHORTEST} đến 5.000 ký tự."]
    if wrong:
        raise InvalidInput(wrong)
    return Screen(label), words


def _decide(comment: Comment, officer: Officer, label: Screen, words: str, at: datetime, *, teaches: bool) -> None:
    """Keep the decision as data to learn from: what the officer says, and whether the machine had said so."""
    machine = triage.latest_machine_decision(comment=comment)
    agreed = machine is not None and machine.screen == label
    session().add(
        RoutingDecision(
            comment_id=comment.id,
            at=at,
            made_by="officer",
            officer_id=officer.id,
            outcome="screen_confirmed" if agreed else "screen_overruled",
            screen=label,
            reason=words,
        )
    )
    if teaches:
        labels.record(
            comment=comment,
            officer=officer,
            at=at,
            origin=Origin.ACCEPTED if agreed else Origin.OVERRIDE,
            class_code=None,
            screen=label,
            reason=words,
            decision=machine,
        )
