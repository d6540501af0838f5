"""One action over many cases: the selection, the page that confirms it, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from flask import make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from psycopg.errors import LockNotAvailable
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.bulk import MOST, Deed, deeds_for
from feedback.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound
from feedback.domain.permissions import Permission
from feedback.domain.screening import SCREEN_NAMES, SCREENED_OUT
from feedback.domain.status import Action
from feedback.services import alike, answering, assigning, bulk, campaign_members, queues, refusing
from feedback.services.bulk import Chosen, Item, Line
from feedback.services.deeds import Call, Facts
from feedback.web import bulk_facts, listing
from feedback.web.account import me
from feedback.web.acting import bodies_by_level
from feedback.web.charging import NOBODY
from feedback.web.desk import blueprint, now_utc
from feedback.web.errors import status_of
from feedback.web.exports import csv_file
from feedback.web.forms import FormState
from feedback.web.permissions import permission

# What is done to a whole campaign at once, in the order of work, and the move that it is.
OF_A_CAMPAIGN = MappingProxyType(
    {
        "nhan": Action.ACCEPT,
        "tra-loi": Action.ANSWER,
        "duyet": Action.APPROVE,
        "gui": Action.REPLY,
        "gop": Action.MERGE,
    }
)
_CHOSEN = re.compile(r"^(PA-[0-9]{4}-[0-9]{6,12}):([0-9]{1,9})\Z")
_BUSY = "Ý kiến đang được người khác xử lý. Xin thử lại sau ít phút."


@blueprint.get("/ban-lam-viec/hang-loat")
@permission(Permission.SEE_CASES)
def bulk_of_queue() -> Response:
    """The first cases that a queue and its filters find, selected."""
    asked = listing.asked()
    page = queues.page(
        officer=me(), queue=asked.queue, now=now_utc(), filters=asked.filters, sort=asked.sort, limit=MOST
    )
    return _page([Chosen(row.reference, 0) for row in page.rows], None, fresh=True)


@blueprint.get("/ban-lam-viec/<reference>/giong-nhau")
@permission(Permission.SEE_CASES)
def bulk_of_like(reference: str) -> Response:
    """The open cases that surely report the same matter as this one, selected."""
    if not queues.reference_within(officer=me(), reference=reference):
        raise NotFound
    found = alike.references(officer=me(), reference=reference)
    return _page([Chosen(one, 0) for one in found], None, fresh=True)


@blueprint.get("/ban-lam-viec/dot/<int:campaign_id>/hang-loat")
@permission(Permission.SEE_CASES)
def bulk_of_campaign(campaign_id: int) -> Response:
    """The members of a campaign that wait for an action, selected, with what the action asks for."""
    code = request.args.get("viec", "")
    deed = deeds_for(me().permissions).get(code)
    if code not in OF_A_CAMPAIGN or deed is None:
        raise NotFound
    found, lead = campaign_members.for_action(officer=me(), campaign_id=campaign_id, action=OF_A_CAMPAIGN[code])
    return _page([Chosen(one, 0) for one in found], (code, deed), FormState({"lead": lead}, {}), fresh=True)


@blueprint.post("/ban-lam-viec/hang-loat")
@permission(Permission.SEE_CASES)
def bulk_choose() -> Response:
    """The selected cases, with what the chosen action asks for; nothing is done yet."""
    try:
        return _page(_chosen(), _deed() if request.form.get("action") else None)
    except InvalidInput as error:
        return _page([], None, FormState({}, error.fields), status_of(error))


@blueprint.post("/ban-lam-viec/hang-loat/thuc-hien")
@permission(Permission.SEE_CASES)
def bulk_do() -> Response:
    """Do it to each case, one after the other, and show what became of each."""
    chosen: list[Chosen] = []
    deed: tuple[str, Deed] | None = None
    try:
        chosen, deed = _chosen(), _deed()
        lines = bulk.lines(officer=me(), chosen=chosen)
        reason, facts = bulk_facts.read(deed[1])
    except InvalidInput as error:
        return _page(chosen, deed, FormState(_typed(), error.fields), status_of(error))
    batch_id = _batch_id(request.form.get("batch", ""))
    _carry_out(batch_id, deed[0], chosen, lines, reason, facts)
    return redirect(url_for("desk.bulk_outcome", lo=batch_id), 303)


@blueprint.get("/ban-lam-viec/hang-loat/ket-qua")
@permission(Permission.SEE_CASES)
def bulk_outcome() -> str:
    """How a batch ended, case by case."""
    return render_template("desk/bulk_outcome.html", outcome=_outcome())


@blueprint.get("/ban-lam-viec/hang-loat/ket-qua.csv")
@permission(Permission.SEE_CASES)
def bulk_outcome_file() -> Response:
    """The same as a file."""
    return csv_file("ket-qua-hang-loat", ("Số ý kiến", "Tiêu đề", "Kết quả", "Vì sao"), map(_cells, _outcome().items))


def _outcome() -> bulk.Outcome:
    return bulk.outcome(officer=me(), batch_id=_batch_id(request.args.get("lo", "")))


def _cells(item: Item) -> tuple[object, ...]:
    return item.reference, item.title or "", "Đã thực hiện" if item.done else "Chưa thực hiện", item.sentence or ""


def _carry_out(
    batch_id: UUID, action: str, chosen: Sequence[Chosen], lines: Sequence[Line], reason: str, facts: Facts
) -> None:
    """Each case in a transaction of its own, in the order of their identifiers: one that fails undoes no other."""
    at = now_utc()
    with transaction():
        begun = bulk.begin(
            officer=me(), batch_id=batch_id, action=action, reason=reason, facts=facts, size=len(chosen), at=at
        )
    if not begun:
        return
    for line in lines:
        call = Call(me(), line.reference, line.seen, at, reason, facts)
        sentence = _try(batch_id, action, line, call)
        if sentence is not None:
            _refuse(batch_id, line.reference, line.id, sentence)
    for reference in sorted({one.reference for one in chosen} - {line.reference for line in lines}):
        _refuse(batch_id, reference, None, NotFound().sentence)
    with transaction():
        bulk.finish(officer=me(), batch_id=batch_id, at=at)


def _try(batch_id: UUID, action: str, line: Line, call: Call) -> str | None:
    """Why it was not done; None when it was."""
    try:
        with transaction():
            bulk.perform(batch_id=batch_id, action=action, line=line, call=call)
    except InvalidInput as error:
        return " ".join(sentence for sentences in error.fields.values() for sentence in sentences) or error.sentence
    except DomainError as error:
        return error.sentence
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        return _BUSY
    return None


def _refuse(batch_id: UUID, reference: str, comment_id: UUID | None, sentence: str) -> None:
    with transaction():
        bulk.refused(batch_id=batch_id, reference=reference, comment_id=comment_id, sentence=sentence)


def _page(
    chosen: Sequence[Chosen],
    deed: tuple[str, Deed] | None,
    form: FormState | None = None,
    status: int = 200,
    *,
    fresh: bool = False,
) -> Response:
    lines = bulk.lines(officer=me(), chosen=chosen) if chosen else []
    facts = deed[1].facts if deed else ()
    rendered = render_template(
        "desk/bulk.html",
        lines=lines,
        fresh=fresh,
        missing=len(chosen) - len(lines),
        code=deed[0] if deed else None,
        deed=deed[1] if deed else None,
        form=form or FormState(),
        batch=_kept_batch() or uuid4(),
        choices=_persons(lines) if "assignee" in facts else (),
        levels=bodies_by_level() if {"body", "helpers"} & set(facts) else (),
        refusals=[(one.code, one.name) for one in refusing.reasons()] if "refusal" in facts else (),
        labels=[(label, SCREEN_NAMES[label]) for label in SCREEN_NAMES if label in SCREENED_OUT],
        longest=answering.LONGEST,
    )
    return make_response(rendered, status)


def _persons(lines: Sequence[Line]) -> list[tuple[str, str]]:
    found = assigning.choices_among(comment_ids=[line.id for line in lines])
    return [*((str(person.id), person.name) for person in found), (NOBODY, "Không giao cho ai")]


def _chosen() -> list[Chosen]:
    """The cases that were ticked, each once; raise InvalidInput when that is none, too many, or no case at all."""
    found: dict[str, int] = {}
    for value in request.form.getlist("case")[: MOST + 1]:
        match = _CHOSEN.match(value)
        if match is None:
            raise InvalidInput({"case": ["Xin chọn lại ý kiến trong danh sách."]})
        found[match[1]] = int(match[2])
    if not found:
        raise InvalidInput({"case": ["Xin chọn ít nhất một ý kiến."]})
    if len(found) > MOST:
        raise InvalidInput({"case": [f"Mỗi lượt nhiều nhất {MOST} ý kiến. Xin chọn ít hơn."]})
    return [Chosen(reference, version) for reference, version in found.items()]


def _deed() -> tuple[str, Deed]:
    code = request.form.get("action", "")
    deed = deeds_for(me().permissions).get(code)
    if deed is None:
        raise InvalidInput({"action": ["Xin chọn việc cần thực hiện."]})
    return code, deed


def _batch_id(raw: str) -> UUID:
    try:
        return UUID(raw)
    except ValueError:
        raise NotFound from None


def _kept_batch() -> UUID | None:
    """The identifier that the form came with, if it has one: a corrected form is still the same batch."""
    try:
        return UUID(request.form.get("batch", ""))
    except ValueError:
        return None


def _typed() -> Mapping[str, Any]:
    once = {name: value for name, value in request.form.items() if name not in {"csrf_token", "case", "batch"}}
    return once | {"helpers": request.form.getlist("helpers")}


def _deeds() -> dict[str, Deed]:
    """What the official may try over many cases, for the bar of a list."""
    try:
        return deeds_for(me().permissions)
    except NotAllowed:
        return {}


@blueprint.record_once
def _lend(state: BlueprintSetupState) -> None:
    state.app.add_template_global(_deeds, "bulk_deeds")
