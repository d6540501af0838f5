"""Seals on a file that only grows: every ten seconds, nothing twice, and no line can be changed unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from feedback.db import transaction
from feedback.domain.seal import BrokenSeal
from feedback.jobs import seal
from feedback.jobs.seal import Sealer
from tests import factories

AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit" / "seals.jsonl"


def file(number: int) -> None:
    for _ in range(number):
        with transaction():
            factories.submit(AT)


def test_each_event_is_sealed_once(committed: Flask, path: Path) -> None:
    sealer = Sealer(path)
    file(3)
    assert [sealer.seal(), sealer.seal()] == [3, 0]
    file(2)
    assert sealer.seal() == 2
    assert [len(one.events) for one in seal.read(path)] == [3, 2]


def test_another_process_goes_on_where_the_last_ended(committed: Flask, path: Path) -> None:
    file(3)
    Sealer(path).seal()
    file(1)
    assert Sealer(path).seal() == 1
    assert [one.number for one in seal.read(path)] == [1, 2]


def test_it_works_every_ten_seconds(committed: Flask, path: Path) -> None:
    time = [100.0]
    sealer = Sealer(path, clock=lambda: time[0])
    file(1)
    assert sealer.work() == 1
    file(1)
    time[0] += 9.9
    assert sealer.work() == 0
    time[0] += 0.2
    assert sealer.work() == 1


def test_a_file_that_was_touched_does_not_stop_the_clock(committed: Flask, path: Path) -> None:
    file(1)
    Sealer(path).seal()
    touched = path.read_text().replace("[1,", "[2,", 1)
    path.write_text(touched)
    file(1)
    assert Sealer(path).work() == 0
    assert path.read_text() == touched


def test_no_file_yet_holds_no_seals(path: Path) -> None:
    assert seal.read(path) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: [lines[0], lines[1].replace('"', "'"), lines[2]],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[0], lines[2], lines[1]],
        lambda lines: [lines[0], lines[1].replace(",1,", ",7,"), lines[2]],
        lambda lines: [lines[0], "[]\n", lines[2]],
        lambda lines: [lines[0], "17\n", lines[2]],
    ],
)
def test_a_seal_that_was_touched_is_named(committed: Flask, path: Path, spoil: object) -> None:
    sealer = Sealer(path)
    for _ in range(3):
        file(1)
        sealer.seal()
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(spoil(lines)))  # type: ignore[operator]
    with pytest.raises(BrokenSeal) as caught:
        seal.read(path)
    assert caught.value.number == 2
    with pytest.raises(BrokenSeal):
        Sealer(path).seal()


def test_the_command_says_that_all_is_whole_or_what_is_not(committed: Flask, path: Path) -> None:
    config = committed.config["LANG_NGHE"]
    committed.config["LANG_NGHE"] = replace(config, seal_path=path)
    runner = committed.test_cli_runner()
    try:
        file(2)
        Sealer(path).seal()
        whole = runner.invoke(args=["audit", "verify"])
        seals = path.read_text()
        path.write_text(seals.replace('"hash', "").replace("[1,", "[2,", 1))
        touched = runner.invoke(args=["audit", "verify"])
        path.write_text(seals)
        with transaction() as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text("UPDATE audit_event SET action = 'close'"))
        broken = runner.invoke(args=["audit", "verify"])
    finally:
        committed.config["LANG_NGHE"] = config
    assert (whole.exit_code, whole.output) == (0, "Nhật ký nguyên vẹn; 2 sự kiện đã niêm phong trong 1 lần.\n")
    assert touched.exit_code == 1
    assert "từ dòng 1" in touched.output
    assert broken.exit_code == 1
    assert "sự kiện thứ 1 của ý kiến" in broken.output
