"""Who may do what, and on whose cases, against a table written down apart."""

from __future__ import annotations

import itertools

import pytest

from feedback.domain.permissions import GRANTS, ROLE_NAMES, SCOPES, Permission, Role, Scope, granted, scope_for

EXPECTED = {
    "intake": (
        "all",
        "see_cases see_confidential screen triage unseal check label arrange tag send publish close reopen hold"
        " review_disposal manage_rules",
    ),
    "coordinator": (
        "own_body",
        "see_cases return answer unseal arrange tag extend send publish close manage_templates",
    ),
    "handler": ("own_body", "see_cases return answer unseal tag extend"),
    "checker": ("own_body", "see_cases check send"),
    "leader": (
        "own_body",
        "see_cases check return see_reports arrange tag extend send publish close reopen hold manage_templates",
    ),
    "analyst": ("all", "see_reports see_model label"),
    "auditor": ("all", "see_cases see_audit see_reports review_disposal"),
    "administrator": (
        "none",
        "manage_bodies manage_calendar manage_officers see_operations see_model manage_model manage_templates",
    ),
}


@pytest.mark.parametrize(("role", "permission"), list(itertools.product(Role, Permission)))
def test_a_role_holds_a_permission_and_its_reach_exactly_where_the_table_says(
    role: Role, permission: Permission
) -> None:
    reach, held = EXPECTED[role]
    holds = permission in held.split()
    assert (permission in granted(frozenset({role}))) is holds
    assert scope_for(frozenset({role}), permission) == (reach if holds else "none")


def test_every_role_is_granted_scoped_and_named() -> None:
    assert set(GRANTS) == set(SCOPES) == set(ROLE_NAMES) == set(Role)
    assert len(set(ROLE_NAMES.values())) == len(Role)


def test_roles_add_up() -> None:
    both = frozenset({Role.HANDLER, Role.ANALYST})
    assert granted(both) == GRANTS[Role.HANDLER] | GRANTS[Role.ANALYST]


def test_the_widest_reach_counts_but_only_of_roles_that_hold_the_permission() -> None:
    assert scope_for(frozenset({Role.LEADER, Role.ANALYST}), Permission.SEE_REPORTS) is Scope.ALL
    assert scope_for(frozenset({Role.LEADER, Role.ANALYST}), Permission.CHECK) is Scope.OWN_BODY


@pytest.mark.parametrize("role", Role)
def test_whoever_works_for_a_body_of_one_province_reaches_no_farther(role: Role) -> None:
    reach = scope_for(frozenset({role}), next(iter(GRANTS[role])), provincial=True)
    assert reach == (Scope.OWN_PROVINCE if SCOPES[role] is Scope.ALL else SCOPES[role])


def test_nobody_has_no_permission_and_no_reach() -> None:
    assert granted(frozenset()) == frozenset()
    assert scope_for(frozenset(), Permission.SEE_CASES) is Scope.NONE


def test_nobody_both_answers_and_checks_by_one_role() -> None:
    assert not [role for role, held in GRANTS.items() if {Permission.ANSWER, Permission.CHECK} <= held]


def test_the_administrator_reads_no_case() -> None:
    assert Permission.SEE_CASES not in GRANTS[Role.ADMINISTRATOR]
    assert Permission.UNSEAL not in GRANTS[Role.ADMINISTRATOR]
