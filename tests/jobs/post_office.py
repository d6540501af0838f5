"""A mail server of the tests: takes letters over a real socket, or answers as it was told to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from flask import Flask

from feedback.config import Config

TAKEN = "250 OK"


class PostOffice:
    """What arrived, and what is said to the next sender: `at_recipient` to RCPT, `at_data` to DATA."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.at_recipient = self.at_data = TAKEN
        self.url = ""
        self.passwords: list[object] = []

    def __call__(self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, secret: object) -> AuthResult:
        """Take whoever signs in, and remember that a password came."""
        self.passwords.append(secret)
        return AuthResult(success=True)

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.at_recipient == TAKEN:
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.at_data == TAKEN:
            content = envelope.content
            assert isinstance(content, bytes)
            letter = message_from_bytes(content, policy=default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
        return self.at_data


@contextmanager
def open_post_office(office: PostOffice | None = None) -> Iterator[PostOffice]:
    """A post office on a port of its own."""
    office = office or PostOffice()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port, authenticator=office, auth_require_tls=False)
    controller.start()
    try:
        office.url = f"smtp://127.0.0.1:{port}"
        yield office
    finally:
        controller.stop()


@pytest.fixture
def post(committed: Flask, config: Config) -> Iterator[PostOffice]:
    """A post office to which the service's mail goes."""
    with open_post_office() as office:
        deliver_to(committed, config, office.url)
        yield office
    committed.config["LANG_NGHE"] = config


def deliver_to(app: Flask, config: Config, url: str) -> None:
    """Let the service's mail go to this address."""
    app.config["LANG_NGHE"] = replace(config, mail_url=url)
