"""Makes `.venv` hold exactly what requirements.lock says, then goes on in it. Standard library only."""

import fcntl
import hashlib
import os
import signal
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from feedback import installers

ROOT = Path(__file__).resolve().parent.parent


class SetupError(Exception):
    """The environment cannot be made; the text is a sentence for the person at the terminal."""


def main(command: str, arguments: list[str]) -> int:
    """Prepare the environment and continue there as `feedback.up` or `feedback.check`; 2 when that cannot be."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal without Vietnamese letters
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that an installer is stopped with us
    try:
        python = prepare(ROOT)
    except (SetupError, OSError) as error:
        print(explain(error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nĐã dừng theo yêu cầu.", file=sys.stderr)
        return 130
    return _continue(python, command, arguments)


def _continue(python: Path, command: str, arguments: list[str]) -> NoReturn:
    """Become the command, in the environment and at the root of the checkout."""
    os.chdir(ROOT)
    os.execv(python, [str(python), "-m", f"feedback.{command}", *arguments])  # noqa: S606 - our own Python


def explain(error: Exception) -> str:
    """Return one sentence for what went wrong."""
    text = str(error)
    if isinstance(error, SetupError):
        return text
    if "No space left" in text or "os error 28" in text:
        return f"Ổ đĩa đã đầy, không thể cài đặt vào {ROOT}; xin hãy giải phóng ít nhất 1 GB rồi chạy lại (disk full)."
    if isinstance(error, PermissionError) or "Read-only file system" in text or "Permission denied" in text:
        return f"Không có quyền ghi vào {ROOT}; xin hãy cấp quyền hoặc chạy từ thư mục khác (permission denied)."
    return f"Không chuẩn bị được môi trường Python: {text}."


def prepare(root: Path) -> Path:
    """Return the environment's Python, installed anew when the lock or the place of the checkout has changed."""
    python = root / ".venv" / "bin" / "python"
    with _alone(root):
        if _stamp(root).is_file() and _stamp(root).read_text() == _wanted(root) and python.exists():
            return python
        started = time.monotonic()
        print("• Chuẩn bị môi trường Python (lần đầu cần mạng, khoảng một phút) …", flush=True)
        _make_environment(root)
        way = _install(root)
        _stamp(root).write_text(_wanted(root))
        print(f"✓ Đã cài các gói theo requirements.lock bằng {way} ({time.monotonic() - started:.0f} giây)", flush=True)
    return python


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Let only one process install into this checkout at a time."""
    handle = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _stamp(root: Path) -> Path:
    """Return the file that says what `.venv` holds."""
    return root / ".venv" / "requirements.sha256"


def _wanted(root: Path) -> str:
    """Return what the stamp must say: the lock, and the place that the environment's scripts point to."""
    digest = hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest()
    return f"{digest} {root}\n"


def _make_environment(root: Path) -> None:
    """Make `.venv` without pip, which needs no ensurepip, unless one with a fitting Python stands there."""
    directory = root / ".venv"
    fits = "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
    if (directory / "pyvenv.cfg").exists() and installers.runs([str(directory / "bin" / "python"), "-c", fits]):
        _stamp(root).unlink(missing_ok=True)
    else:
        venv.EnvBuilder(with_pip=False, clear=True, symlinks=True).create(directory)


def _install(root: Path) -> str:
    """Install the lock by the first way that is open; return its name."""
    reasons = []
    for name, way in (("uv", installers.install_with_uv), ("pip", installers.install_with_pip)):
        try:
            way(root)
        except installers.UnavailableError as error:
            reasons.append(f"{name}: {error}")
        else:
            return name
    text = " | ".join(reasons)
    if "No space left" in text or "os error 28" in text:
        raise OSError(text)
    raise SetupError(
        "Không cài được các gói cần thiết; xin hãy kiểm tra kết nối mạng, máy chủ proxy (HTTPS_PROXY) hoặc kho gói"
        f" (PIP_INDEX_URL) rồi chạy lại ({text})."
    )
