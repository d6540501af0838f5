"""Callbacks: signed so that none can be forged or replayed, and never to an address within."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from feedback import webhook
from feedback.domain import delivery
from feedback.domain.delivery import Undelivered

NAME = "he-thong.example"
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
KEY = webhook.secret_for(comment_id=UUID(int=7), secret="s")
# Every way we know of to write an address that is within, or none's.
WITHIN = [
    "0.0.0.0",  # noqa: S104 -- refused
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:169.254.169.254", "fe80::1",
    "fe80::1%eth0", "febf::1", "fc00::1", "fd00::1", "fec0::1", "ff02::1", "ff0e::1", "2001:db8::1", "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1", "64:ff9b::808:808",
    "64:ff9b:1::1", "100::1", "4000::1",
]  # fmt: skip


@pytest.mark.parametrize("address", WITHIN)
def test_an_address_within_is_refused_before_anything_is_sent(address: str) -> None:
    assert not webhook.is_public(address)
    with pytest.raises(Undelivered) as caught:
        webhook.post(url=f"https://{NAME}/", body=b"{}", headers={}, resolve=lambda *_: [address])
    assert (caught.value.kind, caught.value.temporary) == ("address_refused", False)


@pytest.mark.parametrize("address", ["8.8.8.8", "103.1.2.3", "2606:4700::1111", "2401:d800::1"])
def test_an_address_of_the_world_may_be_called(address: str) -> None:
    assert webhook.is_public(address)


def test_a_name_that_stands_for_one_address_within_is_refused_whatever_the_others_are() -> None:
    with pytest.raises(Undelivered, match="address_refused"):
        webhook.post(url=f"https://{NAME}/", body=b"{}", headers={}, resolve=lambda *_: ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(Undelivered, match="address_refused"):
        webhook.post(url=f"https://{NAME}/", body=b"{}", headers={}, resolve=lambda *_: [])


@pytest.mark.parametrize("url", ["http://he-thong.example/", "https://127.0.0.1/", "https://localhost/"])
def test_an_address_of_the_wrong_form_is_not_even_looked_up(url: str) -> None:
    def resolve(*_: object) -> Sequence[str]:
        raise AssertionError("it was looked up")

    with pytest.raises(Undelivered, match="address_refused"):
        webhook.post(url=url, body=b"{}", headers={}, resolve=resolve)


def test_a_name_that_nobody_knows_is_tried_again() -> None:
    def resolve(*_: object) -> Sequence[str]:
        raise socket.gaierror

    with pytest.raises(Undelivered) as caught:
        webhook.post(url=f"https://{NAME}/", body=b"{}", headers={}, resolve=resolve)
    assert (caught.value.kind, caught.value.temporary) == ("name_unknown", True)


def test_the_machine_s_own_name_is_looked_up_and_refused() -> None:
    assert {"127.0.0.1"} <= {address for address in webhook.addresses("localhost", 443) if ":" not in address}


def test_the_signature_covers_id_time_and_body_and_its_key_is_one_comment_s() -> None:
    headers = webhook.sign(key=KEY, identifier="1.2.replied", at=AT, body=b'{"a": 1}')
    assert headers["webhook-timestamp"] == "1773108000"
    secret = base64.b64decode(KEY.removeprefix("whsec_"))
    expected = hmac.new(secret, b'1.2.replied.1773108000.{"a": 1}', hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"
    others = [
        webhook.sign(key=KEY, identifier="1.3.replied", at=AT, body=b'{"a": 1}'),
        webhook.sign(key=KEY, identifier="1.2.replied", at=AT + timedelta(seconds=1), body=b'{"a": 1}'),
        webhook.sign(key=KEY, identifier="1.2.replied", at=AT, body=b'{"a": 2}'),
        webhook.sign(
            key=webhook.secret_for(comment_id=UUID(int=8), secret="s"),
            identifier="1.2.replied",
            at=AT,
            body=b'{"a": 1}',
        ),
    ]
    signatures = {found["webhook-signature"] for found in [headers, *others]}
    assert len(signatures) == 5


class System(HTTPServer):
    """Another system over TLS, under NAME; its answer is bytes sent one by one, with a pause between."""

    def __init__(self, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.answer, self.pause = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", 0.0
        self.taken: list[tuple[str, dict[str, str], bytes]] = []

    def handle_error(self, *_: object) -> None:
        """A visitor who hangs up is no fault of the test."""


class _Handler(BaseHTTPRequestHandler):
    server: System

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.taken.append((self.path, headers, body))
        for byte in self.server.answer:
            self.wfile.write(bytes([byte]))
            if self.server.pause:
                time.sleep(self.server.pause)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def system(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    """The system, on this machine: for these tests alone its address counts as public and its port as the web's."""
    with System(certificate) as server:
        monkeypatch.setattr(webhook, "is_public", lambda address: address == "127.0.0.1")
        monkeypatch.setattr(delivery, "PORTS", frozenset({server.server_port}))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def call(system: System, certificate: Path, name: str = NAME) -> None:
    body = b'{"id": "1"}'
    webhook.post(
        url=f"https://{name}:{system.server_port}/goi-lai?a=1",
        body=body,
        headers=webhook.sign(key=KEY, identifier="1", at=AT, body=body),
        resolve=lambda *_: ["127.0.0.1"],
        context=ssl.create_default_context(cafile=str(certificate)),
    )


def test_a_system_that_answers_has_the_signed_body(system: System, certificate: Path) -> None:
    call(system, certificate)
    ((path, headers, body),) = system.taken
    assert (path, body) == ("/goi-lai?a=1", b'{"id": "1"}')
    assert headers["host"] == f"{NAME}:{system.server_port}"
    assert webhook.sign(key=KEY, identifier="1", at=AT, body=body).items() <= headers.items()


@pytest.mark.parametrize(
    ("status", "temporary"),
    [
        *((status, False) for status in (301, 302, 307, 400, 404, 410)),
        *((status, True) for status in (408, 425, 429, 500, 503)),
    ],
)
def test_what_is_not_taken_is_tried_again_or_not_and_a_redirect_is_not_followed(
    system: System, certificate: Path, status: int, temporary: bool
) -> None:
    system.answer = f"HTTP/1.1 {status} x\r\nLocation: https://127.0.0.1/\r\n\r\n".encode()
    with pytest.raises(Undelivered) as caught:
        call(system, certificate)
    assert (caught.value.kind, caught.value.temporary) == (f"http_{status}", temporary)
    assert len(system.taken) == 1


def test_a_certificate_of_another_name_or_of_nobody_known_is_not_trusted(system: System, certificate: Path) -> None:
    with pytest.raises(Undelivered, match="SSLCertVerificationError"):
        call(system, certificate, "khac.example")
    with pytest.raises(Undelivered, match="SSLCertVerificationError"):
        webhook.post(
            url=f"https://{NAME}:{system.server_port}/", body=b"{}", headers={}, resolve=lambda *_: ["127.0.0.1"]
        )
    assert system.taken == []


def test_an_answer_fed_byte_by_byte_is_cut_off(
    system: System, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "TOTAL_SECONDS", 0.5)
    system.answer, system.pause = b"HTTP/1.1 200 " + b"a" * 400, 0.05
    with pytest.raises(Undelivered) as caught:
        call(system, certificate)
    assert caught.value.temporary


@pytest.mark.parametrize("answer", [b"", b"\x00\xff", b"HTTP/1.1 abc\r\n\r\n", b"SSH-2.0-x\r\n"])
def test_an_answer_that_is_no_answer_is_tried_again(system: System, certificate: Path, answer: bytes) -> None:
    system.answer = answer
    with pytest.raises(Undelivered) as caught:
        call(system, certificate)
    assert caught.value.temporary


def test_a_system_that_is_away_is_tried_again(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "is_public", lambda _: True)
    monkeypatch.setattr(delivery, "PORTS", frozenset({1}))
    with pytest.raises(Undelivered, match="ConnectionRefusedError"):
        webhook.post(url=f"https://{NAME}:1/", body=b"{}", headers={}, resolve=lambda *_: ["127.0.0.1"])
