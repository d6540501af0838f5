"""The whole log of a case as auditors read it, and that no identity is read without a line in it."""

from __future__ import annotations

import ast
import csv
import io
import re
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback import sealing
from feedback.config import PROJECT_ROOT
from feedback.domain.permissions import Role
from feedback.services import case_log, identity
from tests import factories
from tests.web.official import Official, words
from tests.web.test_access_matrix import doors, knock
from tests.web.test_arranging_cost import cost

REASON = "Cần gọi lại để hỏi địa điểm."
# Every module that may touch who sent a comment, and why that leaves nothing unwritten.
READERS = {
    "models/__init__.py": "names the table",
    "services/identity.py": "unseals for an official, each time with an audit event; covers what it knows in a text",
    "services/notifying.py": "takes an address for a message to its own owner, which is kept as a notification",
    "services/classification_sql.py": "asks within the database by which way a sender is told",
    "services/bounces.py": "marks, by a keyed hash, an address that sent a message back",
    "services/deriving.py": "copies within the database, as it is encrypted",
    "services/duties.py": "asks within the database whether a sender is to be told of a delay",
    "services/intake.py": "writes what was filed",
    "services/erasing.py": "deletes it",
    "services/resealing.py": "seals it anew under the newest key, shown to nobody",
    "services/publishing.py": "asks whether the sender agreed; reads the name to publish, with an audit event",
    "services/clocks.py": "asks whether the sender agreed to publication",
}
_IN_SQL = re.compile(r"\b(FROM|JOIN|INTO|UPDATE)\s+sender\b", re.IGNORECASE)


@pytest.fixture
def auditor(official: Official, session: Session, now: datetime) -> Official:
    """An auditor at work."""
    return official.sign_in(factories.officer(now, Role.AUDITOR))


def table(auditor: Official, reference: str) -> list[dict[str, str]]:
    """The rows of the file."""
    answer = auditor.get(f"/ban-lam-viec/{reference}/nhat-ky.csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_an_auditor_reads_every_event_with_its_hashes_and_that_the_chain_is_whole(
    auditor: Official, session: Session, now: datetime
) -> None:
    case = factories.replied(factories.routed(now), now)
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    identity.unseal(officer=handler, reference=case.reference, version=case.version, reason=REASON, at=now)
    events = factories.events(case)
    address = f"/ban-lam-viec/{case.reference}/nhat-ky"
    assert f'href="{address}"' in auditor.get(f"/ban-lam-viec/{case.reference}").text
    page = words(auditor.get(address))
    assert f"đã kiểm tra lại toàn bộ {len(events)} sự kiện" in page
    assert f"Xem danh tính người gửi. Lý do: “{REASON}”" in page
    for event in events:
        assert f"<code>{event.hash[:12]}…</code>" in page
        assert f"<code>{event.action}</code>" in page
    rows = table(auditor, case.reference)
    assert [(row["Số thứ tự"], row["Mã băm"], row["Mã băm trước"]) for row in rows] == [
        (str(event.sequence), event.hash, event.previous_hash) for event in events
    ]
    assert rows[-1]["Lý do mở danh tính"] == REASON
    assert rows[-1]["Cán bộ"] == handler.display_name
    assert cost(auditor, session, address) <= 12


def test_an_event_that_was_altered_is_named(auditor: Official, session: Session, now: datetime) -> None:
    case = factories.routed(now)
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(
        text("UPDATE audit_event SET action = 'close' WHERE comment_id = :case AND sequence = 2"), {"case": case.id}
    )
    session.execute(text("SET LOCAL session_replication_role = origin"))
    page = words(auditor.get(f"/ban-lam-viec/{case.reference}/nhat-ky"))
    assert "Chuỗi băm không nguyên vẹn</strong> từ sự kiện số 2" in page


def test_a_long_chain_is_read_in_pieces_and_the_file_has_it_whole(
    auditor: Official, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = factories.replied(factories.routed(now), now)
    officer = auditor.officer
    assert officer is not None
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        piece = case_log.read(officer=officer, reference=case.reference, after=after, limit=2)
        assert piece.broken is None
        seen += [line.sequence for line in piece.lines]
        after = piece.following
    assert seen == list(range(1, case.audit_sequence + 1))
    monkeypatch.setattr(case_log, "PAGE", 2)
    assert len(table(auditor, case.reference)) == case.audit_sequence


@pytest.mark.parametrize("mark", ["-1", "x", "²", "9" * 40, "%00"])
def test_a_mark_that_is_none_begins_anew(auditor: Official, session: Session, now: datetime, mark: str) -> None:
    case = factories.routed(now)
    page = auditor.get(f"/ban-lam-viec/{case.reference}/nhat-ky?sau={mark}")
    assert page.status_code == 200
    assert "<code>submit</code>" in page.text


@pytest.mark.parametrize("end", ["nhat-ky", "nhat-ky.csv"])
def test_only_auditors_read_it_and_nothing_that_is_kept_from_them(
    official: Official, session: Session, now: datetime, end: str
) -> None:
    case, kept = factories.routed(now), factories.screened(now)
    official.sign_in(factories.officer(now, Role.INTAKE))
    assert official.get(f"/ban-lam-viec/{case.reference}/{end}").status_code == 403
    assert "nhat-ky" not in official.get(f"/ban-lam-viec/{case.reference}").text.replace('id="nhat-ky"', "").replace(
        'aria-labelledby="nhat-ky"', ""
    )
    official.sign_in(factories.officer(now, Role.AUDITOR))
    for reference in (kept.reference, "PA-2026-999999", "la"):
        assert official.get(f"/ban-lam-viec/{reference}/{end}").status_code == 404


def test_no_module_but_these_touches_who_sent_a_comment() -> None:
    root = PROJECT_ROOT / "feedback"
    found = {str(path.relative_to(root)) for path in root.rglob("*.py") if _touches(path)}
    assert found == READERS.keys()


def _touches(path: Path) -> bool:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "Sender" for alias in node.names):
            return True
        if isinstance(node, ast.Attribute) and node.attr == "Sender":
            return True
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _IN_SQL.search(node.value):
            return True
    return False


def test_whatever_is_asked_of_a_case_an_identity_is_read_with_an_event_or_not_at_all(
    app: Flask, official: Official, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[bytes] = []
    decrypt = sealing.decrypt

    def watched(sealed: bytes) -> str:
        opened.append(sealed)
        return decrypt(sealed)

    monkeypatch.setattr(sealing, "decrypt", watched)
    officer = factories.officer(now, Role.INTAKE, roles=list(Role))
    reading, tried = set(), 0
    for door in doors(app):
        if door.of_a_case:
            case = factories.routed(now)
            if door.endpoint in {"desk.letter", "desk.addressed_letter"}:
                case = factories.replied(case, now)
            opened.clear()
            assert knock(official.sign_in(officer), door, case) < 500
            unsealed = [event for event in factories.events(case) if event.action == "unseal"]
            assert bool(opened) == bool(unsealed), door
            reading |= {door.endpoint} if opened else set()
            tried += 1
    assert reading == {"desk.unseal", "desk.addressed_letter"}
    assert tried >= 30
