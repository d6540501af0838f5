"""What `flask identity` does for the keys that seal identities: sealing old values anew under the newest."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import AppGroup

from feedback import sealing
from feedback.db import transaction

group = AppGroup("identity", help="Khóa niêm phong danh tính.")


@group.command("reseal")
@click.option("--batch", type=click.IntRange(1, 5000), default=None, help="Số dòng mỗi lượt ghi.")
def reseal(batch: int | None) -> None:
    """Niêm phong lại bằng khóa mới nhất; dừng giữa chừng thì chạy lại là tiếp tục."""
    from feedback.services import resealing  # its library is not needed by any other command

    keys = sealing.totp_keys(current_app.config["LANG_NGHE"].identity_keys)
    figures = {}
    closed = 0
    for part in resealing.PARTS:
        done, after = 0, None
        while True:
            with transaction():
                step = resealing.step(part=part, after=after, totp_keys=keys, limit=batch)
            if step.last is None:
                break
            done, closed, after = done + step.resealed, closed + step.closed, step.last
            click.echo(f"{part.name}: {done}", err=True)
        figures[part.name] = done
    figures["closed"] = closed
    with transaction():
        resealing.finish(figures=figures, at=datetime.now(UTC))
    click.echo(json.dumps(figures))
    if closed:
        click.echo(f"Có {closed} dòng không khóa nào đang có mở được; xin giữ lại khóa cũ.", err=True)
        sys.exit(1)
