"""The commands, as an operator types them."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from unittest.mock import Mock

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, select

from feedback.config import Config
from feedback.db import db, transaction
from feedback.domain.clock import Calendar
from feedback.domain.permissions import Role
from feedback.jobs import clock, dispatcher, worker
from feedback.models import Body, Comment, Officer
from feedback.seed import CLASSES, rows_of
from feedback.services import calendar, officers, outbox
from tests import factories


@pytest.fixture
def clean(committed: Flask) -> Iterator[Flask]:
    """The application; communes that a test adds are taken away again."""
    yield committed
    with transaction() as session:
        session.execute(delete(Body).where(Body.class_code == "UBND_XA", Body.parent_id.is_not(None)))


def run(app: Flask, *arguments: str, given: str | None = None) -> Result:
    result = app.test_cli_runner().invoke(args=list(arguments), input=given)
    db.session.rollback()
    return result


def test_learning_is_tended_to_and_who_finds_it_busy_says_so(committed: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from feedback.jobs import learning

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr("feedback.cli.os.nice", lambda _: 0)
    for done, status in (({"model": "a"}, 0), ({"busy": True}, 75)):
        monkeypatch.setattr(learning, "tend", lambda _config, done=done: done)
        result = run(committed, "learning", "tend", "--busy-code", "75")
        assert (json.loads(result.output), result.exit_code) == (done, status)
    handler = signal.getsignal(signal.SIGTERM)
    assert callable(handler)
    with pytest.raises(SystemExit):
        handler(signal.SIGTERM, None)
    signal.signal(signal.SIGTERM, before)


def test_the_catalogues_are_loaded_and_may_be_loaded_again(committed: Flask) -> None:
    for _ in range(2):
        assert run(committed, "bodies", "load").output == "96 cơ quan, 34 tỉnh, thành phố, 12 mẫu câu trả lời\n"
        assert run(committed, "calendar", "load").output.endswith(" 10 thời hạn, 7 lý do từ chối\n")


def test_a_commune_is_added_or_the_refusal_said_plainly(clean: Flask) -> None:
    assert run(clean, "bodies", "add-commune", "xã Mường Bú", "--province", "SONLA").output == (
        "UBND_XA:SONLA:XA_MUONG_BU\tỦy ban nhân dân xã Mường Bú\n"
    )
    for name, province, said in (
        ("Mường Bú", "SONLA", "Tên phải bắt đầu bằng"),
        ("xã Mường Bú", "SONLA", "đã có trong danh mục"),
        ("xã Mường Bú", "SAIGON", "Không có cơ quan nào"),
    ):
        refused = run(clean, "bodies", "add-commune", name, "--province", province)
        assert refused.exit_code == 1
        assert said in refused.output
        assert "Traceback" not in refused.output


def test_a_due_date_is_explained_day_by_day(committed: Flask) -> None:
    told = run(committed, "clock", "explain", "--start", "2025-12-31T09:00+07:00", "--days", "2")
    explained = json.loads(told.output)
    assert explained["due"] == "2026-01-06T17:00:00+07:00"
    assert [(day["date"], day["counted"]) for day in explained["ledger"]] == [
        ("2025-12-31", False),
        ("2026-01-01", False),
        ("2026-01-02", False),
        ("2026-01-03", False),
        ("2026-01-04", False),
        ("2026-01-05", True),
        ("2026-01-06", True),
    ]
    assert explained["ledger"][2]["source"] == "Công văn 12729/VPCP-KGVX"


def test_before_the_calendar_is_loaded_the_one_that_comes_with_the_program_explains(
    committed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("clock", "explain", "--start", "2026-08-28T10:00+07:00", "--days", "5")
    told = run(committed, *asked)
    monkeypatch.setattr(calendar, "current", Calendar)
    assert run(committed, *asked).output == told.output


@pytest.mark.parametrize("start", ["hôm nay", "2026-03-10T09:00", "2026-13-10T09:00+07:00"])
def test_a_start_without_a_zone_or_sense_is_refused(committed: Flask, start: str) -> None:
    refused = run(committed, "clock", "explain", "--start", start, "--days", "2")
    assert refused.exit_code == 2
    assert "ISO 8601" in refused.output


def test_comments_from_before_there_was_a_comparison_are_promised_one(committed: Flask, now: datetime) -> None:
    with transaction():
        factories.routed(now)
        outbox.finish(ids=[promise.id for promise in factories.promises("compare")])
    assert "1 ý kiến" in run(committed, "comments", "compare").output
    assert "0 ý kiến" in run(committed, "comments", "compare").output


def test_an_account_is_opened(committed: Flask) -> None:
    made = run(
        committed,
        *("officers", "create", "--email", "Hoa@langnghe.example", "--name", "Hoa"),
        *("--role", "handler", "--role", "checker", "--body", "UBND_TINH:HN"),
        given="mật khẩu đủ dài\nmật khẩu đủ dài\n",
    )
    assert made.exit_code == 0
    assert "mật khẩu đủ dài" not in made.output
    officer = db.session.scalars(select(Officer)).one()
    assert (officer.email, officer.charged_with) == ("hoa@langnghe.example", {Role.HANDLER, Role.CHECKER})


@pytest.mark.parametrize(
    ("password", "role", "body", "code", "said"),
    [
        ("ngắn", "analyst", [], 1, "ít nhất 12 ký tự"),
        ("mật khẩu đủ dài", "handler", [], 1, "xin chọn cơ quan"),
        ("mật khẩu đủ dài", "handler", ["--body", "KHONGCO"], 1, "Không có cơ quan nào"),
        ("mật khẩu đủ dài", "king", [], 2, "king"),
    ],
)
def test_an_account_that_could_not_work_is_refused_in_one_sentence(
    committed: Flask, password: str, role: str, body: list[str], code: int, said: str
) -> None:
    refused = run(
        committed,
        *("officers", "create", "--email", "a@langnghe.example", "--name", "A", "--role", role, *body),
        given=f"{password}\n{password}\n",
    )
    assert refused.exit_code == code
    assert said in refused.output
    assert db.session.scalars(select(Officer)).all() == []


def test_demonstration_accounts_are_made_only_where_they_are_wanted(committed: Flask, tmp_path: Path) -> None:
    refused = run(committed, "officers", "demo", "--passwords", str(tmp_path / "passwords.json"))
    assert refused.exit_code == 1
    assert "DEMO=1" in refused.output
    assert db.session.scalars(select(Officer)).all() == []


def test_demonstration_passwords_are_kept_where_nobody_else_reads_and_printed(
    committed: Flask, config: Config, tmp_path: Path
) -> None:
    kept = tmp_path / "passwords.json"
    committed.config["LANG_NGHE"] = replace(config, demo=True)
    try:
        first = json.loads(run(committed, "officers", "demo", "--json", "--passwords", str(kept)).output)
        printed = run(committed, "officers", "demo", "--passwords", str(kept)).output
    finally:
        committed.config["LANG_NGHE"] = config
    assert kept.stat().st_mode & 0o777 == 0o600
    assert json.loads(kept.read_text(encoding="utf-8")) == {one["email"]: one["password"] for one in first}
    assert [line.split("\t") for line in printed.splitlines()] == [
        [one["role_name"], one["email"], one["password"]] for one in first
    ]
    assert {one["role"] for one in first} == {str(role) for role in Role}
    with transaction():
        one = first[0]
        assert officers.authenticate(
            email=one["email"], password=one["password"], at=db.session.scalars(select(Officer.created_at)).first()
        )


def test_the_samples_are_filed_once_and_their_standing_is_told(committed: Flask) -> None:
    first = json.loads(run(committed, "samples", "file", "--json").output)
    assert json.loads(run(committed, "samples", "file", "--json").output) == first
    assert run(committed, "samples", "file").output == "Đã gửi 12 ý kiến mẫu.\n"
    assert len(db.session.scalars(select(Comment)).all()) == len(first) == 12
    told = json.loads(run(committed, "samples", "status", "--json").output)
    assert {(one["decision"], one["status"]) for one in told} == {("pending", "Mới gửi")}
    lines = run(committed, "samples", "status").output.splitlines()
    assert [line.split("\t")[0] for line in lines] == [one["reference"] for one in told]


@pytest.mark.parametrize(
    ("command", "module", "given"),
    [
        (["dispatch"], dispatcher, {}),
        (["clock", "run"], clock, {}),
        (["worker", "--topics", "notify", "--burst"], worker, {"burst": True}),
    ],
)
def test_a_process_is_given_its_configuration_and_a_way_to_be_stopped(
    committed: Flask,
    monkeypatch: pytest.MonkeyPatch,
    restored_signals: None,
    command: list[str],
    module: object,
    given: dict[str, object],
) -> None:
    import signal

    process = Mock()
    monkeypatch.setattr(module, "run", process)
    assert run(committed, *command).exit_code == 0
    stop = process.call_args.args[-1]
    assert process.call_args.kwargs == given
    assert not stop.is_set()
    signal.raise_signal(signal.SIGTERM)
    assert stop.is_set()


@pytest.fixture
def restored_signals() -> Iterator[None]:
    """Give pytest its signal handlers back."""
    import signal

    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_a_catalogue_is_read_by_its_heading() -> None:
    rows = rows_of(CLASSES)
    assert len(rows) == 30
    assert {"code", "name", "short_name", "level", "mandate"} <= set(rows[0])
