"""`flask identity reseal`, as an operator types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from feedback import sealing
from feedback.config import Config
from feedback.db import db, transaction
from tests import factories


@pytest.fixture
def turned(committed: Flask, config: Config, monkeypatch: pytest.MonkeyPatch, now: object) -> Iterator[Flask]:
    """Two senders under the old key, and a newer key in force."""
    with transaction():
        for number in range(2):
            factories.submit(now, name=f"Người Gửi {number}")  # type: ignore[arg-type]
    keys = (sealing.new_key(), *config.identity_keys)
    monkeypatch.setitem(committed.config, "LANG_NGHE", replace(config, identity_keys=keys))
    sealing.configure(keys)
    yield committed
    sealing.configure(config.identity_keys)


def reseal(app: Flask, *options: str) -> Result:
    result = app.test_cli_runner().invoke(args=["identity", "reseal", *options])
    db.session.rollback()
    return result


def test_everything_is_sealed_anew_with_progress_and_the_second_time_nothing_is_left(turned: Flask) -> None:
    first, second = reseal(turned, "--batch", "1"), reseal(turned)
    assert first.exit_code == second.exit_code == 0
    assert first.stderr.splitlines() == ["sender: 1", "sender: 2"]
    assert json.loads(first.stdout) == {"sender": 2, "officer": 0, "attachment": 0, "closed": 0}
    assert json.loads(second.stdout) == {"sender": 0, "officer": 0, "attachment": 0, "closed": 0}


def test_while_a_row_stays_closed_it_says_so_and_ends_with_1(turned: Flask) -> None:
    with transaction() as session:
        session.execute(text("UPDATE sender SET phone = '\\x0011223344'"))
    result = reseal(turned)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["closed"] == 2
    assert "xin giữ lại khóa cũ" in result.stderr
