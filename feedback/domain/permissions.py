"""Roles, permissions, and the one table that grants them; row scope is a property of the role."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What an officer is charged with."""

    INTAKE = "intake"
    COORDINATOR = "coordinator"
    HANDLER = "handler"
    CHECKER = "checker"
    LEADER = "leader"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing that a role may do."""

    SEE_CASES = "see_cases"
    SEE_CONFIDENTIAL = "see_confidential"
    TRIAGE = "triage"
    SCREEN = "screen"
    RETURN = "return"
    ARRANGE = "arrange"
    TAG = "tag"
    ANSWER = "answer"
    EXTEND = "extend"
    CHECK = "check"
    SEND = "send"
    PUBLISH = "publish"
    CLOSE = "close"
    REOPEN = "reopen"
    HOLD = "hold"
    UNSEAL = "unseal"
    SEE_REPORTS = "see_reports"
    SEE_AUDIT = "see_audit"
    MANAGE_BODIES = "manage_bodies"
    MANAGE_CALENDAR = "manage_calendar"
    MANAGE_OFFICERS = "manage_officers"
    MANAGE_RULES = "manage_rules"
    SEE_OPERATIONS = "see_operations"
    SEE_MODEL = "see_model"
    MANAGE_MODEL = "manage_model"
    LABEL = "label"
    MANAGE_TEMPLATES = "manage_templates"
    REVIEW_DISPOSAL = "review_disposal"


class Scope(StrEnum):
    """Which rows a role's permissions reach."""

    ALL = "all"
    OWN_PROVINCE = "own_province"
    OWN_BODY = "own_body"
    NONE = "none"


R, P = Role, Permission

# What can be done to a case, but for deciding where it goes.
_ON_A_CASE = frozenset(
    {
        P.SEE_CASES,
        P.RETURN,
        P.ARRANGE,
        P.TAG,
        P.ANSWER,
        P.EXTEND,
        P.CHECK,
        P.SEND,
        P.PUBLISH,
        P.CLOSE,
        P.REOPEN,
        P.HOLD,
        P.UNSEAL,
    }
)

GRANTS = MappingProxyType(
    {
        R.INTAKE: _ON_A_CASE - {P.RETURN, P.ANSWER, P.EXTEND}
        | {P.SEE_CONFIDENTIAL, P.SCREEN, P.TRIAGE, P.LABEL, P.MANAGE_RULES, P.REVIEW_DISPOSAL},
        R.COORDINATOR: _ON_A_CASE - {P.CHECK, P.REOPEN, P.HOLD} | {P.MANAGE_TEMPLATES},
        R.HANDLER: frozenset({P.SEE_CASES, P.RETURN, P.TAG, P.ANSWER, P.EXTEND, P.UNSEAL}),
        R.CHECKER: frozenset({P.SEE_CASES, P.CHECK, P.SEND}),
        R.LEADER: _ON_A_CASE - {P.ANSWER, P.UNSEAL} | {P.SEE_REPORTS, P.MANAGE_TEMPLATES},
        R.ANALYST: frozenset({P.SEE_REPORTS, P.SEE_MODEL, P.LABEL}),
        R.AUDITOR: frozenset({P.SEE_CASES, P.SEE_AUDIT, P.SEE_REPORTS, P.REVIEW_DISPOSAL}),
        R.ADMINISTRATOR: frozenset(
            {
                P.MANAGE_BODIES,
                P.MANAGE_CALENDAR,
                P.MANAGE_OFFICERS,
                P.SEE_OPERATIONS,
                P.SEE_MODEL,
                P.MANAGE_MODEL,
                P.MANAGE_TEMPLATES,
            }
        ),
    }
)

SCOPES = MappingProxyType(
    {
        R.INTAKE: Scope.ALL,
        R.COORDINATOR: Scope.OWN_BODY,
        R.HANDLER: Scope.OWN_BODY,
        R.CHECKER: Scope.OWN_BODY,
        R.LEADER: Scope.OWN_BODY,
        R.ANALYST: Scope.ALL,
        R.AUDITOR: Scope.ALL,
        R.ADMINISTRATOR: Scope.NONE,
    }
)

ROLE_NAMES = MappingProxyType(
    {
        R.INTAKE: "Cán bộ tiếp nhận",
        R.COORDINATOR: "Đầu mối của cơ quan",
        R.HANDLER: "Cán bộ xử lý",
        R.CHECKER: "Người kiểm tra câu trả lời",
        R.LEADER: "Lãnh đạo cơ quan",
        R.ANALYST: "Chuyên viên phân tích",
        R.AUDITOR: "Kiểm toán viên",
        R.ADMINISTRATOR: "Quản trị viên",
    }
)


def granted(roles: frozenset[Role]) -> frozenset[Permission]:
    """Every permission that these roles hold together."""
    return frozenset().union(*(GRANTS[role] for role in roles))


def scope_for(roles: frozenset[Role], permission: Permission, *, provincial: bool = False) -> Scope:
    """The widest reach that these roles have for one permission.

    Args:
        roles: what the officer is charged with.
        permission: what is to be done.
        provincial: whether the officer works for a body of one province, beyond which no role reaches.
    """
    scopes = {SCOPES[role] for role in roles if permission in GRANTS[role]}
    widest = next((scope for scope in (Scope.ALL, Scope.OWN_BODY) if scope in scopes), Scope.NONE)
    return Scope.OWN_PROVINCE if widest is Scope.ALL and provincial else widest
