"""Who may come where: every protected address, every role, own body and another's, against the table of grants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from feedback.domain.permissions import GRANTS, SCOPES, Permission, Role, Scope, scope_for
from feedback.models import Comment, Officer
from feedback.web.permissions import PUBLIC, SIGNED_IN, permission_of
from tests import factories
from tests.web.official import Official, values

OWN, OTHER, KEPT = "BKHCN", "BCA", "a denunciation, kept from every body"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
REFUSED = frozenset({403, 404})
# These ask for more than the reference of a case.
NAMES_NOTHING = {
    "operations.retry",
    "contacts.release",
    "desk.letter",
    "desk.attachment",
    "desk.fill_form",
    "desk.addressed_letter",
    "desk.bulk_outcome",
    "desk.bulk_outcome_file",
    "desk.answer_template",
    "desk.edit_answer_template",
    "desk.retire_answer_template",
    "desk.restore_answer_template",
    *(f"desk.{name}" for name in ("remove_view", "follow_view", "rule_page", "put_rule_in_force")),
    *(f"desk.{name}" for name in ("campaign_page", "campaign_file", "bulk_of_campaign", "change_campaign")),
    *(f"disposal.{name}" for name in ("batch_page", "batch_file", "take_out", "verify", "approve", "reject")),
}
# What makes every form of a case complete, so that only the right to send it is in question.
FILLED = {
    "body": OWN,
    "reason": "Lý do đủ dài.",
    "return_reason": "Lý do đủ dài.",
    "unseal_reason": "Lý do đủ dài.",
    "letter_reason": "Lý do đủ dài.",
    "note": "Cần sửa ngày tháng.",
    "text": "Câu trả lời đủ dài để gửi cho người dân.",
    "step": "trinh",
    "outcome": "explained",
    "label": "ngoai_pham_vi",
    "letter": "Nội dung không thuộc phạm vi tiếp nhận của kênh này.",
    "valid_reason": "Lý do đủ dài.",
    "ask_words": "Xin cho biết sự việc xảy ra ở đâu, khi nào.",
    "added_words": "Sự việc xảy ra ở xã Chiềng Hặc.",
    "refusal": "ngoai_pham_vi",
    "extend_reason": "Cần khảo sát thực địa tại bản.",
    "split_title": "Lắp thêm trạm phát sóng",
    "split_part": "xin lắp thêm trạm phát sóng.",
    "new_body": "BTC",
    "transfer_reason": "Việc của tài chính.",
    "helpers": "BTC",
    "coordinate_reason": "Cần ý kiến về kinh phí.",
    "contribution": "Kinh phí đã được bố trí trong năm.",
    "lead": "PA-2026-999999",
    "until": "2026-04-10",
    "tag": "mạng yếu",
    "assignee": "khong",
}


@dataclass(frozen=True)
class Door:
    """One address with one method."""

    endpoint: str
    method: str
    rule: str
    needed: Permission | str

    @property
    def of_a_case(self) -> bool:
        return "<reference>" in self.rule

    def address(self, case: Comment) -> str:
        return address_of(self.rule, case)


def address_of(rule: str, case: Comment) -> str:
    """The address of this case; a number that names nothing stands where another one is asked for."""
    return (
        rule.replace("<reference>", case.reference)
        .replace("<int:view_id>", "2000000000")
        .replace("<int:campaign_id>", "2000000000")
        .replace("<int:ordinal>", "99")
    )


def doors(app: Flask) -> Iterator[Door]:
    """Every address that is not for everybody."""
    for rule in app.url_map.iter_rules():
        needed = permission_of(app, rule.endpoint)
        assert needed is not None, f"{rule.endpoint} states no permission"
        if needed != PUBLIC:
            for method in sorted(_methods(rule)):
                yield Door(rule.endpoint, method, rule.rule, needed)


def _methods(rule: Rule) -> set[str]:
    return {method for method in rule.methods or () if method not in {"HEAD", "OPTIONS"}}


def may(role: Role, door: Door) -> bool:
    return door.needed == SIGNED_IN or door.needed in GRANTS[role]


def reaches(role: Role, door: Door, body: str) -> bool:
    """Whether the table lets this role through this door to a case of this body."""
    if not door.of_a_case:
        return True
    if body == KEPT and Permission.SEE_CONFIDENTIAL not in GRANTS[role]:
        return False
    reach = scope_for(frozenset({role}), Permission(door.needed))
    return reach is Scope.ALL or (reach is Scope.OWN_BODY and body == OWN)


def officer_of(role: Role, now: datetime) -> Officer:
    return factories.officer(now, role, OWN if SCOPES[role] is Scope.OWN_BODY else None)


def case_of(body: str, now: datetime) -> Comment:
    if body == KEPT:
        return factories.screened(now, "to_cao")
    return factories.routed(now, title=f"Việc của {body}") if body == OWN else _of_another(now)


def _of_another(now: datetime) -> Comment:
    receipt = factories.submit(now)
    factories.classify(now, class_code=OTHER)
    return factories.comment(receipt.reference)


def knock(official: Official, door: Door, case: Comment) -> int:
    if door.method == "GET":
        return official.get(door.address(case)).status_code
    sent = values(version=case.version, csrf_token=official.token(), **FILLED)
    return official.post(door.address(case), sent).status_code


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("body", [OWN, OTHER, KEPT])
def test_every_role_goes_through_the_doors_of_the_table_and_no_others(
    app: Flask, official: Official, session: Session, now: datetime, role: Role, body: str
) -> None:
    wrong = []
    for door in doors(app):
        case = case_of(body, now)
        # Each door is tried with a session of its own: signing out is one of them.
        status = knock(official.sign_in(officer_of(role, now)), door, case)
        let_in = may(role, door) and reaches(role, door, body)
        expected = {403} if not may(role, door) else {404} if not reaches(role, door, body) else None
        if (expected is not None and status not in expected) or (let_in and status in REFUSED - _own_404(door)):
            wrong.append((door.endpoint, door.method, role, status))
    assert wrong == []


def _own_404(door: Door) -> frozenset[int]:
    # A form that names nothing finds nothing.
    return frozenset({404}) if door.endpoint in NAMES_NOTHING else frozenset()


def test_nobody_goes_through_any_of_them(app: Flask, official: Official, session: Session, now: datetime) -> None:
    case = case_of(OWN, now)
    for door in doors(app):
        address = door.address(case)
        if door.method == "GET":
            answer = official.get(address)
            assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/dang-nhap"), door
        else:
            assert official.post(address, {}).status_code == 403, door


def test_every_unsafe_request_without_its_token_is_refused(
    app: Flask, official: Official, session: Session, now: datetime
) -> None:
    everything = factories.officer(now, Role.INTAKE, OWN, roles=list(Role))
    case = case_of(OWN, now)
    tried = set()
    for rule in app.url_map.iter_rules():
        for method in _methods(rule) & UNSAFE:
            if rule.rule.startswith("/api/") or rule.endpoint == "contacts.unsubscribe":
                continue  # takes no cookies, and JSON only; what a mail program posts with the signed link
            address = address_of(rule.rule, case)
            for token in ({}, {"csrf_token": ["rác"]}):
                official.sign_in(everything)
                answer = official.post(address, {"version": [str(case.version)], **token})
                assert answer.status_code == 400, (rule.endpoint, method)
            tried.add(rule.endpoint)
    assert len(tried) >= 20
    assert case.status == "assigned"


@pytest.mark.parametrize("role", [role for role in Role if Permission.SEE_CASES in GRANTS[role]])
def test_no_page_of_a_case_tells_who_sent_it(official: Official, session: Session, now: datetime, role: Role) -> None:
    case = factories.routed(
        now, name="Người Gửi Kín", email="kin@langnghe.example", phone="0912345678", address="12 phố Kín, Sơn La"
    )
    page = official.sign_in(officer_of(role, now)).get(f"/ban-lam-viec/{case.reference}")
    assert page.status_code == 200
    for secret in ("Người Gửi Kín", "kin@langnghe.example", "0912345678", "12 phố Kín"):
        assert secret not in page.text


@pytest.mark.parametrize("role", Role)
def test_the_links_of_a_page_lead_only_where_the_official_may_go(
    official: Official, session: Session, now: datetime, role: Role
) -> None:
    start = official.sign_in(officer_of(role, now)).get("/can-bo")
    assert start.status_code == 302
    page = official.get(start.location)
    assert page.status_code == 200
    for address in _links(page.text):
        assert official.get(address).status_code in {200, 302}, address


def _links(page: str) -> list[str]:
    return sorted({link for link in re.findall(r'href="(/[^"#]*)"', page) if not link.startswith("/static/")})
