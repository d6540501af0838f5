"""Numbers in addresses and forms: what no column holds names nothing, and is no failure."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from tests import factories
from tests.web.official import Official, values

TOO_LARGE = "9" * 20


@pytest.mark.parametrize(
    "address",
    ["/ban-lam-viec/che-do-xem/{}/quy-tac", "/ban-lam-viec/dot/{}", "/ban-lam-viec/dot/{}.csv"],
)
@pytest.mark.parametrize("number", ["2147483648", TOO_LARGE])
def test_a_number_that_no_column_holds_names_nothing(
    official: Official, session: Session, now: datetime, address: str, number: str
) -> None:
    official.sign_in(factories.officer(now, Role.INTAKE))
    assert official.get(address.format(number)).status_code == 404


@pytest.mark.parametrize("step", ["xoa", "theo-doi", "quy-tac"])
def test_a_form_to_such_a_number_does_nothing(official: Official, session: Session, now: datetime, step: str) -> None:
    official.sign_in(factories.officer(now, Role.INTAKE))
    sent = values(csrf_token=official.token(), mode="daily", body="BCA", priority="1")
    assert official.post(f"/ban-lam-viec/che-do-xem/{TOO_LARGE}/{step}", sent).status_code == 404
