"""The queue page: its processor time against its own render, and its statements for 5 and 50 rows (goal W4)."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from flask import Flask, render_template
from flask.testing import FlaskClient
from sqlalchemy import event

from bench.ground import ground, interleaved, report
from feedback.db import db, session, transaction
from feedback.domain.permissions import Role
from feedback.domain.queues import Queue
from feedback.models import Officer
from feedback.services import queues, sessions
from feedback.web.sessions import cookie_name
from tests import factories

REQUESTS = 40
IDENTIFIER = "a session of the benchmark"
ADDRESS = "/ban-lam-viec?hang=phan_loai"


def main() -> None:
    """Measure the page as a signed-in intake officer asks for it, and report."""
    with ground() as place:
        app = place.application()
        with app.app_context(), transaction():
            officer = factories.officer(datetime.now(UTC), Role.INTAKE, demo=True).id
            for number in range(60):
                factories.on_desk(datetime.now(UTC), title=f"Ý kiến số {number}")
            account = session().get_one(Officer, officer)
            sessions.keep(identifier=IDENTIFIER, data={"_user_id": account.fs_uniquifier}, at=datetime.now(UTC))
        client = app.test_client()
        client.set_cookie(cookie_name(app), IDENTIFIER)
        few, many = _statements(app, client, 5), _statements(app, client, 50)
        medians = interleaved({"page": lambda: _whole(client), "render": lambda: _render(app, officer)}, pairs=7)
    report(
        "queue_page",
        {
            "page_cpu_ms": round(1000 * medians["page"], 2),
            "render_cpu_ms": round(1000 * medians["render"], 2),
            "W4_ratio": round(medians["page"] / medians["render"], 2),
            "statements_5_rows": few,
            "statements_50_rows": many,
        },
    )


def _whole(client: FlaskClient) -> float:
    """Seconds of processor time a request, the client's own included."""
    start = time.process_time()
    for _ in range(REQUESTS):
        assert client.get(ADDRESS).status_code == 200
    return (time.process_time() - start) / REQUESTS


def _render(app: Flask, officer: int) -> float:
    """Seconds of processor time to render the same page from what the services gave."""
    with app.test_request_context(ADDRESS):
        asked = session().get_one(Officer, officer)
        page = queues.page(officer=asked, queue=Queue.TRIAGE, now=datetime.now(UTC))
        counts = queues.counts(officer=asked)
        start = time.process_time()
        for _ in range(REQUESTS):
            render_template("desk/queue.html", page=page, counts=counts, further=False, upcoming=None)
        return (time.process_time() - start) / REQUESTS


def _statements(app: Flask, client: FlaskClient, cases: int) -> int:
    """How many statements the page takes once so many more cases wait on the desk."""
    with app.app_context():
        with transaction():
            for number in range(cases):
                factories.on_desk(datetime.now(UTC), title=f"Ý kiến số {number}")
        engine = db.engine
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(ADDRESS).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


if __name__ == "__main__":
    main()
