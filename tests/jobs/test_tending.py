"""The tender: starts its process when there is something to do, one at a time, and ends it when told to."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from feedback.db import transaction
from feedback.domain.permissions import Role
from feedback.jobs import tending
from feedback.jobs.tending import Tender, see
from feedback.services import releases, training
from feedback.services.releases import Made
from tests import factories

QUICK = (sys.executable, "-c", "pass")
LONG = (sys.executable, "-c", "import time; time.sleep(60)")
STUBBORN = (
    *(sys.executable, "-c"),
    "import signal, time, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); open(sys.argv[1], 'w'); time.sleep(60)",
)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The process's own time, to be set."""
    seconds = [1000.0]

    class Time:
        monotonic = staticmethod(lambda: seconds[0])

    monkeypatch.setattr(tending, "time", Time)
    return seconds


@pytest.fixture
def placed(committed: Flask, tmp_path: Path) -> Path:
    """A directory with a model's file."""
    (tmp_path / "model.zip").write_bytes(b"a model")
    return tmp_path


def ended(tender: Tender) -> None:
    assert tender.process is not None
    tender.process.wait(20)


def test_without_a_model_or_a_wish_for_one_nothing_is_started(committed: Flask, tmp_path: Path) -> None:
    assert Tender(tmp_path, QUICK).look() is False


def test_a_model_that_is_put_in_its_place_is_tended_to_once(placed: Path, clock: list[float]) -> None:
    tender = Tender(placed, QUICK)
    assert tender.look() is True
    ended(tender)
    assert tender.look() is False
    (placed / "model.zip").write_bytes(b"another model")
    assert tender.look() is True
    ended(tender)
    tender.stop()


def test_only_one_runs_at_a_time(placed: Path) -> None:
    tender = Tender(placed, LONG)
    assert tender.look() is True
    (placed / "model.zip").write_bytes(b"another model")
    assert tender.look() is False
    process = tender.process
    tender.stop()
    assert process is not None
    assert process.returncode is not None
    tender.stop()


def test_new_decisions_wait_ten_minutes(placed: Path, clock: list[float], now: datetime) -> None:
    tender = Tender(placed, QUICK)
    tender.look()
    ended(tender)
    with transaction():
        factories.on_desk(now)
    for seconds, starts in ((599.0, False), (600.0, True), (1300.0, False)):
        clock[0] = 1000.0 + seconds
        assert tender.look() is starts, seconds
        if tender.process:
            ended(tender)


def test_a_promotion_and_a_wish_for_a_training_do_not_wait(placed: Path, clock: list[float], now: datetime) -> None:
    tender = Tender(placed, QUICK)
    tender.look()
    ended(tender)
    with transaction():
        releases.register(made=Made("a" * 12, "releases/a", now), at=now)
    assert tender.look() is True
    ended(tender)
    with transaction():
        training.request(officer=factories.officer(now, Role.ADMINISTRATOR), at=now)
    assert see(placed).waiting
    assert tender.look() is True
    ended(tender)
    for seconds, starts in ((59.0, False), (60.0, True)):  # nobody took it
        clock[0] = 1000.0 + seconds
        assert tender.look() is starts
    ended(tender)


def test_when_another_process_is_at_it_one_comes_back_a_minute_later(placed: Path, clock: list[float]) -> None:
    tender = Tender(placed, (sys.executable, "-c", f"raise SystemExit({tending.BUSY})"))
    tender.look()
    ended(tender)
    (placed / "model.zip").write_bytes(b"another model")
    for seconds, starts in ((5.0, False), (59.0, False), (60.0, True)):
        clock[0] = 1000.0 + seconds
        assert tender.look() is starts, seconds
    ended(tender)


def test_a_process_that_fails_is_written_down(
    placed: Path, monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(tending.log, "error", lambda event, code: told.append((event, code)))
    tender = Tender(placed, (sys.executable, "-c", "raise SystemExit(3)"))
    tender.look()
    ended(tender)
    tender.look()
    assert told == [("learning_process_failed", 3)]


def test_a_process_that_does_not_stop_is_killed(placed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tending, "STOP_SECONDS", 0.2)
    mark = placed / "started"
    tender = Tender(placed, (*STUBBORN, str(mark)))
    tender.look()
    ends = time.monotonic() + 20
    while not mark.exists() and time.monotonic() < ends:
        time.sleep(0.02)
    process = tender.process
    tender.stop()
    assert process is not None
    assert process.returncode == -9
