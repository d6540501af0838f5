"""A worker that is killed while it sends: its message is sent by the next one, once, and nothing is doubled."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from redis import Redis
from sqlalchemy import func, update

from feedback.config import Config
from feedback.db import db, transaction
from feedback.jobs import dispatcher
from feedback.models import Comment, Outbox
from tests import factories
from tests.jobs.post_office import PostOffice, open_post_office
from tests.running import running, until


class SlowOffice(PostOffice):
    """A post office that keeps its visitors waiting where it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.waits_at = ""
        self.visitors = 0

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._wait("recipient")
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        await self._wait("data")
        return answer

    async def _wait(self, place: str) -> None:
        if self.waits_at == place:
            self.visitors += 1
        while self.waits_at == place:
            await asyncio.sleep(0.02)


@pytest.fixture
def office() -> Iterator[SlowOffice]:
    slow = SlowOffice()
    with open_post_office(slow):
        yield slow


def kill_while_it_sends(config: Config, redis: Redis, office: SlowOffice, place: str) -> None:
    office.waits_at = place
    dispatcher.ring_once(redis)
    with running(config, "worker", "--topics", "notify") as worker:
        until(lambda: office.visitors == 1, "the worker at the post office")
        worker.kill()
        worker.wait()
    office.waits_at = ""


def work_on(config: Config, redis: Redis, case: Comment) -> None:
    with transaction() as session:
        session.execute(update(Outbox).where(Outbox.state == "pending").values(available_at=func.now()))
    dispatcher.ring_once(redis)
    with running(config, "worker", "--topics", "notify", "--burst"):
        until(lambda: factories.notifications(case)[0].state == "sent", "the message of the dead worker")


@pytest.mark.parametrize("place", ["recipient", "data"])
def test_26_the_message_of_a_killed_worker_is_sent_by_the_next_one_and_counts_once(
    committed: Flask, config: Config, redis: Redis, office: SlowOffice, now: datetime, place: str
) -> None:
    mailing = replace(config, mail_url=office.url)
    with transaction():
        case = factories.routed(now)
    events = [event.action for event in factories.events(case)]
    kill_while_it_sends(mailing, redis, office, place)
    db.session.rollback()
    (message,) = factories.notifications(case)
    assert (message.state, message.attempts) == ("pending", 1)
    work_on(mailing, redis, case)
    db.session.rollback()
    # Taken twice by the post office if it had it before the worker died, and then under one number.
    assert len({letter["Message-ID"] for letter in office.letters}) == 1
    assert len(office.letters) == (2 if place == "data" else 1)
    (message,) = factories.notifications(case)
    (promise,) = factories.promises("notify")
    assert (message.state, promise.state, promise.attempts) == ("sent", "done", 2)
    assert [event.action for event in factories.events(case)] == events
