"""E-mail: written so that any reader shows it as it was meant, and what went wrong told by kind."""

from __future__ import annotations

import socket
import threading
from email import message_from_bytes
from email.errors import HeaderParseError
from email.message import Message
from email.policy import default
from pathlib import Path

import pytest

from feedback import mail
from feedback.mail import MailFailed
from tests.jobs.post_office import open_post_office

SUBJECT = "[PA-2026-000123] Ý kiến của Ông/Bà đã được chuyển đến cơ quan giải quyết"


def letter(**changes: str) -> Message:
    values = {
        "sender": "Lắng Nghe <khong-tra-loi@langnghe.example>",
        "to": "hoa@langnghe.example",
        "subject": SUBJECT,
        "text": "Kính gửi Ông/Bà,\n\nĐã có câu trả lời.\n",
        "message_id": "<1.4.assigned@langnghe>",
    }
    return mail.compose(**{**values, **changes})


def read(sent: Message) -> Message:
    return message_from_bytes(sent.as_bytes(), policy=default)  # type: ignore[return-value]


def test_a_letter_reads_as_it_was_written() -> None:
    received = read(letter())
    assert received["Subject"] == SUBJECT
    assert received["From"] == "Lắng Nghe <khong-tra-loi@langnghe.example>"
    assert received["To"] == "hoa@langnghe.example"
    assert received["Message-ID"] == "<1.4.assigned@langnghe>"
    assert received["Auto-Submitted"] == "auto-generated"
    payload = received.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode() == "Kính gửi Ông/Bà,\n\nĐã có câu trả lời.\n"


@pytest.mark.parametrize("length", range(1, 120))
def test_a_subject_of_any_length_keeps_its_spaces(length: int) -> None:
    subject = ("Ý kiến của Ông/Bà đã được chuyển đến " * 4)[:length].strip()
    assert read(letter(subject=subject))["Subject"] == subject


@pytest.mark.parametrize("field", ["to", "message_id"])
def test_a_line_break_in_a_header_is_refused(field: str) -> None:
    with pytest.raises(HeaderParseError):
        letter(**{field: "a@langnghe.example\r\nBcc: tat-ca@langnghe.example"}).as_bytes()


def test_a_line_break_in_a_subject_adds_no_header() -> None:
    received = read(letter(subject="Ý kiến\r\nBcc: tat-ca@langnghe.example"))
    assert "Bcc" not in received


@pytest.mark.parametrize(
    ("answers", "kind", "temporary"),
    [
        ({"at_recipient": "450 busy"}, "recipient_refused", True),
        ({"at_recipient": "550 unknown"}, "recipient_refused", False),
        ({"at_data": "451 later"}, "smtp_451", True),
        ({"at_data": "552 too large"}, "smtp_552", False),
    ],
)
def test_a_refusal_is_told_by_kind_and_whether_it_may_pass(answers: dict[str, str], kind: str, temporary: bool) -> None:
    with open_post_office() as office:
        vars(office).update(answers)
        with pytest.raises(MailFailed) as failed:
            mail.send(letter(), url=office.url)
    assert (failed.value.kind, failed.value.temporary) == (kind, temporary)
    assert "hoa@" not in str(failed.value)


def test_a_letter_goes_over_smtp() -> None:
    with open_post_office() as office:
        mail.send(letter(), url=office.url)
        assert [received["Subject"] for received in office.letters] == [SUBJECT]


def test_a_server_that_is_not_there_may_be_later() -> None:
    with pytest.raises(MailFailed) as failed:
        mail.send(letter(), url="smtp://127.0.0.1:1")
    assert (failed.value.kind, failed.value.temporary) == ("ConnectionRefusedError", True)


def test_a_server_that_does_not_speak_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(MailFailed) as failed:
        mail.send(letter(), url=f"smtp://127.0.0.1:{silent.getsockname()[1]}")
    assert failed.value.temporary


def test_a_password_is_never_sent_in_clear() -> None:
    with open_post_office() as office:
        with pytest.raises(MailFailed) as failed:
            mail.send(letter(), url=office.url.replace("smtp://", "smtp://user:secret@"))
        assert (failed.value.kind, office.passwords, office.letters) == ("SMTPNotSupportedError", [], [])


def test_a_secure_address_speaks_tls_from_the_first_byte() -> None:
    first: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            connection, _ = server.accept()
            with connection:
                first.append(connection.recv(1))

        thread = threading.Thread(target=listen)
        thread.start()
        with pytest.raises(MailFailed):
            mail.send(letter(), url=f"smtps://127.0.0.1:{server.getsockname()[1]}")
        thread.join()
    assert first == [b"\x16"]  # a TLS handshake


def test_a_maildir_holds_a_letter_once_however_often_it_is_sent(tmp_path: Path) -> None:
    url = f"maildir://{tmp_path / 'hộp thư'}".replace(" ", "%20")
    for message_id in ("<1@langnghe>", "<1@langnghe>", "<2@langnghe>"):
        mail.send(letter(message_id=message_id), url=url)
    assert sorted(directory.name for directory in (tmp_path / "hộp thư").iterdir()) == ["cur", "new", "tmp"]
    kept = list((tmp_path / "hộp thư" / "new").iterdir())
    assert len(kept) == 2
    assert list((tmp_path / "hộp thư" / "tmp").iterdir()) == []
    assert read(message_from_bytes(kept[0].read_bytes()))["Subject"] == SUBJECT


def test_a_maildir_that_cannot_be_written_may_be_later(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MailFailed) as failed:
        mail.send(letter(), url=f"maildir://{tmp_path / 'file'}")
    assert failed.value.temporary
