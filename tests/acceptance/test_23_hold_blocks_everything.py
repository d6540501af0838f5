"""A hold blocks every edit: by every page, by every service, in bulk, by the API, by workers and by timed jobs."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback import services
from feedback.db import session as current
from feedback.domain.errors import DomainError, OnHold
from feedback.domain.learning import Screen
from feedback.domain.permissions import Role
from feedback.jobs import clock
from feedback.models import AuditSample, Comment, Officer, TeachingPick
from feedback.services import classification, comparing, holding, labelling, lookup, outbox, triage
from feedback.web.permissions import PUBLIC, permission_of
from tests import factories
from tests.web.official import Official, values

REASON = "Cơ quan thanh tra yêu cầu giữ nguyên hồ sơ."
# Reading who sent a case changes nothing of it, and releasing it is what ends the hold.
NOT_EDITS = {"desk.unseal", "desk.release"}
SERVICES_THAT_ARE_NO_EDITS = {"unseal", "release"}
FIELDS = {
    "body": "BCA",
    "bodies": "BCA",
    "other": "BCA",
    "reason": "Lý do đủ dài.",
    "return_reason": "Lý do đủ dài.",
    "valid_reason": "Lý do đủ dài.",
    "close_reason": "Lý do đủ dài.",
    "reopen_reason": "Lý do đủ dài.",
    "hold_reason": "Lý do đủ dài.",
    "withdraw_reason": "Lý do đủ dài.",
    "note": "Cần sửa ngày tháng.",
    "text": factories.ANSWER,
    "outcome": "explained",
    "label": "ngoai_pham_vi",
    "letter": "Nội dung không thuộc phạm vi tiếp nhận của kênh này.",
    "choice": "BCA",
    "days": "5",
    "tag": "mạng yếu",
    "previewed": "1",
    "title": "Việc thứ hai",
    "screen": "hop_le",
}
POINTS = {f"point-{code}": "1" for code in factories.EVERY_POINT}


def everything(now: datetime) -> Officer:
    """An officer of the body who holds every role."""
    return factories.officer(now, Role.INTAKE, "BKHCN", roles=list(Role))


def of_the_body(now: datetime) -> Officer:
    return factories.officer(now, Role.HANDLER, "BKHCN")


STANDING: dict[str, Callable[[datetime], Comment]] = {
    "sorting": factories.on_desk,
    "screened": lambda now: factories.screened(now, "ngoai_pham_vi"),
    "assigned": factories.routed,
    "in_progress": lambda now: factories.accepted(now, of_the_body(now)),
    "checking": lambda now: factories.checking(factories.routed(now), of_the_body(now), now),
    "approved": lambda now: factories.approved(
        factories.checking(factories.routed(now), of_the_body(now), now),
        factories.officer(now, Role.CHECKER, "BKHCN"),
        now,
        send_it=False,
    ),
    "replied": lambda now: factories.replied(factories.routed(now), now),
    "closed": lambda now: closed(factories.replied(factories.routed(now), now), now),
}


def closed(case: Comment, now: datetime) -> Comment:
    case.status, case.closed_at = "closed", now
    current().flush()
    return case


def hold(case: Comment, now: datetime) -> Comment:
    return holding.hold(
        officer=factories.officer(now, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        reason=REASON,
        at=now,
    )


# Everything that is kept of a case, table by table, but who read it and what was found like it.
TABLES = ("comment", "audit_event", "response", "case_note", "routing_decision", "clock_event", "label", "notification")
LINKED = ("case_body", "case_tag", "case_clock", "audit_sample", "teaching_pick")


def snapshot(case: Comment) -> dict[str, list[Mapping[str, Any]]]:
    current().flush()
    kept = {}
    for table in (*TABLES, *LINKED):
        column = "id" if table == "comment" else "comment_id"
        rows = current().execute(text(f'SELECT * FROM "{table}" WHERE {column} = :id'), {"id": case.id})  # noqa: S608
        kept[table] = sorted((dict(row) for row in rows.mappings()), key=str)
    return kept


def unsafe(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Every unsafe address for officials, as endpoint, method, rule."""
    for rule in app.url_map.iter_rules():
        if permission_of(app, rule.endpoint) != PUBLIC:
            for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
                yield rule.endpoint, method, rule.rule


def knock(official: Official, token: str, method: str, rule: str, case: Comment) -> bool:
    """Send complete forms to an address; whether it said of any that it was done."""
    address = rule.replace("<reference>", case.reference)
    everywhere = dict.fromkeys(("reference", "references", "chon", "cases", "lead", "into"), case.reference)
    results = []
    for step, points in (("trinh", POINTS), ("luu", {}), ("duyet", POINTS)):
        sent = values(version=case.version, csrf_token=token, step=step, **FIELDS, **points, **everywhere)
        results.append(official.knock(method, address, sent).status_code)
    return any(300 <= status < 400 for status in results)


@pytest.fixture
def official(client: FlaskClient) -> Official:
    """An official at a browser without JavaScript."""
    return Official(client)


@pytest.mark.parametrize("standing", STANDING)
def test_23_no_address_of_the_service_changes_a_held_case(
    app: Flask, official: Official, session: Session, now: datetime, standing: str
) -> None:
    case = hold(STANDING[standing](now), now)
    before, officer = snapshot(case), everything(now)
    tried, token = set(), official.sign_in(officer).token()
    for endpoint, method, rule in unsafe(app):
        if endpoint in NOT_EDITS or "<reference>" not in rule:
            continue
        assert not knock(official, token, method, rule, case), endpoint
        assert snapshot(case) == before, endpoint
        tried.add(endpoint)
    assert len(tried) >= 10


def test_23_no_address_that_takes_cases_by_number_changes_a_held_one(
    app: Flask, official: Official, session: Session, now: datetime
) -> None:
    case = hold(factories.routed(now), now)
    before, officer = snapshot(case), everything(now)
    for endpoint, method, rule in unsafe(app):
        if "<" not in rule and rule.startswith(("/ban-lam-viec", "/quan-tri")):
            token = official.sign_in(officer).token()
            knock(official, token, method, rule, case)
            assert snapshot(case) == before, endpoint


def test_23_the_same_addresses_do_change_a_case_that_is_not_held(
    app: Flask, official: Official, session: Session, now: datetime
) -> None:
    changing = set()
    for standing, made in STANDING.items():
        officer = everything(now)
        token = official.sign_in(officer).token()
        for endpoint, method, rule in unsafe(app):
            if "<reference>" in rule and endpoint not in NOT_EDITS | changing:
                case = made(now)
                before = snapshot(case)
                session.commit()  # a refusal undoes what nobody kept
                knock(official, token, method, rule, case)
                if snapshot(case) != before:
                    changing.add(endpoint)
        assert standing
    assert changing >= {
        "desk.route",
        "desk.screen_out",
        "desk.find_valid",
        "desk.give_back",
        "desk.accept",
        "desk.answer",
        "desk.approve",
        "desk.send",
        "desk.send_back",
        "desk.close",
        "desk.reopen",
        "desk.hold",
    }


def verbs() -> Iterator[tuple[str, Callable[..., object]]]:
    """Every service by which an officer does something to one case."""
    for module in pkgutil.iter_modules(services.__path__):
        loaded = importlib.import_module(f"{services.__name__}.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            wanted = set(inspect.signature(function).parameters)
            own = function.__module__ == loaded.__name__ and not name.startswith("_") and module.name != "scope"
            if own and {"officer", "reference", "version"} <= wanted:
                yield f"{module.name}.{name}", function


GIVEN: dict[str, object] = {
    "reason": "Lý do đủ dài.",
    "note": "Cần sửa ngày tháng.",
    "text": factories.ANSWER,
    "outcome": "explained",
    "points": factories.EVERY_POINT,
    "body_code": "BCA",
    "body_codes": ["BCA"],
    "label": "ngoai_pham_vi",
    "letter": "Nội dung không thuộc phạm vi tiếp nhận của kênh này.",
}


def given(function: Callable[..., object], case: Comment, officer: Officer, now: datetime) -> dict[str, object]:
    """Arguments for a service, by their names and, of those that have no name here, by their kinds."""
    known = GIVEN | {"officer": officer, "reference": case.reference, "version": case.version, "at": now, "now": now}
    arguments: dict[str, object] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name in known:
            arguments[name] = known[name]
        elif parameter.default is inspect.Parameter.empty:
            arguments[name] = _plain(str(parameter.annotation), now)
    return arguments


def _plain(kind: str, now: datetime) -> object:
    if "datetime" in kind:
        return now + timedelta(days=10)
    if "date" in kind:
        return date(2026, 6, 30)
    if "Sequence" in kind or "Collection" in kind or "list" in kind:
        return []
    if "bool" in kind:
        return True
    return 5 if "int" in kind else "Một nội dung đủ dài để nhận."


@pytest.mark.parametrize(
    "standing", ["sorting", "assigned", "in_progress", "checking", "approved", "replied", "closed"]
)
def test_23_no_service_lets_an_officer_change_a_held_case(session: Session, now: datetime, standing: str) -> None:
    case = hold(STANDING[standing](now), now)
    before, officer = snapshot(case), everything(now)
    held = []
    for name, function in verbs():
        if name.rpartition(".")[2] in SERVICES_THAT_ARE_NO_EDITS:
            continue
        with pytest.raises(DomainError) as refused, session.begin_nested():
            function(**given(function, case, officer, now))
        held += [name] if isinstance(refused.value, OnHold) else []
        assert snapshot(case) == before, name
    assert len(held) >= 9, held


def test_23_a_worker_does_not_classify_a_held_case_and_does_once_it_is_released(
    session: Session, now: datetime
) -> None:
    receipt = factories.submit(now)
    claims = outbox.claim(topic="classify", limit=10, lease=timedelta(0))
    case = hold(factories.comment(receipt.reference), now)
    before = snapshot(case)
    verdicts = {claim.id: factories.verdict() for claim in claims}
    classification.apply(verdicts=verdicts, at=now)
    assert snapshot(case) == before
    assert outbox.claim(topic="classify", limit=10, lease=timedelta(0)) == []
    holding.release(
        officer=factories.officer(now, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        reason=REASON,
        at=now,
    )
    assert factories.classify(now).routed == 1
    assert factories.comment(case.reference).status == "assigned"


def test_23_a_worker_does_not_read_a_held_case_for_likeness_and_does_once_it_is_released(
    session: Session, now: datetime
) -> None:
    case = hold(factories.routed(now), now)
    before = snapshot(case)
    assert outbox.claim(topic="compare", limit=10, lease=timedelta(0)) == []
    comparing.enter(entries=[comparing.Entry(case.id, [1, 2], [[0, 4, "phone"]])])
    current().expire_all()
    assert snapshot(case) == before
    holding.release(
        officer=factories.officer(now, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        reason=REASON,
        at=now,
    )
    assert {claim.comment_id for claim in outbox.claim(topic="compare", limit=10, lease=timedelta(0))} == {case.id}


def test_23_a_held_case_is_not_labelled(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    decision = triage.latest_machine_decision(comment=case)
    assert decision is not None
    session.add(AuditSample(comment_id=case.id, decision_id=decision.id, drawn_at=now, chance=0.05))
    session.add(TeachingPick(comment_id=case.id, decision_id=decision.id, rank=1, margin=0.1, picked_at=now, hidden=[]))
    hold(case, now)
    before, officer = snapshot(case), factories.officer(now, Role.INTAKE)
    assert labelling.next_task(officer=officer) is None
    for class_code, screen in (("BCA", Screen.VALID), (None, Screen.DENUNCIATION)):
        with pytest.raises(OnHold):
            labelling.answer(officer=officer, reference=case.reference, class_code=class_code, screen=screen, at=now)
    assert snapshot(case) == before


@pytest.mark.parametrize("timed", clock.TIMED, ids=lambda timed: timed.name)
@pytest.mark.parametrize("standing", ["sorting", "in_progress", "replied", "awaiting"])
def test_23_no_timed_job_changes_a_held_case(
    session: Session, now: datetime, timed: clock.Timed, standing: str
) -> None:
    if standing == "awaiting":
        case = factories.on_desk(now)
        case.status = "awaiting_supplement"
        session.flush()
    else:
        case = STANDING[standing](now)
    before = snapshot(hold(case, now))
    for later in (timedelta(days=1), timedelta(days=400)):
        while isinstance(timed.work(now + later), int) and timed.work(now + later):
            pass
    assert snapshot(case) == before


def test_23_the_sender_s_own_words_are_still_taken(session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    factories.classify(now)
    case = hold(factories.replied(factories.comment(receipt.reference), now), now)
    lookup.reopen(reference=receipt.reference, key=receipt.key, reason="Chưa gọi được ở cuối bản.", at=now)
    assert (case.status, case.held) == ("reopened", True)
    assert factories.notes(case)[-1][2] == "Chưa gọi được ở cuối bản."


def test_23_the_api_has_no_way_to_edit_a_case(app: Flask) -> None:
    edits = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    ]
    assert edits == ["/api/v1/comments"], "an address that edits a case by the API belongs into this file"


def test_23_a_held_case_is_marked_in_the_queue_and_on_its_page(
    official: Official, session: Session, now: datetime
) -> None:
    case = hold(factories.routed(now), now)
    page = official.sign_in(of_the_body(now))
    assert "Đang giữ hồ sơ" in page.get("/ban-lam-viec?hang=xu_ly").text
    shown = page.get(f"/ban-lam-viec/{case.reference}").text
    assert "Hồ sơ đang được giữ nguyên" in shown
    assert REASON in shown
    assert "/nhan" not in shown
