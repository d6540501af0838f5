"""Text messages: by a gateway over HTTP, or kept in a directory."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from feedback import sms
from feedback.domain.delivery import Undelivered

TO, TEXT, IDENTIFIER = (
    "+84912345678",
    "Lắng Nghe: ý kiến PA-2026-000123 đã có câu trả lời.",
    "<1.2.replied.sms@langnghe>",
)


class Gateway(HTTPServer):
    """A gateway that remembers what it was given, and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: list[tuple[dict[str, str], str | None]] = []
        self.answer: tuple[int, bytes] = (200, b'{"id": "gw-1"}')
        self.url = f"http://127.0.0.1:{self.server_port}/gui"


class _Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.taken.append((body, self.headers["Authorization"]))
        status, said = self.server.answer
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def send(url: str, token: str = "") -> str | None:
    return sms.send(to=TO, text=TEXT, identifier=IDENTIFIER, url=url, token=token)


def test_the_gateway_gets_number_text_and_an_id_and_says_its_own(gateway: Gateway) -> None:
    assert send(gateway.url, "khoa-1") == "gw-1"
    ((body, token),) = gateway.taken
    assert body == {"to": TO, "text": TEXT, "id": IDENTIFIER}
    assert token == "Bearer khoa-1"


@pytest.mark.parametrize("said", [b"OK", b"[]", b"{}", b'{"id": null}'])
def test_a_gateway_that_says_no_id_is_believed_all_the_same(gateway: Gateway, said: bytes) -> None:
    gateway.answer = (202, said)
    assert send(gateway.url) is None
    assert gateway.taken[0][1] is None


@pytest.mark.parametrize(
    ("status", "temporary"), [(400, False), (401, False), (429, True), (500, True), (503, True), (302, False)]
)
def test_a_gateway_that_refuses_is_tried_again_or_not(gateway: Gateway, status: int, temporary: bool) -> None:
    gateway.answer = (status, b"")
    with pytest.raises(Undelivered) as caught:
        send(gateway.url)
    assert (caught.value.kind, caught.value.temporary) == (f"sms_{status}", temporary)
    assert len(gateway.taken) == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_gateway_that_is_away_is_tried_again(scheme: str) -> None:
    with pytest.raises(Undelivered) as caught:
        send(f"{scheme}://127.0.0.1:1/gui")
    assert caught.value.temporary


def test_without_a_gateway_messages_are_kept_once_each(tmp_path: Path) -> None:
    for _ in range(2):
        assert send(f"spool://{tmp_path}/tin-nhan")
    (kept,) = (tmp_path / "tin-nhan").iterdir()
    assert json.loads(kept.read_text(encoding="utf-8")) == {"to": TO, "text": TEXT, "id": IDENTIFIER}
