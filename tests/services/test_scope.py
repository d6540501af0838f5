"""Reach over rows: the same answer for a query and for one case."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.errors import NotAllowed, NotFound
from feedback.domain.permissions import GRANTS, SCOPES, Permission, Role, Scope
from feedback.models import Comment
from feedback.services import scope
from tests import factories


@pytest.mark.parametrize("role", Role)
def test_a_query_and_a_single_case_agree_for_every_permission_and_body(
    session: Session, now: datetime, role: Role
) -> None:
    cases = {"ours": factories.routed(now), "desk": factories.on_desk(now)}
    factories.submit(now)
    factories.classify(now, class_code="BCA")
    every = session.scalars(select(Comment)).all()
    for body_code in ("BKHCN", None):
        officer = factories.officer(now, role, body_code)
        for permission in Permission:
            held = permission in GRANTS[role]
            expected = {case.id for case in every} if held and SCOPES[role] is Scope.ALL else set()
            if held and SCOPES[role] is Scope.OWN_BODY and body_code:
                expected = {cases["ours"].id}
            within = scope.within(officer=officer, permission=permission)
            assert set(session.scalars(select(Comment.id).where(within))) == expected
            for case in every:
                assert scope.reaches(officer=officer, permission=permission, comment=case) is (case.id in expected)
                refusal = NotFound if held else NotAllowed
                if case.id in expected:
                    scope.check(officer=officer, permission=permission, comment=case)
                else:
                    with pytest.raises(refusal):
                        scope.check(officer=officer, permission=permission, comment=case)
