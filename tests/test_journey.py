"""The whole way, with real processes: from the filing to the report; and what is left when they are killed on it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from redis import Redis
from rq import Worker
from sqlalchemy import func, select, text, update

from feedback import queue
from feedback.config import Config
from feedback.db import db, transaction
from feedback.domain.audit import first_break
from feedback.domain.clock import VIETNAM
from feedback.domain.permissions import Role
from feedback.embedded import start_valkey
from feedback.jobs import classify, clock, compare, model, notify
from feedback.models import AuditEvent, Comment, CronRun, Notification, Outbox, RoutingDecision
from feedback.services import answering, intake, lookup, reports
from feedback.services.reports import Period
from tests import factories, stub_model
from tests.running import running, stop, until

MANY = 300


@pytest.fixture
def service(committed: Flask, config: Config, tmp_path: Path) -> Iterator[Config]:
    """A configuration of one test alone: its own mail box, and the stub model."""
    own = replace(config, mail_url=f"maildir://{tmp_path / 'mail'}", model_dir=tmp_path / "model")
    stub_model.save(own.model_dir)
    model.forget()
    committed.config["LANG_NGHE"] = own
    yield own
    committed.config["LANG_NGHE"] = config
    model.forget()


def file(number: int) -> list[intake.Receipt]:
    """File comments, each in its own transaction as the web does."""
    receipts = []
    for _ in range(number):
        with transaction():
            receipts.append(factories.submit(datetime.now(UTC)))
    return receipts


def letters(config: Config) -> list[Path]:
    """The letters in the mail box."""
    return list(Path(config.mail_url.removeprefix("maildir://"), "new").glob("*"))


def pending() -> int:
    """How many promises are still to be kept."""
    return db.session.scalars(select(func.count()).where(Outbox.state == "pending")).one()


def let_leases_end() -> None:
    """Let the time pass for which a dead worker still holds what it took."""
    with transaction() as session:
        session.execute(update(Outbox).where(Outbox.state == "pending").values(available_at=func.now()))


def assert_nothing_lost_and_nothing_doubled(config: Config, number: int) -> None:
    """Every comment was routed once, written down once, promised once, and told of once."""
    db.session.rollback()

    def count(what: type, *where: object) -> int:
        return db.session.scalars(select(func.count()).select_from(what).where(*where)).one()  # type: ignore[arg-type]

    assert count(Comment, Comment.status == "assigned") == count(Comment) == number
    assert count(RoutingDecision, RoutingDecision.outcome == "auto") == count(RoutingDecision) == number
    assert count(AuditEvent) == 4 * number
    assert count(Notification, Notification.state == "sent") == count(Notification) == number
    assert count(Outbox, Outbox.state == "done") == count(Outbox) == 3 * number  # classify, notify, compare
    assert len(letters(config)) == number
    for case in db.session.scalars(select(Comment)):
        assert first_break(factories.chain(case)) is None
        assert (case.audit_sequence, case.audit_hash) == (4, factories.chain(case)[-1].hash)


def test_a_comment_goes_all_the_way_from_the_filing_to_the_report(
    committed: Flask, redis: Redis, service: Config
) -> None:
    now = datetime.now(UTC)
    with transaction():
        handler = factories.officer(now, Role.HANDLER, "BKHCN")
        checker = factories.officer(now, Role.CHECKER, "BKHCN")
        analyst = factories.officer(now, Role.ANALYST)
    with running(service, "dispatch") as dispatcher, running(service, "worker") as worker:
        (receipt,) = file(1)
        until(lambda: factories.comment(receipt.reference).status == "assigned", "the routing")
        until(lambda: len(letters(service)) == 1, "the letter that it was assigned")
        act = {"reference": receipt.reference, "at": now}
        for officer, step, more in (
            (handler, answering.accept, {}),
            (handler, answering.submit, {"text": factories.ANSWER, "outcome": "resolved"}),
            (checker, answering.approve, {"points": factories.EVERY_POINT}),
        ):
            with transaction():
                version = factories.comment(receipt.reference).version
                step(officer=officer, version=version, **act, **more)  # type: ignore[operator]
        until(lambda: len(letters(service)) == 2, "the letter that it was answered")
        assert (stop(worker), stop(dispatcher)) == (0, 0)

    subjects = {str(message_from_bytes(file.read_bytes(), policy=default)["Subject"]) for file in letters(service)}
    assert subjects == {
        f"[{receipt.reference}] Ý kiến của Ông/Bà đã được chuyển đến cơ quan giải quyết",
        f"[{receipt.reference}] Ý kiến của Ông/Bà đã có câu trả lời",
    }
    case = lookup.open_case(reference=receipt.reference, key=receipt.key)
    assert [answer.text for answer in case.answers] == [factories.ANSWER]
    with transaction():
        lookup.confirm(reference=receipt.reference, key=receipt.key, at=now)
    today = now.astimezone(VIETNAM).date()
    report = reports.overview(officer=analyst, period=Period(today, today), now=now)
    assert (report.received, report.replied, report.confirmed) == (1, 1, 1)
    assert (report.routed_automatically_share, report.on_time_share) == (1.0, 1.0)
    assert [(line.code, line.confirmed) for line in report.bodies] == [("BKHCN", 1)]
    ended = factories.comment(receipt.reference)
    assert ended.status == "closed"
    assert first_break(factories.chain(ended)) is None


@contextmanager
def comments_locked(config: Config) -> Iterator[psycopg.Connection]:
    """Hold every comment, so that whoever would change one waits."""
    with psycopg.connect(config.database_url) as connection:
        connection.execute("SELECT id FROM comment FOR UPDATE")
        yield connection
        connection.rollback()


def somebody_waits() -> bool:
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%outbox%'")
    return db.session.scalars(waiting).one() > 0


def test_workers_killed_in_mid_batch_lose_nothing_and_double_nothing(
    committed: Flask, redis: Redis, service: Config
) -> None:
    file(MANY)
    with running(service, "dispatch"):
        # Killed while the batch is classified but its transaction still open.
        for _ in range(2):
            with running(service, "worker") as worker, comments_locked(service):
                until(somebody_waits, "a batch in the middle of its transaction")
                worker.kill()
                worker.wait()
            let_leases_end()
        assert db.session.scalars(select(func.max(Outbox.attempts))).one() >= 2
        # Killed among the letters.
        with running(service, "worker") as worker:
            until(lambda: len(letters(service)) >= 40, "some letters sent")
            worker.kill()
            worker.wait()
        let_leases_end()
        with running(service, "worker") as worker:
            until(lambda: pending() == 0, "every promise kept")
            assert stop(worker) == 0
    assert_nothing_lost_and_nothing_doubled(service, MANY)


def test_a_redis_that_loses_everything_loses_no_comment(committed: Flask, service: Config, tmp_path: Path) -> None:
    directory = tmp_path / "valkey"
    valkey = start_valkey(directory, fast=True)
    own = replace(service, redis_url=valkey.url)
    with ExitStack() as stack:
        stack.enter_context(running(own, "dispatch"))
        stack.enter_context(running(own, "worker"))
        with Redis.from_url(valkey.url) as redis:
            until(lambda: Worker.count(connection=redis) == 1, "the worker")
        for number in (100, 60, 40):
            file(number)
            valkey.process.kill()
            valkey.process.wait()
            file(20)  # filing does not need it
            valkey = start_valkey(directory, fast=True)
        stack.callback(valkey.stop)
        file(40)
        until(lambda: pending() == 0, "every promise kept")
    assert_nothing_lost_and_nothing_doubled(service, MANY)


def test_every_job_run_twice_does_its_work_once(
    committed: Flask, redis: Redis, service: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare, "SECONDS", 60.0)  # or it would give way before its work is done
    file(60)
    for drain in (classify.drain, notify.drain, compare.drain):
        _twice_at_once(committed, drain)
    assert_nothing_lost_and_nothing_doubled(service, 60)
    # And once more, long after, as if nobody remembered that it was done.
    for topic, drain in (("classify", classify.drain), ("notify", notify.drain), ("compare", compare.drain)):
        with transaction() as session:
            session.execute(
                update(Outbox)
                .where(Outbox.topic == topic)
                .values(state="pending", finished_at=None, available_at=func.now())
            )
        drain()
    assert_nothing_lost_and_nothing_doubled(service, 60)
    assert [clock.tick(), clock.tick()] == [len(clock.TIMED), 0]
    assert db.session.scalars(select(func.count()).select_from(CronRun)).one() == len(clock.TIMED)
    for _ in range(2):
        queue.ring("classify", redis, 1)
    assert queue.queue_for("classify", redis).count == 1


def _twice_at_once(app: Flask, drain: object) -> None:
    def work() -> None:
        with app.app_context():
            drain()  # type: ignore[operator]

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_same_form_posted_by_many_at_once_is_one_comment(committed: Flask, service: Config) -> None:
    now, receipts = datetime.now(UTC), []

    def post() -> None:
        with committed.app_context(), transaction():
            receipts.append(factories.submit(now, token="one form"))

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({(receipt.reference, receipt.key) for receipt in receipts}) == 1
    assert sorted(receipt.repeated for receipt in receipts) == [False, *[True] * 7]
    assert db.session.scalars(select(func.count()).select_from(Comment)).one() == 1


def test_without_a_model_every_accepted_comment_reaches_the_desk(
    committed: Flask, redis: Redis, service: Config
) -> None:
    shutil.rmtree(service.model_dir)
    with running(service, "dispatch"), running(service, "worker"):
        file(20)
        until(lambda: pending() == 0, "every promise kept")
    rows = db.session.execute(select(Comment.status, Comment.desk_reason).distinct()).all()
    assert [tuple(row) for row in rows] == [("sorting", "model_away")]


def test_what_was_promised_long_ago_is_kept_when_the_service_comes_back(
    committed: Flask, redis: Redis, service: Config
) -> None:
    with transaction():
        factories.submit(datetime.now(UTC) - timedelta(days=3))
    with running(service, "dispatch"), running(service, "worker"):
        until(lambda: pending() == 0, "every promise kept")
    assert_nothing_lost_and_nothing_doubled(service, 1)
