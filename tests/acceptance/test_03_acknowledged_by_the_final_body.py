"""A citizen is told of a body only when its queue holds the case, and of the last body alone after re-routing."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from feedback.config import Config
from feedback.db import db, transaction
from feedback.domain.permissions import Role
from feedback.jobs import notify
from feedback.models import Comment
from feedback.services import triage
from tests import factories
from tests.jobs.post_office import PostOffice

DESK_SAYS = "Việc thuộc thẩm quyền của cơ quan này."


def drain() -> None:
    notify.drain()
    db.session.rollback()


def returned(case: Comment, now: datetime) -> Comment:
    handler = factories.officer(now, Role.HANDLER, factories.body_code(case))
    return triage.return_to_desk(
        officer=handler, reference=case.reference, version=case.version, reason="Không thuộc thẩm quyền", at=now
    )


def routed_by_hand(case: Comment, now: datetime, body: str) -> Comment:
    return triage.route(
        officer=factories.officer(now, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        body_code=body,
        reason=DESK_SAYS,
        at=now,
    )


def test_03_nothing_is_sent_before_a_body_s_queue_holds_the_case(post: PostOffice, now: datetime) -> None:
    with transaction():
        case = factories.on_desk(now)
    drain()
    assert post.letters == []
    with transaction():
        case = routed_by_hand(factories.comment(case.reference), now, "BCA")
    assert case.status == "assigned"
    drain()
    (letter,) = post.letters
    assert "đã được chuyển đến Bộ Công an để giải quyết" in letter.get_content()


def test_03_after_re_routing_the_message_names_the_final_body_and_the_unsent_one_is_dropped(
    post: PostOffice,
    now: datetime,
) -> None:
    with transaction():
        case = routed_by_hand(returned(factories.routed(now), now), now, "BCA")
    drain()
    (letter,) = post.letters
    assert "nay do Bộ Công an giải quyết" in letter.get_content()
    assert [message.state for message in factories.notifications(case)] == ["superseded", "sent"]
    assert [promise.state for promise in factories.promises("notify")] == ["done", "done"]


def test_03_whoever_was_told_of_the_first_body_is_told_of_the_last(post: PostOffice, now: datetime) -> None:
    with transaction():
        case = factories.routed(now)
    drain()
    with transaction():
        routed_by_hand(returned(factories.comment(case.reference), now), now, "BCA")
    drain()
    first, second = (letter.get_content() for letter in post.letters)
    assert "đã được chuyển đến Bộ Khoa học và Công nghệ" in first
    assert "trước đây được chuyển đến Bộ Khoa học và Công nghệ, nay do Bộ Công an giải quyết" in second


def test_03_a_message_held_up_while_the_case_is_returned_is_never_sent(
    committed: Flask,
    config: Config,
    post: PostOffice,
    now: datetime,
) -> None:
    with transaction():
        case = returned(factories.routed(now), now)
    drain()
    assert post.letters == []
    assert [message.state for message in factories.notifications(case)] == ["superseded"]


@pytest.mark.parametrize("times", [1, 3])
def test_03_the_last_of_several_re_routings_is_told_once(post: PostOffice, now: datetime, times: int) -> None:
    with transaction():
        case = factories.routed(now)
        for _ in range(times):
            case = routed_by_hand(returned(case, now), now, "BCA")
    drain()
    drain()
    assert len(post.letters) == 1
    assert "Bộ Công an" in post.letters[0].get_content()
