"""The commands of `flask`: the processes, the catalogues, the accounts, the samples."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import Migrate

from feedback import cli_clock, cli_identity, samples
from feedback.config import PROJECT_ROOT, Config
from feedback.db import db, transaction
from feedback.domain.errors import DomainError, InvalidInput
from feedback.domain.permissions import Role
from feedback.domain.seal import BrokenSeal
from feedback.seed import (
    CLASSES,
    DEADLINES,
    GOLDEN,
    PROVINCES,
    REFUSALS,
    RETENTION,
    SPECIAL_DAYS,
    TEMPLATES,
    rows_of,
)
from feedback.services import bodies, catalogues, chains, comparing, golden, officers, refusing, retention, templates

MIGRATIONS = PROJECT_ROOT / "migrations"

bodies_group = AppGroup("bodies", help="Danh mục cơ quan và địa phương.")
calendar_group = AppGroup("calendar", help="Lịch làm việc và thời hạn.")
officers_group = AppGroup("officers", help="Tài khoản cán bộ.")
samples_group = AppGroup("samples", help="Ý kiến mẫu.")
learning_group = AppGroup("learning", help="Học từ quyết định của cán bộ.")
audit_group = AppGroup("audit", help="Nhật ký và niêm phong của nhật ký.")
comments_group = AppGroup("comments", help="Ý kiến đã nhận.")
mail_group = AppGroup("mail", help="Thư gửi đi và thư bị trả lại.")
clock_group = AppGroup("clock", help="Đồng hồ thời hạn và công việc định kỳ.")


def register(app: Flask) -> None:
    """Put every command on the application, those of the migrations too."""
    Migrate(app, db, directory=str(MIGRATIONS), compare_type=True, compare_server_default=True)
    groups = (
        bodies_group,
        calendar_group,
        officers_group,
        samples_group,
        learning_group,
        comments_group,
        mail_group,
        clock_group,
        audit_group,
        cli_identity.group,
    )
    for group in groups:
        app.cli.add_command(group)
    app.cli.add_command(dispatch)
    app.cli.add_command(worker)


@click.command()
@with_appcontext
def dispatch() -> None:
    """Chạy tiến trình gọi việc."""
    from feedback.jobs import dispatcher  # the web process must not import what only jobs need

    dispatcher.run(_config(), _stop_on_signal())


@click.command()
@click.option("--topics", default="classify,notify,compare", show_default=True, help="Những việc nhận làm.")
@click.option("--burst", is_flag=True, help="Làm hết việc đang chờ rồi dừng.")
@with_appcontext
def worker(topics: str, burst: bool) -> None:
    """Chạy tiến trình xử lý."""
    from feedback.jobs import worker as process

    # Signals are RQ's own while it works; ours only counts while Redis is away.
    process.run(_config(), topics.split(","), _stop_on_signal(), burst=burst)


@learning_group.command("tend")
@click.option("--busy-code", default=0, help="Mã kết thúc khi một tiến trình khác đang làm việc này.")
def tend_learning(busy_code: int) -> None:
    """Chuẩn bị việc gắn nhãn, đưa bản được chọn vào dùng, huấn luyện nếu có yêu cầu; rồi kết thúc."""
    from feedback.jobs import learning

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.nice(10)
    done = learning.tend(_config())
    _print_json(done)
    if "busy" in done:
        sys.exit(busy_code)


@comments_group.command("compare")
def compare_comments() -> None:
    """Hứa tìm ý kiến giống nhau cho những ý kiến chưa từng được so sánh."""
    with transaction():
        promised = comparing.promise_missing(at=datetime.now(UTC))
    click.echo(f"Đã xếp hàng so sánh {promised} ý kiến.")


@mail_group.command("bounces")
@click.option("--maildir", type=click.Path(file_okay=False, path_type=Path), default=None, help="Nơi nhận thư trả lại.")
def read_bounces(maildir: Path | None) -> None:
    """Đọc thư bị trả lại, ghi vào thông báo đã gửi."""
    from feedback.jobs import bounces

    directory = maildir or _config().bounces_path
    if directory is None:
        raise click.ClickException("Xin nêu --maildir, hoặc đặt biến môi trường MAIL_BOUNCES.")
    _print_json(bounces.read(directory, secret=_config().secret_key, at=datetime.now(UTC)))


@clock_group.command("run")
def run_clock() -> None:
    """Chạy tiến trình giữ giờ."""
    from feedback.jobs import clock

    clock.run(_stop_on_signal())


clock_group.add_command(cli_clock.explain)
clock_group.add_command(cli_clock.verify)


@audit_group.command("verify")
def verify_audit() -> None:
    """Kiểm tra nhật ký còn nguyên vẹn; nêu sự kiện sai đầu tiên."""
    from feedback.jobs import seal

    try:
        seals = seal.read(_config().seals)
    except BrokenSeal as broken:
        raise click.ClickException(f"Tệp niêm phong đã bị sửa, từ dòng {broken.number}.") from None
    found = chains.first_break(seals=seals)
    if found is not None:
        event = f"sự kiện thứ {found.sequence} của ý kiến {found.comment_id}"
        raise click.ClickException(f"Nhật ký đã bị thay đổi: {event} ({_BREAKS[found.why]}).")
    sealed = sum(len(one.events) for one in seals)
    click.echo(f"Nhật ký nguyên vẹn; {sealed} sự kiện đã niêm phong trong {len(seals)} lần.")


_BREAKS = {
    "chain": "không nối tiếp sự kiện trước",
    "head": "không khớp với số sự kiện mà hồ sơ đã ghi",
    "seal": "khác với bản đã niêm phong",
    "missing": "đã niêm phong nhưng không còn",
}


@bodies_group.command("load")
def load_bodies() -> None:
    """Nạp 30 lớp cơ quan, 34 tỉnh, thành phố, mẫu câu trả lời chung và bảng ý kiến chuẩn."""
    with transaction():
        loaded = bodies.load(classes=rows_of(CLASSES), provinces=rows_of(PROVINCES))
        golden.load(rows=rows_of(GOLDEN), at=datetime.now(UTC))
        shared = templates.load(rows=json.loads(TEMPLATES.read_text(encoding="utf-8")), at=datetime.now(UTC))
    click.echo(f"{loaded.bodies} cơ quan, {loaded.provinces} tỉnh, thành phố, {shared} mẫu câu trả lời")


@bodies_group.command("add-commune")
@click.argument("name")
@click.option("--province", required=True, help="Mã tỉnh, thành phố, ví dụ HN.")
def add_commune(name: str, province: str) -> None:
    """Thêm một xã, phường, đặc khu."""
    with _said_plainly(), transaction():
        body = bodies.add_commune(name=name, province=province)
    click.echo(f"{body.code}\t{body.name}")


@calendar_group.command("load")
def load_calendar() -> None:
    """Nạp ngày nghỉ, ngày làm bù, thời hạn từng bước và thời hạn lưu trữ, lý do từ chối."""
    with transaction():
        loaded = catalogues.load(documented=rows_of(SPECIAL_DAYS), profiles=rows_of(DEADLINES), at=datetime.now(UTC))
        refusals = refusing.load(rows=rows_of(REFUSALS))
        retention.load(rows=rows_of(RETENTION))
    click.echo(f"{loaded.days} ngày đặc biệt, {loaded.profiles} thời hạn, {refusals} lý do từ chối")


@officers_group.command("demo")
@click.option("--json", "as_json", is_flag=True, help="In ra JSON.")
@click.option("--passwords", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Tệp giữ mật khẩu.")
def demo_officers(as_json: bool, passwords: Path) -> None:
    """Tạo tài khoản mẫu, mỗi vai trò một tài khoản."""
    if not _config().demo:
        raise click.ClickException("Chỉ tạo tài khoản mẫu khi DEMO=1.")
    kept = json.loads(passwords.read_text(encoding="utf-8")) if passwords.exists() else {}
    with transaction():
        accounts = officers.create_demo(passwords=kept, at=datetime.now(UTC))
    passwords.touch(mode=0o600, exist_ok=True)
    passwords.write_text(json.dumps({account.email: account.password for account in accounts}), encoding="utf-8")
    if as_json:
        _print_json([asdict(account) for account in accounts])
    else:
        for account in accounts:
            click.echo(f"{account.role_name}\t{account.email}\t{account.password}")


@officers_group.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([str(role) for role in Role]))
@click.option("--body", "body_code", default=None, help="Mã cơ quan, ví dụ BKHCN hoặc UBND_TINH:HN.")
@click.password_option()
def create_officer(email: str, name: str, roles: tuple[str, ...], body_code: str | None, password: str) -> None:
    """Mở một tài khoản cán bộ."""
    with _said_plainly(), transaction():
        officers.create(
            email=email,
            display_name=name,
            password=password,
            roles=[Role(role) for role in roles],
            body_code=body_code,
            at=datetime.now(UTC),
        )
    click.echo(f"Đã mở tài khoản {email}.")


@samples_group.command("file")
@click.option("--json", "as_json", is_flag=True, help="In ra JSON.")
def file_samples(as_json: bool) -> None:
    """Gửi các ý kiến mẫu qua cùng dịch vụ với biểu mẫu."""
    receipts = samples.file_samples(secret=_config().secret_key, at=datetime.now(UTC))
    if as_json:
        _print_json([{"reference": receipt.reference, "key": receipt.key} for receipt in receipts])
    else:
        click.echo(f"Đã gửi {len(receipts)} ý kiến mẫu.")


@samples_group.command("status")
@click.option("--json", "as_json", is_flag=True, help="In ra JSON.")
def sample_status(as_json: bool) -> None:
    """Xem các ý kiến mẫu đang ở đâu."""
    found = samples.statuses()
    if as_json:
        _print_json([asdict(row) for row in found])
    else:
        for row in found:
            click.echo(f"{row.reference}\t{row.status}\t{row.body or row.reason or ''}")


def _config() -> Config:
    config: Config = current_app.config["LANG_NGHE"]
    return config


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn a refusal of the service into one sentence on the terminal."""
    try:
        yield
    except InvalidInput as error:
        raise click.ClickException(" ".join(said for field in error.fields.values() for said in field)) from error
    except DomainError as error:
        raise click.ClickException(error.sentence) from error


def _stop_on_signal() -> Event:
    stop = Event()

    def _set(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _set)
    signal.signal(signal.SIGINT, _set)
    db.engine.dispose()
    return stop
