"""The two ways to install a hashed lock: a pinned uv out of its wheel, else pip. Standard library only."""

import hashlib
import importlib.util
import os
import platform
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

DEFAULT_INDEX = "https://pypi.org/simple"  # PEP 503; read only where no pip is, and no setting names another
UV_VERSION = "0.13.9"
# (system, machine, libc) → the wheel's platform tags and the sha256 of the file
UV_WHEELS = {
    ("Linux", "x86_64", "glibc"): (
        "manylinux_2_17_x86_64.manylinux2014_x86_64",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    ("Linux", "x86_64", "musl"): (
        "musllinux_1_1_x86_64",
        "2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25",
    ),
    ("Linux", "aarch64", "glibc"): (
        "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
    ("Linux", "aarch64", "musl"): (
        "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
    ("Darwin", "x86_64", ""): (
        "macosx_10_12_x86_64",
        "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
    ),
    ("Darwin", "arm64", ""): (
        "macosx_11_0_arm64",
        "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
    ),
}
DOWNLOAD_SECONDS = 60


class UnavailableError(Exception):
    """This way to install is closed on this machine; the next one is tried."""


def install_with_uv(root: Path) -> None:
    """Sync `.venv` with the lock by the pinned uv."""
    program = _uv(root)
    cache = [] if _cache_is_writable() else ["--no-cache"]
    arguments = ["pip", "sync", "--quiet", *cache, "--python", _python(root), "--require-hashes", "requirements.lock"]
    _run([str(program), *arguments], root, uv_environment(os.environ, _configured_index()))


def install_with_pip(root: Path) -> None:
    """Install the lock by pip."""
    pip = _pip(root)
    if not pip:
        raise UnavailableError("neither pip nor ensurepip on this machine")
    target = ["--python", _python(root)] if pip[0] == sys.executable else []
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
    _run([*pip, *target, "install", *options, "-r", "requirements.lock"], root, os.environ)


def uv_environment(environ: Mapping[str, str], configured_index: str = "") -> dict[str, str]:
    """Return the environment for uv, pip's settings translated where uv's own are absent."""
    result = {**environ, "UV_PYTHON_DOWNLOADS": "never"}
    if configured_index:
        result.setdefault("PIP_INDEX_URL", configured_index)
    for theirs, ours in (("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), ("SSL_CERT_FILE", "PIP_CERT")):
        if theirs not in result and ours in result:
            result[theirs] = result[ours]
    if _system_has_certificates():
        result.setdefault("UV_SYSTEM_CERTS", "true")  # else uv trusts its own list, not the office's proxy
    return result


def _system_has_certificates() -> bool:
    """Tell whether the system keeps a store of certificate authorities."""
    paths = ssl.get_default_verify_paths()
    kept = bool(paths.cafile) or bool(paths.capath and any(Path(paths.capath).iterdir()))
    return kept or platform.system() == "Darwin"


def _configured_index() -> str:
    """Return the index that this machine's pip.conf names, which uv does not read; empty when it names none."""
    argv = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    return subprocess.run(argv, capture_output=True, text=True, check=False).stdout.strip()


def _python(root: Path) -> str:
    """Return the path of the environment's Python."""
    return str(root / ".venv" / "bin" / "python")


def _cache_is_writable() -> bool:
    """Tell whether uv may keep its cache at home."""
    home = Path(os.environ.get("UV_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or os.environ.get("HOME") or "/")
    return home.is_dir() and os.access(home, os.W_OK)


def _pip(root: Path) -> list[str]:
    """Return how to call pip, this Python's or the one that ensurepip puts into `.venv`; empty when there is none."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    python = _python(root)
    return [python, "-m", "pip"] if runs([python, "-m", "ensurepip", "--default-pip"]) else []


def _uv(root: Path) -> Path:
    """Return the pinned uv, fetched and unpacked into `.venv` when it is not there."""
    directory = root / ".venv" / f"uv-{UV_VERSION}"
    program = directory / "uv"
    if not program.exists():
        tags, digest = _uv_wheel()
        directory.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory) as folder:
            wheel = Path(folder) / f"uv-{UV_VERSION}-py3-none-{tags}.whl"
            _fetch(root, wheel, digest)
            unpacked = Path(folder) / "uv"
            with zipfile.ZipFile(wheel) as archive:
                unpacked.write_bytes(archive.read(f"uv-{UV_VERSION}.data/scripts/uv"))
            unpacked.chmod(0o755)
            unpacked.rename(program)
    return program


def _uv_wheel() -> tuple[str, str]:
    """Return the tags and the digest of the wheel for this machine."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    system = platform.system()
    library = "" if system == "Darwin" else (platform.libc_ver()[0] or "musl")
    try:
        return UV_WHEELS[system, machine, library]
    except KeyError:
        raise UnavailableError(f"no wheel for {system} {machine} {library}") from None


def _fetch(root: Path, wheel: Path, digest: str) -> None:
    """Fetch a wheel by pip, which knows its user's settings, else by PEP 503; refuse any other content."""
    if not _fetch_with_pip(_pip(root), wheel, digest):
        _fetch_from_index(wheel)
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != digest:
        raise UnavailableError(f"{wheel.name} has sha256 {found}")


def _fetch_with_pip(pip: list[str], wheel: Path, digest: str) -> bool:
    """Let pip download uv; tell whether it did."""
    if not pip:
        return False
    wanted = wheel.with_name("wanted.txt")
    wanted.write_text(f"uv=={UV_VERSION} --hash=sha256:{digest}\n")
    options = ["--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--disable-pip-version-check"]
    return runs([*pip, "download", *options, "-d", str(wheel.parent), "-r", str(wanted)]) and wheel.exists()


def _fetch_from_index(wheel: Path) -> None:
    """Find the wheel on the index's page of the project and download it."""
    index = os.environ.get("PIP_INDEX_URL") or os.environ.get("UV_DEFAULT_INDEX") or DEFAULT_INDEX
    try:
        address, page = _read(index.rstrip("/") + "/uv/")
        links = _links(page.decode("utf-8", "replace"))
        link = next((link for link in links if _file_name(link) == wheel.name), None)
        if link is None:
            raise UnavailableError(f"{wheel.name} is not on the index")
        wheel.write_bytes(_read(urllib.parse.urljoin(address, link))[1])
    except (urllib.error.URLError, TimeoutError, ssl.SSLError, ValueError) as error:
        raise UnavailableError(f"cannot download: {getattr(error, 'reason', error)}") from error


def _file_name(link: str) -> str:
    """Return the last part of the path that a link, relative or not, leads to."""
    return urllib.parse.unquote(urllib.parse.urlsplit(link).path).rsplit("/", 1)[-1]


def _read(address: str) -> tuple[str, bytes]:
    """Return the final address and the body; urllib follows proxies, ssl follows SSL_CERT_FILE, we follow PIP_CERT."""
    if urllib.parse.urlsplit(address).scheme not in ("https", "http"):
        raise UnavailableError(f"no way to read {address}")
    context = ssl.create_default_context(cafile=os.environ.get("PIP_CERT") or None)
    request = urllib.request.Request(address, headers={"Accept": "text/html, */*;q=0.1"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=DOWNLOAD_SECONDS, context=context) as response:  # noqa: S310
        return response.url, response.read()


def _links(page: str) -> list[str]:
    """Return the addresses that a page links to."""
    found: list[str] = []

    class Collector(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(value for key, value in attrs if tag == "a" and key == "href" and value)

    Collector().feed(page)
    return found


def runs(argv: list[str]) -> bool:
    """Tell whether a command succeeds."""
    try:
        return subprocess.run(argv, capture_output=True, check=False, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def _run(argv: list[str], root: Path, environment: Mapping[str, str]) -> None:
    """Run an installer; its last words are the reason when it fails."""
    try:
        done = subprocess.run(
            argv, cwd=root, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
    except OSError as error:
        raise UnavailableError(str(error)) from error
    if done.returncode:
        raise UnavailableError(" ".join((done.stderr or done.stdout).split())[-400:])
