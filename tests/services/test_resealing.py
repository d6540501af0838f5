"""Sealing anew under the newest key: everything, in batches; what no key opens stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from passlib.totp import TOTP
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from feedback import sealing
from feedback.config import Config
from feedback.db import Base
from feedback.domain.permissions import Role
from feedback.models import AdminEvent, Attachment, Officer, Sender
from feedback.models.columns import Encrypted
from feedback.sealing import totp_keys
from feedback.services import resealing
from tests import factories

OLD, NEW = sealing.new_key(), sealing.new_key()
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _restored(config: Config) -> Iterator[None]:
    """Seal under the old key first; give the other tests their keys back."""
    sealing.configure([OLD])
    yield
    sealing.configure(config.identity_keys)


def turn(*keys: str) -> dict[str, int]:
    """Put these keys in force, and seal everything anew one row at a time; how many rows of each table."""
    sealing.configure(keys)
    figures = {"closed": 0}
    for part in resealing.PARTS:
        after, figures[part.name] = None, 0
        while True:
            step = resealing.step(part=part, after=after, totp_keys=totp_keys(keys), limit=1)
            if step.last is None:
                break
            figures[part.name], after = figures[part.name] + step.resealed, step.last
            figures["closed"] += step.closed
    factories.session().expire_all()
    return figures


def totp(*keys: str) -> str:
    names = totp_keys(keys)
    return str(TOTP.using(secrets=names, default_tag=next(iter(names)))(key=SECRET).to_json(encrypt=True))


@pytest.fixture
def sealed(session: Session, now: datetime) -> Officer:
    """Three senders, a file and a second factor, all under the old key; the officer."""
    for number in range(3):
        case = factories.routed(now, name=f"Người Gửi {number}", email=f"gui{number}@langnghe.example")
    factories.attachment(case, sealing.encrypt_bytes(b"tep"))
    return factories.officer(now, Role.INTAKE, tf_totp_secret=totp(OLD), tf_primary_method="authenticator")


def test_every_sealed_column_of_the_tables_is_known() -> None:
    found = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Encrypted)
    }
    known = {(part.name, name) for part in resealing.PARTS for name in part.columns}
    assert known - found == {("attachment", "content")}
    assert found <= known


def test_after_it_the_new_key_alone_opens_everything(sealed: Officer, session: Session) -> None:
    assert turn(NEW, OLD) == {"sender": 3, "officer": 1, "attachment": 1, "closed": 0}
    assert turn(NEW, OLD) == {"sender": 0, "officer": 0, "attachment": 0, "closed": 0}
    sealing.configure([NEW])
    names = sorted(name or "" for name in session.scalars(select(Sender.name)))
    assert names == ["Người Gửi 0", "Người Gửi 1", "Người Gửi 2"]
    file = session.scalars(select(Attachment.content)).one()
    assert sealing.decrypt_bytes(bytes(file or b"")) == b"tep"
    secret = session.scalars(select(Officer.tf_totp_secret).where(Officer.id == sealed.id)).one()
    assert secret is not None
    assert TOTP.using(secrets=totp_keys([NEW])).from_json(secret).base32_key == SECRET


def test_stopped_half_way_it_goes_on_where_it_was(sealed: Officer, session: Session) -> None:
    sealing.configure([NEW, OLD])
    sender = resealing.PARTS[0]
    first = resealing.step(part=sender, after=None, totp_keys=totp_keys([NEW, OLD]), limit=2)
    assert (first.resealed, first.closed) == (2, 0)
    assert turn(NEW, OLD)["sender"] == 1


def test_what_no_key_opens_stays_and_is_counted(sealed: Officer, session: Session) -> None:
    first = "(SELECT min(comment_id::text)::uuid FROM sender)"
    session.execute(text(f"UPDATE sender SET phone = '\\x00112233445566778899' WHERE comment_id = {first}"))  # noqa: S608
    assert turn(NEW, OLD) == {"sender": 2, "officer": 1, "attachment": 1, "closed": 1}
    assert session.scalar(text("SELECT count(*) FROM sender WHERE phone = '\\x00112233445566778899'")) == 1


def test_a_second_factor_under_a_key_that_is_gone_is_counted_too(session: Session, now: datetime) -> None:
    factories.officer(now, Role.INTAKE, tf_totp_secret=totp(sealing.new_key()))
    factories.officer(now, Role.INTAKE, tf_totp_secret="không phải JSON")
    factories.officer(now, Role.INTAKE, tf_totp_secret="[1]")
    assert turn(NEW, OLD) == {"sender": 0, "officer": 2, "attachment": 0, "closed": 1}


def test_it_is_written_down_in_figures(session: Session, now: datetime) -> None:
    resealing.finish(figures={"sender": 3}, at=now)
    event = session.scalars(select(AdminEvent).where(AdminEvent.action == resealing.RESEALED)).one()
    assert (event.officer_id, event.data) == (None, {"sender": 3})
    assert session.scalar(select(func.count()).select_from(Sender)) == 0
