"""The worker's model: loaded once, again when it changes, and none rather than one that cannot be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from classifier.router import Router
from feedback.jobs import model
from tests import stub_model


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    model.forget()
    yield
    model.forget()


def test_a_model_is_loaded_once(tmp_path: Path) -> None:
    stub_model.save(tmp_path)
    first = model.router(tmp_path)
    assert first is not None
    assert model.router(tmp_path) is first


def test_a_model_put_in_its_place_is_loaded(tmp_path: Path) -> None:
    stub_model.save(tmp_path)
    first = model.router(tmp_path)
    stub_model.save(tmp_path, stub_model.OTHER_WORDS)
    second = model.router(tmp_path)
    assert first is not None
    assert second is not None
    assert first.version != second.version
    assert second.predict(["sóng"])[0].body == "BCA"


def test_no_model_is_none_until_there_is_one(tmp_path: Path) -> None:
    assert model.router(tmp_path) is None
    stub_model.save(tmp_path)
    assert model.router(tmp_path) is not None


def test_a_model_that_is_taken_away_or_damaged_is_no_longer_used(tmp_path: Path) -> None:
    path = stub_model.save(tmp_path)
    assert model.router(tmp_path) is not None
    path.write_bytes(b"damaged")
    assert model.router(tmp_path) is None
    path.unlink()
    assert model.router(tmp_path) is None


def test_a_file_that_cannot_be_used_is_looked_at_again_after_half_a_minute_not_sooner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Path] = []
    clock = [100.0]
    monkeypatch.setattr(model.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(model, "_load", lambda directory: tried.append(directory))
    stub_model.save(tmp_path)
    for seconds, times in ((0, 1), (29, 1), (31, 2), (40, 2), (62, 3)):
        clock[0] = 100.0 + seconds
        assert model.router(tmp_path) is None
        assert len(tried) == times


def test_whoever_asks_while_the_model_is_being_loaded_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub_model.save(tmp_path)
    load, is_loading, may_go_on = model._load, Event(), Event()

    def slowly(directory: Path) -> Router | None:
        is_loading.set()
        may_go_on.wait(10)
        return load(directory)

    monkeypatch.setattr(model, "_load", slowly)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(model.router, tmp_path)
        is_loading.wait(10)
        second = pool.submit(model.router, tmp_path)
        may_go_on.set()
        assert first.result() is second.result() is not None
