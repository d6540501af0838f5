"""HTTP clients that cost little: keep-alive sockets in a few processes, each sending the next request at once."""

from __future__ import annotations

import json
import multiprocessing
import socket
import statistics
import time
import uuid
from dataclasses import dataclass
from queue import Queue
from threading import Thread
from urllib.parse import urlsplit

TEXT = (
    "Tôi nộp hồ sơ cấp lại giấy phép trên mạng từ đầu tháng, đến nay hệ thống vẫn báo đang tiếp nhận. Gọi tổng đài thì "
    "được hẹn ba ngày, nhưng quá hẹn không ai trả lời. Đề nghị cơ quan có thẩm quyền kiểm tra và thông báo kết quả."
)


@dataclass(frozen=True)
class Load:
    """What a load gave: answers a second, and percentiles of their seconds."""

    per_second: float
    p50: float
    p95: float
    refused: int


def body() -> bytes:
    """A filing as JSON, with identity, contact and consents."""
    filing = {
        "kind": "phan_anh",
        "title": "Hồ sơ nộp trên mạng bị treo",
        "text": TEXT,
        "province": "HN",
        "sender_kind": "ca_nhan",
        "name": "Người Gửi Đo Tải",
        "email": "do.tai@langnghe.example",
        "phone": "0900000000",
        "consents": ["xu_ly", "lien_he"],
    }
    return json.dumps(filing, ensure_ascii=False).encode()


def post_many(url: str, *, clients: int, seconds: float) -> Load:
    """POST filings from `clients` connections, each waiting for its answer, for `seconds`."""
    processes = min(clients, 2)
    shares = [clients // processes + (number < clients % processes) for number in range(processes)]
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    started = [context.Process(target=_process, args=(url, share, seconds, results)) for share in shares]
    for process in started:
        process.start()
    parts = [results.get() for _ in started]
    for process in started:
        process.join()
    times = [value for part, _ in parts for value in part]
    refused = sum(number for _, number in parts)
    times.sort()
    return Load(len(times) / seconds, statistics.median(times), times[int(len(times) * 0.95) - 1], refused)


def _process(url: str, clients: int, seconds: float, results: multiprocessing.Queue[tuple[list[float], int]]) -> None:
    done: Queue[tuple[list[float], int]] = Queue()
    content = body()
    threads = [Thread(target=lambda: done.put(_client(url, content, seconds))) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    parts = [done.get() for _ in threads]
    results.put(([value for part, _ in parts for value in part], sum(number for _, number in parts)))


def _client(url: str, content: bytes, seconds: float) -> tuple[list[float], int]:
    target = urlsplit(url)
    connection = socket.create_connection((target.hostname or "127.0.0.1", target.port or 80))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream = connection.makefile("rb")
    times, refused = [], 0
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        head = (
            f"POST {target.path} HTTP/1.1\r\nHost: {target.netloc}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {uuid.uuid4()}\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        start = time.perf_counter()
        connection.sendall(head.encode() + content)
        status = _answer(stream)
        if status == 201:
            times.append(time.perf_counter() - start)
        else:
            refused += 1
    connection.close()
    return times, refused


def _answer(stream: object) -> int:
    readline, read = stream.readline, stream.read  # type: ignore[attr-defined]  # a buffered socket
    status = int(readline().split()[1])
    length = 0
    while (line := readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    read(length)
    return status
