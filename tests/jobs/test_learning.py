"""Tending to learning: register and file agree, lists are ready, the promise is held, a challenger is judged."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from classifier import learning as teaching
from classifier.artefact import NAME
from classifier.learning import Case
from classifier.router import Router
from feedback.config import Config
from feedback.db import session, transaction
from feedback.domain.learning import Origin
from feedback.domain.permissions import Role
from feedback.jobs import classify, learning, model
from feedback.models import AuditSample, Officer
from feedback.services import admin_log, auditing, labelling, labels, releases, schedule, training, triage
from feedback.services import teaching as picking
from tests import factories, stub_model

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The corpus of the stub model, and few texts to test by."""
    nothing = ("load_mandates", "load_lexicon", "load_stopped", "load_phrases")
    for name, value in (("load_corpus", stub_model.texts), *((name, list) for name in nothing)):
        monkeypatch.setattr(teaching, name, value)
    monkeypatch.setattr(learning, "load_corpus", stub_model.texts)
    monkeypatch.setattr(teaching, "_held_out", lambda: CASES)


CASES = [
    *(
        Case(f"{word} qa qb qc {n}", body, frozenset([body]), "held_out")
        for n in range(4)
        for body, word in [("BKHCN", "sóng"), ("BCA", "vneid")]
    ),
]


def administrator() -> Officer:
    return factories.officer(NOW, Role.ADMINISTRATOR)


def ask() -> None:
    with transaction():
        training.request(officer=administrator(), at=NOW)


def champion_version() -> str:
    with transaction():
        found = releases.champion()
    assert found is not None
    return found.version


def file_version(directory: Path) -> str:
    return Router.load(directory).version


def test_a_deployed_model_is_registered_kept_and_measured(trained: Path, config: Config) -> None:
    done = learning.tend(config)
    version = file_version(config.model_dir)
    assert done == {"model": version, "drawn": 0, "read": 0, "listed": 0, "floor": 0.0, "training": None}
    assert champion_version() == version
    assert (config.model_dir / "releases" / version / NAME).read_bytes() == trained.read_bytes()
    with transaction():
        found = releases.champion()
        assert found is not None
        assert found.corpus_rows == 300
        own = found.figures["own"]
        assert isinstance(own, dict)
        assert own["parts"]["overall"]["top1"] == 1.0
    assert learning.tend(config)["model"] == version
    assert [entry.action for entry in admin_log.latest(limit=9)] == ["model_registered"]


def test_without_any_model_there_is_nothing_to_settle(untrained: Path, config: Config) -> None:
    assert learning.tend(config)["model"] is None


def test_two_processes_never_tend_at_once(trained: Path, config: Config) -> None:
    with transaction():
        assert schedule.hold(name="learning", holder="another:1", length=timedelta(minutes=1))
    assert learning.tend(config) == {"busy": True}
    with transaction():
        assert releases.champion() is None
        schedule.let_go(name="learning", holder="another:1")
    assert learning.tend(config)["model"] == file_version(config.model_dir)
    with transaction():
        assert schedule.hold(name="learning", holder="another:1", length=timedelta(minutes=1))


def test_a_promotion_reaches_the_workers_without_a_restart(trained: Path, config: Config) -> None:
    learning.settle(config, at=NOW)
    first = model.router(config.model_dir)
    assert first is not None
    stub_model.save(config.model_dir, stub_model.OTHER_WORDS)
    learning.settle(config, at=NOW)
    second = model.router(config.model_dir)
    assert second is not None
    assert second.version != first.version
    with transaction():
        releases.roll_back(officer=administrator(), version=second.version, at=NOW)
    assert learning.settle(config, at=NOW) == first.version
    back = model.router(config.model_dir)
    assert back is not None
    assert back.version == first.version


def test_a_champion_whose_file_is_spoilt_is_not_put_in_place(trained: Path, config: Config) -> None:
    learning.settle(config, at=NOW)
    first = champion_version()
    stub_model.save(config.model_dir, stub_model.OTHER_WORDS)
    learning.settle(config, at=NOW)
    second = champion_version()
    with transaction():
        releases.roll_back(officer=administrator(), version=second, at=NOW)
    (config.model_dir / "releases" / first / NAME).write_bytes(b"spoilt")
    assert learning.settle(config, at=NOW) == second
    assert file_version(config.model_dir) == second
    learning.measure(config)  # cannot be measured either, and says so in the log
    with transaction():
        found = releases.champion()
        assert found is not None
        assert "own" not in found.figures


def test_the_audit_is_drawn_read_and_the_list_made(
    trained: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "AUDIT_SHARE", 1.0)
    with transaction():
        drawn = factories.routed(NOW, title="Gọi 0912345678", text="Xin trả lời sớm giúp tôi.")
    with transaction():
        doubtful = factories.on_desk(NOW, title="Hỏi việc", text="Điện thoại của tôi là 0987654321.")
    assert learning.prepare_labelling(at=NOW) == {"drawn": 1, "read": 1, "listed": 1}
    assert learning.prepare_labelling(at=NOW) == {"drawn": 0, "read": 0, "listed": 1}
    with transaction():
        analyst = factories.officer(NOW, Role.ANALYST)
        shown = {}
        for case in (drawn, doubtful):
            task = labelling.task(officer=analyst, reference=case.reference)
            assert task is not None
            shown[case.reference] = " ".join(piece.text for piece in (*task.title, *task.text))
        assert "0912345678" not in shown[drawn.reference]
        assert "0987654321" not in shown[doubtful.reference]
        assert [line.reference for line in picking.listed(limit=9)] == [doubtful.reference]


def test_a_refuted_promise_stops_automatic_routing_below_the_floor(trained: Path, config: Config) -> None:
    learning.settle(config, at=NOW)
    version = champion_version()
    assert learning.calibrate(config) == 0.0
    with transaction():
        officer = factories.officer(NOW, Role.INTAKE)
        for _ in range(40):
            receipt = factories.submit(NOW)
            factories.classify(NOW, model_version=version, confidence=0.99)
            case = factories.comment(receipt.reference)
            decision = triage.latest_machine_decision(comment=case)
            assert decision is not None
            label = labels.record(comment=case, officer=officer, at=NOW, origin=Origin.AUDIT, class_code="BYT")
            session().add(
                AuditSample(comment_id=case.id, decision_id=decision.id, drawn_at=NOW, chance=0.05, label_id=label.id)
            )
    assert learning.calibrate(config) > 1.0
    assert model.router(config.model_dir) is not None
    assert model.floor(config.model_dir) > 1.0
    with transaction():
        found = releases.champion()
        assert found is not None
        stream = found.figures["stream"]
        assert isinstance(stream, dict)
        assert (stream["judged"], stream["precision"]) == (40, 0.0)
    with transaction():
        sure = factories.submit(NOW, title="sóng", text="sóng sóng sóng qa qb qc")
    assert classify.drain() == {"routed": 0, "on_desk": 1, "already": 0}
    with transaction():
        assert factories.comment(sure.reference).desk_reason == "unsure"
    assert learning.calibrate(config) > 1.0  # the same figures again change nothing


def test_a_floor_of_another_model_does_not_count(trained: Path, config: Config) -> None:
    model.router(config.model_dir)
    (config.model_dir / learning.FLOOR).write_text(json.dumps({"model": "b" * 12, "floor": 0.9}))
    assert model.floor(config.model_dir) == 0.0
    (config.model_dir / learning.FLOOR).write_text("spoilt")
    assert model.floor(config.model_dir) == 0.0
    (config.model_dir / learning.FLOOR).unlink()
    assert model.floor(config.model_dir) == 0.0


@pytest.fixture
def label() -> Callable[..., None]:
    """Labels one new comment."""

    def say(text: str, code: str, at: datetime = NOW) -> None:
        with transaction():
            receipt = factories.submit(at, title="Việc này", text=text)
            factories.classify(at, sure=False, confidence=0.4, model_version="0" * 12)
            officer = factories.officer(at, Role.INTAKE)
            case = factories.comment(receipt.reference)
            labels.record(comment=case, officer=officer, at=at, origin=Origin.LABELLING, class_code=code)

    return say


def run_states() -> list[tuple[str, str | None]]:
    with transaction():
        return [(run.state, run.note) for run in training.latest()]


def test_a_training_that_changes_nothing_offers_nothing(trained: Path, config: Config) -> None:
    learning.settle(config, at=NOW)
    ask()
    assert learning.tend(config)["training"] == f"{champion_version()}: như bản đã có"
    assert run_states() == [("done", f"{champion_version()}: như bản đã có")]
    assert not list((config.model_dir / "releases").glob(".run-*"))


def test_a_challenger_no_better_than_luck_is_refused_with_the_reason(
    trained: Path, config: Config, label: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teaching, "is_frozen", lambda _identifier: False)
    learning.settle(config, at=NOW)
    before = champion_version()
    for number, word in enumerate(("một", "hai", "ba", "bốn", "năm", "sáu")):
        label(f"drone drone drone {word} {word}x {number}", "BQP")
    ask()
    outcome = learning.tend(config)["training"]
    assert isinstance(outcome, str)
    assert outcome.endswith("không đạt")
    assert champion_version() == before == file_version(config.model_dir)
    with transaction():
        line = releases.page().lines[0]
        found = releases.by_version(version=line.version)
        assert found is not None
    assert line.reason is not None
    assert line.reason.startswith("Chưa tốt hơn bản đang dùng vượt mức ngẫu nhiên: đúng thêm 0, sai thêm 0")
    assert {"own", "against", "test"} <= found.figures.keys()
    own = found.figures["own"]
    assert isinstance(own, dict)
    assert own["seconds"] > 0
    assert (config.model_dir / found.path / NAME).exists()


@pytest.mark.parametrize("by_itself", [False, True])
def test_a_better_challenger_waits_for_its_click_or_is_promoted_where_so_configured(
    trained: Path, config: Config, monkeypatch: pytest.MonkeyPatch, by_itself: bool
) -> None:
    stub_model.save(config.model_dir, stub_model.OTHER_WORDS)  # gets all eight texts wrong
    model.forget()
    learning.settle(config, at=NOW)
    before = champion_version()
    ask()
    outcome = learning.tend(replace(config, promote_models=by_itself))["training"]
    assert isinstance(outcome, str)
    assert outcome.endswith(": đạt")
    version = outcome.partition(":")[0]
    assert champion_version() == (version if by_itself else before)
    assert file_version(config.model_dir) == (version if by_itself else before)
    with transaction():
        line = releases.page().lines[0]
    assert line.reason is not None
    assert "đúng thêm 8, sai thêm 0 trên 8" in line.reason
    if not by_itself:
        with transaction():
            releases.promote(officer=administrator(), version=version, at=NOW)
        assert learning.settle(config, at=NOW) == version == file_version(config.model_dir)


def test_without_a_model_the_first_training_makes_one(untrained: Path, config: Config) -> None:
    ask()
    outcome = learning.tend(config)["training"]
    assert isinstance(outcome, str)
    assert outcome.endswith("bản đầu tiên")
    assert champion_version() == file_version(config.model_dir)


def test_a_training_that_breaks_off_says_so_and_leaves_the_champion(
    trained: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    learning.settle(config, at=NOW)

    def fail(*_: object) -> None:
        raise MemoryError("nothing that is written down")

    monkeypatch.setattr(learning, "retrain", fail)
    ask()
    with pytest.raises(MemoryError):
        learning.train(config)
    assert run_states() == [("failed", "MemoryError")]
    assert champion_version() == file_version(config.model_dir)


def test_files_that_nobody_can_go_back_to_are_taken_away(trained: Path, config: Config) -> None:
    learning.settle(config, at=NOW)
    old = config.model_dir / "releases" / ("0" * 12)
    old.mkdir()
    unfinished = config.model_dir / "releases" / ".run-7"
    unfinished.mkdir()
    learning._tidy(config.model_dir)
    assert not old.exists()
    assert unfinished.exists()
    assert (config.model_dir / "releases" / champion_version()).exists()


def test_the_last_month_is_told_apart(committed: Flask, label: Callable[..., None]) -> None:
    label("việc cũ", "BCA", NOW - timedelta(days=31))
    label("việc mới", "BCA", NOW - timedelta(days=29))
    with transaction():
        found = learning._lessons(labels.newest(), NOW)
    assert [one.is_recent for one in found] == [False, True]
    assert session().scalars(select(AuditSample)).all() == []
