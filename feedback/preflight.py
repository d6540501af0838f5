"""What can stand in the way of `up`, each refused with one clear sentence before anything is started."""

import errno
import fcntl
import os
import re
import shutil
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

NEEDED_BYTES = 200_000_000
FULL_BYTES = 4_000_000
CONNECT_SECONDS = 5
PORT_SECONDS = 2.0
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class RefusedError(Exception):
    """The service cannot run here and now; the text is the sentence for the person at the terminal."""


def claim(var: Path, address: str) -> int:
    """Make the directory and hold it for ourselves; return the lock, which ends with this process."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = os.open(var / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
        if shutil.disk_usage(var).free < NEEDED_BYTES:
            raise RefusedError(disk_full(var))
        _hold(lock, var)
        os.truncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()} {address}\n".encode(), 0)
    except OSError as error:
        raise RefusedError(explain(error, var)) from error
    return lock


def _hold(lock: int, var: Path) -> None:
    """Lock, or name the holder."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder, _, address = os.pread(lock, 200, 0).decode(errors="replace").strip().partition(" ")
        raise RefusedError(
            f"Lắng Nghe đang chạy sẵn với thư mục {var} (tiến trình {holder or '?'}, địa chỉ {address or '?'});"
            " xin hãy dùng bản đang chạy, dừng nó trước, hoặc đặt VAR_DIR tới một thư mục khác (already running)."
        ) from None


def require_port(host: str, port: int) -> None:
    """Refuse an address that we cannot listen on, but give what a killed run left a moment to go."""
    end = time.monotonic() + PORT_SECONDS
    while (error := _listen(host, port)) is not None:
        if error.errno != errno.EADDRINUSE or time.monotonic() >= end:
            raise RefusedError(_port_sentence(host, port, error)) from error
        time.sleep(0.1)


def _listen(host: str, port: int) -> OSError | None:
    """Try to listen; return what stands in the way."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does; TIME_WAIT is no user
            listener.bind(address)
            listener.listen(1)
    except OSError as error:
        return error
    return None


def _port_sentence(host: str, port: int, error: OSError) -> str:
    """Return what is wrong with an address."""
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else port - 1
        return (
            f"Cổng {port} trên {host} đang được một chương trình khác sử dụng; xin hãy dừng chương trình đó hoặc chọn"
            f" cổng khác, ví dụ: python3 -m feedback up --port {other} (port in use)."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"Không có quyền mở cổng {port}; xin hãy chọn một cổng từ 1024 trở lên (permission denied)."
    return f"Địa chỉ {host} không thuộc máy này; xin hãy kiểm tra lại tùy chọn --host (address not available)."


def require_database(url: str) -> None:
    """Refuse a given database that does not answer."""
    try:
        psycopg.connect(re.sub(r"^postgres(ql)?\+\w+:", "postgresql:", url), connect_timeout=CONNECT_SECONDS).close()
    except psycopg.Error as error:
        raise RefusedError(
            f"Không kết nối được cơ sở dữ liệu trong DATABASE_URL ({without_password(url)}); xin hãy kiểm tra địa chỉ,"
            " tài khoản và xem máy chủ PostgreSQL đã chạy chưa (database unreachable)."
        ) from error


def require_redis(url: str) -> None:
    """Refuse a given Redis that does not answer."""
    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=CONNECT_SECONDS
        ) as client:
            client.ping()
    except (redis.RedisError, ValueError, OSError) as error:
        raise RefusedError(
            f"Không kết nối được Redis trong REDIS_URL ({without_password(url)}); xin hãy kiểm tra địa chỉ và xem máy"
            " chủ Redis hoặc Valkey đã chạy chưa (Redis unreachable)."
        ) from error


def without_password(url: str) -> str:
    """Return the address without what is secret in it."""
    parts = urlsplit(url)
    name = f"{parts.username}@" if parts.username else ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{name}{parts.hostname or ''}{port}{parts.path}"


def disk_full(var: Path) -> str:
    """Return the sentence for a full disk."""
    megabytes = NEEDED_BYTES // 1_000_000
    return (
        f"Ổ đĩa chứa thư mục {var} đã đầy; xin hãy giải phóng ít nhất {megabytes} MB rồi chạy lại, dữ liệu đã ghi vẫn"
        " an toàn (disk full)."
    )


def no_permission(var: Path) -> str:
    """Return the sentence for a missing permission."""
    return (
        f"Không có quyền ghi vào thư mục {var}; xin hãy cấp quyền cho tài khoản đang chạy lệnh này, hoặc đặt VAR_DIR"
        " tới một thư mục khác (permission denied)."
    )


def explain(error: Exception, var: Path, log: str = "") -> str:
    """Return the sentence for an error or for what a log says of it."""
    text = f"{error} {log}"
    # On a full disk the log that would say so cannot be written either.
    if "No space left" in text or "DiskFull" in text or _free(var) < FULL_BYTES:
        return disk_full(var)
    if "Permission denied" in text or "Operation not permitted" in text or "Read-only file system" in text:
        return no_permission(var)
    return f"Không thể tiếp tục vì lỗi hệ thống: {error}."


def _free(var: Path) -> int:
    """Return the bytes free where the directory is, or would be."""
    there = next(place for place in (var, *var.parents) if place.exists())
    return shutil.disk_usage(there).free
